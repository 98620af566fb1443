package io.gracefulbackup.internal.format;

import io.gracefulbackup.BackupException;
import io.gracefulbackup.BackupHeader;
import io.gracefulbackup.BackupHeader.Before;
import io.gracefulbackup.BackupHeader.Choice;
import io.gracefulbackup.BackupHeader.Guarded;
import io.gracefulbackup.BackupId;
import io.gracefulbackup.BackupVersion;
import java.nio.charset.StandardCharsets;
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

    /** @throws BackupException for a header that no reader would accept, or that is too long */
    static byte[] encode(BackupHeader header) {
        HeaderFields.check(header);
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
     * @throws IllegalArgumentException if the bytes are not a header, or a value is impossible; names the field
     */
    static BackupHeader decode(byte[] padded) {
        try {
            JsonNode json = JsonTree.parse(new String(padded, StandardCharsets.UTF_8));
            List<BackupId> ancestors = JsonTree.list(json, "ancestors", BackupHeader.MAX_ANCESTORS).stream()
                    .map(ancestor -> HeaderFields.id("ancestors", ancestor))
                    .toList();
            List<Guarded> guarded = JsonTree.list(json, "guarded", BackupHeader.MAX_GUARDED).stream()
                    .map(guard -> new Guarded(HeaderFields.id(guard, "id"), HeaderFields.time(guard, "since")))
                    .toList();
            return BackupHeader.builder(
                            JsonTree.text(json, "application"),
                            HeaderFields.id(json, "id"),
                            new BackupVersion(
                                    HeaderFields.number(json, "epoch"), HeaderFields.number(json, "sequence")))
                    .parent(json.hasNonNull("parent") ? HeaderFields.id(json, "parent") : null)
                    .ancestors(ancestors)
                    .namedFrom(json.hasNonNull("namedFrom") ? HeaderFields.number(json, "namedFrom") : 0)
                    .name(JsonTree.text(json, "name"))
                    .createdAt(HeaderFields.time(json, "createdAt"))
                    .reason(JsonTree.text(json, "reason"))
                    .site(JsonTree.optionalText(json, "site"))
                    .instance(JsonTree.text(json, "instance"))
                    .choices(JsonTree.list(json, "choices", BackupHeader.MAX_CHOICES).stream()
                            .map(HeaderCodec::choice)
                            .toList())
                    .guarded(guarded)
                    .before(before(json))
                    .build();
        } catch (JacksonException e) {
            throw new IllegalArgumentException("not the JSON of a header", e);
        }
    }

    private static Choice choice(JsonNode json) {
        return new Choice(
                JsonTree.text(json, "text"),
                new BackupVersion(HeaderFields.number(json, "epoch"), HeaderFields.number(json, "sequence")));
    }

    private static @Nullable Before before(JsonNode json) {
        JsonNode before = JsonTree.optionalObject(json, "before");
        if (before == null) {
            return null;
        }
        Map<String, Long> sections = new LinkedHashMap<>();
        JsonNode sectionBytes = JsonTree.optionalObject(before, "sectionBytes");
        if (sectionBytes != null) {
            sectionBytes.propertyNames().forEach(name -> sections.put(name, HeaderFields.number(sectionBytes, name)));
        }
        return new Before(HeaderFields.id(before, "id"), HeaderFields.number(before, "stateBytes"), sections);
    }
}
