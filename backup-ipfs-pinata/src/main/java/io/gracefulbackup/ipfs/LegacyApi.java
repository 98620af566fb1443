package io.gracefulbackup.ipfs;

import io.gracefulbackup.Deadline;
import io.gracefulbackup.http.BufferedResponse;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import okhttp3.HttpUrl;
import okhttp3.MultipartBody;
import okhttp3.Request;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The older API of Pinata: {@code /pinning} and {@code /data}. Takes a key pair or a JWT. */
final class LegacyApi implements PinataApi {
    private static final int PAGE_SIZE = 250;
    private static final int LARGEST_PAGE = 1000;
    private static final JsonMapper JSON = JsonMapper.shared();

    private final PinataClient client;
    private final HttpUrl base;

    LegacyApi(PinataClient client, HttpUrl base) {
        this.client = client;
        this.base = base;
    }

    @Override
    public String upload(String name, Map<String, String> keyValues, UploadBody content, Deadline deadline)
            throws IOException {
        MultipartBody form = new MultipartBody.Builder()
                .setType(MultipartBody.FORM)
                .addFormDataPart("file", name, content)
                .addFormDataPart("pinataOptions", "{\"cidVersion\":1}")
                .addFormDataPart(
                        "pinataMetadata", JSON.writeValueAsString(Map.of("name", name, "keyvalues", keyValues)))
                .build();
        Request request =
                client.request(url("pinning/pinFileToIPFS").build()).post(form).build();
        BufferedResponse response = client.call(request, "pinFileToIPFS", deadline);
        return client.requireField(request, response.json(), "IpfsHash").asString("");
    }

    @Override
    public void probe(Deadline deadline) throws IOException {
        Request request = client.request(url("data/testAuthentication").build()).build();
        client.call(request, "testAuthentication", deadline);
    }

    @Override
    public List<Pin> list(String application, Deadline deadline) throws IOException {
        Map<String, Object> filter = new LinkedHashMap<>();
        filter.put(KeyValues.TYPE, Map.of("value", KeyValues.BACKUP, "op", "eq"));
        filter.put(KeyValues.APPLICATION, Map.of("value", application, "op", "eq"));
        return ofApplication(find("metadata[keyvalues]", JSON.writeValueAsString(filter), deadline), application);
    }

    @Override
    public List<Pin> listAny(Deadline deadline) throws IOException {
        String filter = JSON.writeValueAsString(Map.of(KeyValues.TYPE, Map.of("value", KeyValues.BACKUP, "op", "eq")));
        Request request = page("metadata[keyvalues]", filter, LARGEST_PAGE, 0);
        List<Pin> pins = new ArrayList<>();
        for (JsonNode row :
                rows(request, client.call(request, "pinList", deadline).json())) {
            pins.add(pin(row));
        }
        return pins;
    }

    /** All pins that match a filter, from all pages. */
    private List<Pin> find(String filter, String value, Deadline deadline) throws IOException {
        List<Pin> pins = new ArrayList<>();
        Set<String> seen = new LinkedHashSet<>();
        for (int offset = 0; ; ) {
            Request request = page(filter, value, PAGE_SIZE, offset);
            JsonNode response = client.call(request, "pinList", deadline).json();
            JsonNode rows = rows(request, response);
            int seenBefore = seen.size();
            for (JsonNode row : rows) {
                if (seen.add(row.path("id").asString("") + " " + cid(row))) {
                    pins.add(pin(row));
                }
            }
            offset += rows.size();
            // The service may use smaller pages than requested, so a short page is the last one only if the count
            // agrees.
            boolean complete = rows.size() < PAGE_SIZE && response.path("count").asLong(Long.MAX_VALUE) <= offset;
            if (complete || rows.isEmpty()) {
                return pins;
            }
            if (seen.size() == seenBefore) {
                throw new IOException(
                        "Pinata's pinList keeps returning the same page, so the list of pins is incomplete");
            }
        }
    }

    private Request page(String filter, String value, int size, int offset) {
        return client.request(url("data/pinList")
                        .addQueryParameter("status", "pinned")
                        .addQueryParameter("pageLimit", Integer.toString(size))
                        .addQueryParameter("pageOffset", Integer.toString(offset))
                        .addQueryParameter(filter, value)
                        .build())
                .build();
    }

    private JsonNode rows(Request request, JsonNode response) throws IOException {
        return client.requireField(request, response, "rows");
    }

    private static Pin pin(JsonNode row) throws IOException {
        return Pin.parse(
                cid(row), row.path("id").asString(""), row.path("metadata").path("keyvalues"));
    }

    private static String cid(JsonNode row) {
        return row.path("ipfs_pin_hash").asString("");
    }

    @Override
    public boolean unpin(String cid, String application, Deadline deadline) throws IOException {
        // This API unpins by CID alone, so make sure that the pin belongs to this application.
        boolean pinned = ofApplication(find("cid", cid, deadline), application).stream()
                .anyMatch(pin -> pin.cid().text().equals(cid));
        if (!pinned) {
            return false;
        }
        Request request = client.request(
                        url("pinning/unpin").addPathSegment(cid).build())
                .delete()
                .build();
        try {
            client.call(request, "unpin", deadline);
            return true;
        } catch (PinataException e) {
            if (e.kind() == PinataException.Kind.NOT_PINNED) {
                return false;
            }
            throw e;
        }
    }

    /** The pins that may be backups of an application. */
    static List<Pin> ofApplication(List<Pin> pins, String application) {
        return pins.stream()
                .filter(pin -> KeyValues.mayBeBackupOf(pin.keyValues(), application))
                .toList();
    }

    private HttpUrl.Builder url(String path) {
        return base.newBuilder().addPathSegments(path);
    }
}
