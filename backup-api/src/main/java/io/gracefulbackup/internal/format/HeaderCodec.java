package io.gracefulbackup.internal.format;

import io.gracefulbackup.BackupException;
import io.gracefulbackup.BackupHeader;
import io.gracefulbackup.BackupHeader.Before;
import io.gracefulbackup.BackupHeader.Choice;
import io.gracefulbackup.BackupHeader.Guarded;
import io.gracefulbackup.BackupId;
import io.gracefulbackup.BackupVersion;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Encodes the header as padded JSON. Each field is written by name, so the format does not change with a library or a
 * refactoring.
 */
final class HeaderCodec {
    /** Headers are padded, so that their length reveals little about the names in them. */
    private static final int STEP = 4096;

    private static final int MAX_STEPS = 15;

    static final int SHORTEST_SEALED = STEP + SegmentCipher.TAG_BYTES;

    private HeaderCodec() {}

    static boolean isSealedLength(int length) {
        int plain = length - SegmentCipher.TAG_BYTES;
        return plain >= STEP && plain <= MAX_STEPS * STEP && plain % STEP == 0;
    }

    static byte[] encode(BackupHeader header) {
        ObjectNode json = JsonTree.object();
        json.put("application", header.application());
        json.put("id", header.id().value());
        json.put("epoch", header.epoch());
        json.put("sequence", header.sequence());
        header.parent().ifPresent(parent -> json.put("parent", parent.value()));
        ArrayNode ancestors = json.putArray("ancestors");
        header.ancestors().forEach(ancestor -> ancestors.add(ancestor.value()));
        if (header.namedFrom() != 0) {
            json.put("namedFrom", header.namedFrom());
        }
        json.put("name", header.name());
        json.put("createdAt", header.createdAt().toString());
        json.put("reason", header.reason());
        header.site().ifPresent(site -> json.put("site", site));
        json.put("instance", header.instance());
        if (!header.choices().isEmpty()) {
            ArrayNode choices = json.putArray("choices");
            header.choices()
                    .forEach(choice -> choices.addObject()
                            .put("text", choice.text())
                            .put("epoch", choice.since().epoch())
                            .put("sequence", choice.since().sequence()));
        }
        if (!header.guarded().isEmpty()) {
            ArrayNode guarded = json.putArray("guarded");
            header.guarded()
                    .forEach(guard -> guarded.addObject()
                            .put("id", guard.id().value())
                            .put("since", guard.since().toString()));
        }
        header.before().ifPresent(before -> {
            ObjectNode node = json.putObject("before");
            node.put("id", before.id().value()).put("stateBytes", before.stateBytes());
            if (!before.sectionBytes().isEmpty()) {
                ObjectNode sections = node.putObject("sectionBytes");
                before.sectionBytes().forEach(sections::put);
            }
        });
        return padded(JsonTree.bytes(json));
    }

    private static byte[] padded(byte[] json) {
        int steps = (json.length + STEP - 1) / STEP;
        if (steps > MAX_STEPS) {
            throw new BackupException("The backup's header has " + json.length + " bytes; at most " + MAX_STEPS * STEP
                    + " are possible. Shorten the names of the application, the site or the backup");
        }
        byte[] padded = Arrays.copyOf(json, steps * STEP);
        Arrays.fill(padded, json.length, padded.length, (byte) ' ');
        return padded;
    }

    /**
     * Decodes a header. Ignores unknown fields.
     *
     * @throws IllegalArgumentException if the bytes are not a header
     */
    static BackupHeader decode(byte[] padded) {
        try {
            JsonNode json = JsonTree.parse(new String(padded, StandardCharsets.UTF_8));
            String parent = JsonTree.optionalText(json, "parent");
            List<BackupId> ancestors = new ArrayList<>();
            JsonTree.required(json, "ancestors")
                    .forEach(ancestor -> ancestors.add(new BackupId(JsonTree.text(ancestor))));
            List<Guarded> guarded = new ArrayList<>();
            JsonTree.optional(json, "guarded")
                    .forEach(guard -> guarded.add(new Guarded(
                            new BackupId(JsonTree.text(guard, "id")), Instant.parse(JsonTree.text(guard, "since")))));
            return BackupHeader.builder(
                            JsonTree.text(json, "application"),
                            new BackupId(JsonTree.text(json, "id")),
                            new BackupVersion(JsonTree.integer(json, "epoch"), JsonTree.integer(json, "sequence")))
                    .parent(parent == null ? null : new BackupId(parent))
                    .ancestors(ancestors)
                    .namedFrom(json.hasNonNull("namedFrom") ? JsonTree.integer(json, "namedFrom") : 0)
                    .name(JsonTree.text(json, "name"))
                    .createdAt(Instant.parse(JsonTree.text(json, "createdAt")))
                    .reason(JsonTree.text(json, "reason"))
                    .site(JsonTree.optionalText(json, "site"))
                    .instance(JsonTree.text(json, "instance"))
                    .choices(choices(json))
                    .guarded(guarded)
                    .before(before(json))
                    .build();
        } catch (JacksonException | DateTimeException e) {
            throw new IllegalArgumentException("not the JSON of a header", e);
        }
    }

    private static List<Choice> choices(JsonNode json) {
        List<Choice> choices = new ArrayList<>();
        JsonTree.optional(json, "choices")
                .forEach(choice -> choices.add(new Choice(
                        JsonTree.text(choice, "text"),
                        new BackupVersion(JsonTree.integer(choice, "epoch"), JsonTree.integer(choice, "sequence")))));
        return choices;
    }

    private static @Nullable Before before(JsonNode json) {
        JsonNode before = json.get("before");
        if (before == null || before.isNull()) {
            return null;
        }
        Map<String, Long> sections = new LinkedHashMap<>();
        JsonNode sectionBytes = before.get("sectionBytes");
        if (sectionBytes != null) {
            sectionBytes.propertyNames().forEach(name -> sections.put(name, JsonTree.integer(sectionBytes, name)));
        }
        return new Before(new BackupId(JsonTree.text(before, "id")), JsonTree.integer(before, "stateBytes"), sections);
    }
}
