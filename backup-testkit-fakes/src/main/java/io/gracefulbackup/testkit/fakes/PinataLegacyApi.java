package io.gracefulbackup.testkit.fakes;

import io.gracefulbackup.testkit.fakes.FakePin.Api;
import java.io.IOException;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Pinata's legacy API: {@code /pinning} and {@code /data}. */
final class PinataLegacyApi {
    private static final int MAX_KEY_VALUES = 10;
    private static final int MAX_PAGE = 1000;

    private final PinataSettings settings;
    private final PinataAccess access;
    private final PinStore store;

    PinataLegacyApi(PinataSettings settings, PinataAccess access, PinStore store) {
        this.settings = settings;
        this.access = access;
        this.store = store;
    }

    Reply upload(Request request) throws IOException {
        access.legacy(request, PinataScope.PIN_FILE);
        access.checkPlan();
        MultipartForm form = MultipartForm.read(request, store);
        Upload upload = form.upload()
                .orElseThrow(() -> badRequest("A multipart form with a part \"file\" that has a filename is needed"));
        JsonNode options = Json.read(form.fields().getOrDefault("pinataOptions", "{}"));
        JsonNode metadata = Json.read(form.fields().getOrDefault("pinataMetadata", "{}"));
        PinStore.Stored stored = store.add(
                Api.LEGACY,
                upload,
                options.path("cidVersion").asInt(settings.defaultCidVersion),
                metadata.path("name").asString(upload.fileName()),
                keyValues(metadata.path("keyvalues")),
                true,
                form.fields());
        return Reply.json(200, uploaded(stored));
    }

    Reply list(Request request) {
        access.legacy(request, PinataScope.PIN_LIST);
        int limit = number(request, "pageLimit", 10);
        int offset = number(request, "pageOffset", 0);
        if (limit < 1 || limit > MAX_PAGE) {
            throw badRequest("pageLimit must be between 1 and " + MAX_PAGE);
        }
        List<FakePin> matching = ordered(store.visibleTo(Api.LEGACY)).stream()
                .filter(filter(request))
                .toList();
        ArrayNode rows = Json.array();
        matching.stream().skip(offset).limit(limit).forEach(pin -> rows.add(row(pin)));
        ObjectNode answer = Json.object();
        if (settings.chatty() && !request.parameter("includeCount").orElse("").equals("false")) {
            answer.put("count", matching.size());
        }
        return Reply.json(200, answer.set("rows", rows));
    }

    Reply unpin(Request request, String cid) {
        access.legacy(request, PinataScope.UNPIN);
        boolean found = store.change(Api.LEGACY, pin -> pin.cid().equals(cid), pin -> pin.unpinned(Instant.now()));
        if (!found) {
            throw notPinned();
        }
        return Reply.text(200, "text/plain; charset=utf-8", "OK");
    }

    Reply changeMetadata(Request request) throws IOException {
        access.legacy(request, PinataScope.HASH_METADATA);
        JsonNode changes = request.json();
        String cid = changes.path("ipfsPinHash").asString("");
        Map<String, Object> keyValues = keyValues(changes.path("keyvalues"));
        boolean found = store.change(Api.LEGACY, pin -> pin.cid().equals(cid), pin -> {
            Map<String, Object> merged = new LinkedHashMap<>(pin.keyValues());
            merged.putAll(keyValues);
            return pin.renamed(changes.path("name").asString(pin.name()), merged);
        });
        if (!found) {
            throw notPinned();
        }
        return Reply.text(200, "text/plain; charset=utf-8", "OK");
    }

    Reply testAuthentication(Request request) {
        access.legacy(request);
        String message = "Congratulations! You are communicating with the Pinata API!";
        return Reply.json(200, Json.object().put("message", message));
    }

    private ObjectNode uploaded(PinStore.Stored stored) {
        FakePin pin = stored.pin();
        ObjectNode answer = Json.object()
                .put("IpfsHash", pin.cid())
                .put("PinSize", pin.dagSize())
                .put("Timestamp", pin.pinnedAt().toString());
        if (settings.chatty()) {
            answer.put("ID", pin.id())
                    .put("Name", pin.name())
                    .put("NumberOfFiles", 1)
                    .put("MimeType", pin.mimeType())
                    .put("isDuplicate", stored.duplicate());
        }
        return answer;
    }

    private static ObjectNode row(FakePin pin) {
        JsonNode keyValues = Json.of(pin.keyValues());
        ObjectNode metadata = Json.object().put("name", pin.name());
        metadata.set("keyvalues", keyValues.isEmpty() ? null : keyValues);
        ObjectNode row = Json.object()
                .put("id", pin.id())
                .put("ipfs_pin_hash", pin.cid())
                .put("size", pin.dagSize())
                .put("date_pinned", pin.pinnedAt().toString())
                .put("date_unpinned", Objects.toString(pin.unpinnedAt(), null));
        row.set("metadata", metadata);
        return row.put("mime_type", pin.mimeType()).put("number_of_files", 1);
    }

    private Predicate<FakePin> filter(Request request) {
        JsonNode keyValues = Json.read(request.parameter("metadata[keyvalues]").orElse("{}"));
        keyValues.properties().forEach(entry -> {
            if (!entry.getValue().path("op").asString("").equals("eq")) {
                throw badRequest("This fake compares key-values by \"eq\" only: " + keyValues);
            }
        });
        String status = request.parameter("status").orElse("all");
        Instant start = instant(request, "pinStart", Instant.MIN);
        Instant end = instant(request, "pinEnd", Instant.MAX);
        return pin -> (status.equals("all") || status.equals(pin.isPinned() ? "pinned" : "unpinned"))
                && request.parameter("cid").map(pin.cid()::equals).orElse(true)
                && request.parameter("metadata[name]").map(pin.name()::contains).orElse(true)
                && !pin.pinnedAt().isBefore(start)
                && !pin.pinnedAt().isAfter(end)
                && keyValues.properties().stream()
                        .allMatch(entry -> Objects.equals(
                                Json.of(pin.keyValues()).get(entry.getKey()),
                                entry.getValue().get("value")));
    }

    private List<FakePin> ordered(List<FakePin> oldestFirst) {
        List<FakePin> pins = new ArrayList<>(oldestFirst);
        switch (settings.order) {
            case NEWEST_FIRST -> Collections.reverse(pins);
            case OLDEST_FIRST -> {}
            case ARBITRARY -> pins.sort(Comparator.comparing(FakePin::id));
        }
        return pins;
    }

    private Map<String, Object> keyValues(JsonNode keyValues) {
        Map<String, Object> values = new LinkedHashMap<>();
        keyValues.properties().forEach(entry -> {
            JsonNode value = entry.getValue();
            if (value.isContainer()) {
                throw badRequest("Key-values are strings, numbers and booleans, but " + entry.getKey() + " is not");
            }
            if (!value.isNull()) {
                values.put(
                        entry.getKey(),
                        value.isBoolean()
                                ? value.booleanValue()
                                : value.isNumber() ? value.numberValue() : value.asString());
            }
        });
        if (values.size() > MAX_KEY_VALUES) {
            throw badRequest("At most " + MAX_KEY_VALUES + " key-values, but there are " + values.size());
        }
        return values;
    }

    private int number(Request request, String name, int otherwise) {
        try {
            return request.parameter(name).map(Integer::parseInt).orElse(otherwise);
        } catch (NumberFormatException e) {
            throw badRequest(name + " must be a number");
        }
    }

    private Instant instant(Request request, String name, Instant otherwise) {
        try {
            return request.parameter(name).map(Instant::parse).orElse(otherwise);
        } catch (DateTimeParseException e) {
            throw badRequest(name + " must be an ISO 8601 date");
        }
    }

    private ReplyException badRequest(String details) {
        return settings.legacyError(400, "INVALID_REQUEST", details);
    }

    private ReplyException notPinned() {
        return settings.legacyError(
                400, "CURRENT_USER_HAS_NOT_PINNED_CID", "The current user has not pinned the provided CID");
    }
}
