package io.gracefulbackup.testkit.fakes;

import io.gracefulbackup.testkit.fakes.FakePin.Api;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Pinata's current API: {@code /v3/files}. */
final class PinataV3Api {
    private static final String KEY_VALUE = "keyvalues[";

    private final PinataSettings settings;
    private final PinataAccess access;
    private final PinStore store;

    PinataV3Api(PinataSettings settings, PinataAccess access, PinStore store) {
        this.settings = settings;
        this.access = access;
        this.store = store;
    }

    Reply upload(Request request) throws IOException {
        MultipartForm form = MultipartForm.read(request, store);
        Upload upload =
                form.upload().orElseThrow(() -> settings.v3Error(400, "a part \"file\" that has a filename is needed"));
        if (upload.size() > settings.largestForm) {
            throw settings.v3Error(413, "files above " + settings.largestForm + " bytes need a resumable upload");
        }
        PinStore.Stored stored = add(upload, form.fields());
        ObjectNode file = file(stored.pin(), stored.pin().cid());
        if (stored.duplicate()) {
            file.put("is_duplicate", true);
        }
        return Reply.json(200, Json.object().set("data", file));
    }

    /** Adds an upload to the catalogue, by the fields of its form or of its resumable upload. */
    PinStore.Stored add(Upload upload, Map<String, String> fields) throws IOException {
        String version = fields.getOrDefault("cid_version", "v" + settings.defaultCidVersion);
        if (!version.equals("v0") && !version.equals("v1")) {
            throw settings.v3Error(400, "cid_version must be v0 or v1");
        }
        String network = fields.getOrDefault("network", "private");
        checkNetwork(network);
        return store.add(
                Api.V3,
                upload,
                version.equals("v0") ? 0 : 1,
                fields.getOrDefault("name", upload.fileName()),
                keyValues(fields.getOrDefault("keyvalues", "{}")),
                network.equals("public"),
                fields);
    }

    Reply list(Request request, String network) {
        access.v3(request, PinataScope.FILES_READ);
        checkNetwork(network);
        List<FakePin> pins = new ArrayList<>(store.visibleTo(Api.V3));
        if (!request.parameter("order").orElse("DESC").equals("ASC")) {
            Collections.reverse(pins);
        }
        List<FakePin> matching = pins.stream()
                .filter(pin -> pin.isPinned() && pin.isPublic() == network.equals("public"))
                .filter(filter(request))
                .toList();
        int limit = number(request, "limit", 10);
        int offset = number(request, "pageToken", 0);
        ArrayNode files = Json.array();
        matching.stream()
                .skip(offset)
                .limit(limit)
                .forEach(pin -> files.add(file(pin, settings.cidsPending ? "pending" : pin.cid())));
        ObjectNode data = Json.object();
        data.set("files", files);
        if (offset + limit < matching.size()) {
            data.put("next_page_token", Integer.toString(offset + limit));
        } else if (settings.chatty()) {
            data.put("next_page_token", "");
        }
        return Reply.json(200, Json.object().set("data", data));
    }

    Reply delete(Request request, String network, String id) {
        access.v3(request, PinataScope.FILES_WRITE);
        checkNetwork(network);
        boolean found = store.change(
                Api.V3,
                pin -> pin.id().equals(id) && pin.isPublic() == network.equals("public"),
                pin -> pin.unpinned(Instant.now()));
        if (!found) {
            throw settings.v3Error(404, "file not found");
        }
        return Reply.json(200, Json.object().set("data", null));
    }

    private ObjectNode file(FakePin pin, String cid) {
        ObjectNode file = Json.object()
                .put("id", pin.id())
                .put("name", pin.name())
                .put("cid", cid)
                .put("created_at", pin.pinnedAt().toString())
                .put("size", pin.size())
                .put("number_of_files", 1)
                .put("mime_type", pin.mimeType());
        file.set("group_id", null);
        file.set("keyvalues", Json.of(pin.keyValues()));
        return file;
    }

    private static Predicate<FakePin> filter(Request request) {
        return pin -> request.parameter("name").map(pin.name()::contains).orElse(true)
                && request.parameter("cid").map(pin.cid()::equals).orElse(true)
                && request.query().entrySet().stream()
                        .filter(entry -> entry.getKey().startsWith(KEY_VALUE)
                                && entry.getKey().endsWith("]"))
                        .allMatch(entry -> entry.getValue()
                                .equals(String.valueOf(pin.keyValues()
                                        .get(entry.getKey()
                                                .substring(
                                                        KEY_VALUE.length(),
                                                        entry.getKey().length() - 1)))));
    }

    private Map<String, Object> keyValues(String text) {
        JsonNode json = Json.read(text);
        Map<String, Object> values = new LinkedHashMap<>();
        json.properties().forEach(entry -> {
            if (!entry.getValue().isString()) {
                throw settings.v3Error(400, "keyvalues must be an object of strings");
            }
            values.put(entry.getKey(), entry.getValue().stringValue());
        });
        if (!json.isObject() || values.size() > 10) {
            throw settings.v3Error(400, "keyvalues must be an object with at most 10 strings");
        }
        return values;
    }

    private int number(Request request, String name, int otherwise) {
        Optional<String> value = request.parameter(name);
        if (value.isPresent() && !value.get().matches("\\d{1,9}")) {
            throw settings.v3Error(400, name + " is not valid");
        }
        return value.map(Integer::parseInt).orElse(otherwise);
    }

    private void checkNetwork(String network) {
        if (!network.equals("public") && !network.equals("private")) {
            throw settings.v3Error(400, "network must be public or private");
        }
    }
}
