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

/** Pinata's present API: {@code /v3/files}. Takes a JWT only. */
final class V3Api implements PinataApi {
    /** Larger files would have to come in pieces. */
    static final long LARGEST_FORM = 90L << 20;

    private static final int PAGE = 250;
    private static final String READ = "org:files:read (Files: Read)";
    private static final String WRITE = "org:files:write (Files: Write)";

    private final PinataCalls calls;
    private final HttpUrl api;
    private final HttpUrl uploads;

    V3Api(PinataCalls calls, HttpUrl api, HttpUrl uploads) {
        this.calls = calls;
        this.api = api;
        this.uploads = uploads;
    }

    @Override
    public String upload(String name, Map<String, String> keyValues, Upload content, Deadline deadline)
            throws IOException {
        MultipartBody form = new MultipartBody.Builder()
                .setType(MultipartBody.FORM)
                .addFormDataPart("file", name, content)
                .addFormDataPart("network", "public")
                .addFormDataPart("name", name)
                .addFormDataPart("keyvalues", JsonMapper.shared().writeValueAsString(keyValues))
                .addFormDataPart("cid_version", "v1")
                .build();
        Request request = calls.request(
                        uploads.newBuilder().addPathSegments("v3/files").build())
                .post(form)
                .build();
        JsonNode data =
                calls.required(request, calls.call(request, WRITE, deadline).json(), "data");
        return calls.required(request, data, "cid").asString("");
    }

    @Override
    public List<Pin> list(String application, Deadline deadline) throws IOException {
        return LegacyApi.own(find(application, "", deadline), application);
    }

    @Override
    public boolean unpin(String cid, String application, Deadline deadline) throws IOException {
        boolean removed = false;
        for (Pin pin : LegacyApi.own(find(application, cid, deadline), application)) {
            if (pin.cid().text().equals(cid)) {
                removed |= delete(pin.id(), deadline);
            }
        }
        return removed;
    }

    private boolean delete(String id, Deadline deadline) throws IOException {
        Request request =
                calls.request(files().addPathSegment(id).build()).delete().build();
        try {
            calls.call(request, WRITE, deadline);
            return true;
        } catch (PinataException e) {
            if (e.kind() == PinataException.Kind.NOT_PINNED) {
                return false;
            }
            throw e;
        }
    }

    /** All pages. */
    private List<Pin> find(String application, String cid, Deadline deadline) throws IOException {
        List<Pin> pins = new ArrayList<>();
        Set<String> tokens = new HashSet<>();
        String token = "";
        do {
            HttpUrl.Builder url = files().addQueryParameter("limit", Integer.toString(PAGE))
                    .addQueryParameter("order", "DESC")
                    .addQueryParameter("keyvalues[" + KeyValues.TYPE + "]", KeyValues.BACKUP)
                    .addQueryParameter("keyvalues[" + KeyValues.APPLICATION + "]", application);
            if (!cid.isEmpty()) {
                url.addQueryParameter("cid", cid);
            }
            if (!token.isEmpty()) {
                url.addQueryParameter("pageToken", token);
            }
            Request request = calls.request(url.build()).build();
            JsonNode data =
                    calls.required(request, calls.call(request, READ, deadline).json(), "data");
            JsonNode files = data.path("files");
            // The API says null where it has none.
            if (!files.isNull()) {
                for (JsonNode file : calls.required(request, data, "files")) {
                    pins.add(Pin.of(
                            file.path("cid").asString(""), file.path("id").asString(""), file.path("keyvalues")));
                }
            }
            token = data.path("next_page_token").asString("");
        } while (!token.isEmpty() && tokens.add(token));
        if (!token.isEmpty()) {
            throw new IOException(
                    "Pinata's v3 API names the same page again and again, so what it holds cannot be known");
        }
        return pins;
    }

    private HttpUrl.Builder files() {
        return api.newBuilder().addPathSegments("v3/files/public");
    }
}
