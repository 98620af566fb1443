package io.gracefulbackup.internal.format;

import io.gracefulbackup.internal.format.BackupWriter.SectionSpec;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The beginning of the payload: which sections follow, and how they are compressed. */
record Manifest(BodyCodec codec, Instant created, List<SectionSpec> sections) {
    private static final int MAX_BYTES = 1024 * 1024;

    Manifest {
        sections = List.copyOf(sections);
        Set<String> names = new HashSet<>();
        for (SectionSpec section : sections) {
            // With control characters in names, two different lists of sections could have the same content digest.
            if (section.name().isEmpty() || section.name().chars().anyMatch(Character::isISOControl)) {
                throw new IllegalArgumentException("A section needs a name without control characters, but one is \""
                        + section.name().replaceAll("\\p{Cntrl}", "?") + "\"");
            }
            if (!names.add(section.name())) {
                throw new IllegalArgumentException("Two sections are named \"" + section.name() + "\"");
            }
        }
    }

    byte[] encode() {
        ObjectNode json = JsonTree.object();
        json.put("created", created.toString());
        ArrayNode list = json.putArray("sections");
        for (SectionSpec section : sections) {
            list.addObject().put("name", section.name()).put("version", section.version());
        }
        byte[] bytes = JsonTree.bytes(json);
        if (bytes.length > MAX_BYTES) {
            throw new IllegalArgumentException("The names of " + sections.size() + " sections take " + bytes.length
                    + " bytes; at most " + MAX_BYTES + " are possible");
        }
        return ByteBuffer.allocate(5 + bytes.length)
                .put((byte) codec.code)
                .putInt(bytes.length)
                .put(bytes)
                .array();
    }

    static Manifest read(InputStream payload) throws IOException {
        int code = payload.read();
        BodyCodec codec = BodyCodec.of(code)
                .orElseThrow(() -> new UnreadableBackupException.NewerFormat("The backup is compressed with codec "
                        + code + ", which this library does not know. Use the version of the library that wrote it, or"
                        + " a later one"));
        byte[] length = payload.readNBytes(Integer.BYTES);
        long bytes =
                length.length < Integer.BYTES ? -1 : ByteBuffer.wrap(length).getInt() & 0xffffffffL;
        if (bytes < 0 || bytes > MAX_BYTES) {
            throw nonsense();
        }
        return decode(codec, payload.readNBytes((int) bytes));
    }

    private static Manifest decode(BodyCodec codec, byte[] bytes) {
        try {
            JsonNode json = JsonTree.parse(new String(bytes, StandardCharsets.UTF_8));
            List<SectionSpec> sections = new ArrayList<>();
            for (JsonNode section : JsonTree.required(json, "sections")) {
                int version = Math.toIntExact(JsonTree.integer(section, "version"));
                sections.add(new SectionSpec(JsonTree.text(section, "name"), version));
            }
            return new Manifest(codec, Instant.parse(JsonTree.text(json, "created")), sections);
        } catch (JacksonException | DateTimeException | ArithmeticException | IllegalArgumentException e) {
            throw nonsense();
        }
    }

    private static UnreadableBackupException nonsense() {
        return new UnreadableBackupException.DamagedPayload(
                "The manifest of the backup is authentic but makes no sense. Use another copy, and report this as a bug");
    }
}
