package io.gracefulbackup.ipfs;

import io.gracefulbackup.Deadline;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import okhttp3.HttpUrl;
import okhttp3.MultipartBody;
import okhttp3.Request;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The current API of Pinata: {@code /v3/files}. Takes a JWT only. */
final class V3Api implements PinataApi {
    /** The size of the largest file that one request can upload. Larger files would need a resumable upload. */
    static final long MAX_FORM_BYTES = 90L << 20;

    private static final int PAGE_SIZE = 250;
    private static final String READ_PERMISSION = "org:files:read (Files: Read)";
    private static final String WRITE_PERMISSION = "org:files:write (Files: Write)";

    private final PinataClient client;
    private final HttpUrl api;
    private final HttpUrl uploads;

    V3Api(PinataClient client, HttpUrl api, HttpUrl uploads) {
        this.client = client;
        this.api = api;
        this.uploads = uploads;
    }

    @Override
    public String upload(String name, Map<String, String> keyValues, UploadBody content, Deadline deadline)
            throws IOException {
        MultipartBody form = new MultipartBody.Builder()
                .setType(MultipartBody.FORM)
                .addFormDataPart("file", name, content)
                .addFormDataPart("network", "public")
                .addFormDataPart("name", name)
                .addFormDataPart("keyvalues", JsonMapper.shared().writeValueAsString(keyValues))
                .addFormDataPart("cid_version", "v1")
                .build();
        Request request = client.request(
                        uploads.newBuilder().addPathSegments("v3/files").build())
                .post(form)
                .build();
        JsonNode data = client.requireField(
                request, client.call(request, WRITE_PERMISSION, deadline).json(), "data");
        return client.requireField(request, data, "cid").asString("");
    }

    @Override
    public void probe(Deadline deadline) throws IOException {
        Request one =
                client.request(files().addQueryParameter("limit", "1").build()).build();
        try {
            client.call(one, READ_PERMISSION, deadline);
        } catch (PinataException e) {
            // A key that may not list may upload all the same.
            if (e.kind() != PinataException.Kind.PERMISSION) {
                throw e;
            }
        }
        // Uploads go to a host of their own. Any answer will do, because this request is not one that it expects.
        Request upload = new Request.Builder().url(uploads).head().build();
        client.http().open(upload, deadline).close();
    }

    @Override
    public List<Pin> list(String application, Deadline deadline) throws IOException {
        return LegacyApi.ofApplication(find(application, "", deadline), application);
    }

    @Override
    public List<Pin> listAny(Deadline deadline) throws IOException {
        Request request = client.request(newestFirst().build()).build();
        return pins(request, page(request, deadline));
    }

    @Override
    public boolean unpin(String cid, String application, Deadline deadline) throws IOException {
        boolean removed = false;
        for (Pin pin : LegacyApi.ofApplication(find(application, cid, deadline), application)) {
            if (pin.cid().text().equals(cid)) {
                removed |= delete(pin.id(), deadline);
            }
        }
        return removed;
    }

    private boolean delete(String id, Deadline deadline) throws IOException {
        Request request =
                client.request(files().addPathSegment(id).build()).delete().build();
        try {
            client.call(request, WRITE_PERMISSION, deadline);
            return true;
        } catch (PinataException e) {
            if (e.kind() == PinataException.Kind.NOT_PINNED) {
                return false;
            }
            throw e;
        }
    }

    /** All pins of an application, or only those with a CID if it is not empty, from all pages. */
    private List<Pin> find(String application, String cid, Deadline deadline) throws IOException {
        List<Pin> pins = new ArrayList<>();
        Set<String> pageTokens = new HashSet<>();
        String pageToken = "";
        do {
            HttpUrl.Builder url =
                    newestFirst().addQueryParameter("keyvalues[" + KeyValues.APPLICATION + "]", application);
            if (!cid.isEmpty()) {
                url.addQueryParameter("cid", cid);
            }
            if (!pageToken.isEmpty()) {
                url.addQueryParameter("pageToken", pageToken);
            }
            Request request = client.request(url.build()).build();
            JsonNode data = page(request, deadline);
            pins.addAll(pins(request, data));
            pageToken = data.path("next_page_token").asString("");
        } while (!pageToken.isEmpty() && pageTokens.add(pageToken));
        if (!pageToken.isEmpty()) {
            throw new IOException("Pinata's v3 API keeps returning the same page, so the list of pins is incomplete");
        }
        return pins;
    }

    private HttpUrl.Builder newestFirst() {
        return files().addQueryParameter("limit", Integer.toString(PAGE_SIZE))
                .addQueryParameter("order", "DESC")
                .addQueryParameter("keyvalues[" + KeyValues.TYPE + "]", KeyValues.BACKUP);
    }

    private JsonNode page(Request request, Deadline deadline) throws IOException {
        return client.requireField(
                request, client.call(request, READ_PERMISSION, deadline).json(), "data");
    }

    private List<Pin> pins(Request request, JsonNode data) throws IOException {
        List<Pin> pins = new ArrayList<>();
        // The API returns null if there are no files.
        if (!data.path("files").isNull()) {
            for (JsonNode file : client.requireField(request, data, "files")) {
                pins.add(
                        Pin.parse(file.path("cid").asString(""), file.path("id").asString(""), file.path("keyvalues")));
            }
        }
        return pins;
    }

    private HttpUrl.Builder files() {
        return api.newBuilder().addPathSegments("v3/files/public");
    }
}
