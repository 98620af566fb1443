package io.gracefulbackup.internal.pointers;

import io.gracefulbackup.BackupId;
import io.gracefulbackup.BackupReport;
import io.gracefulbackup.SinkResult;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a process leaves for the next one to read: that it runs, or how its shutdown ended. One line of JSON without secrets
 * or state.
 *
 * @param instance the process
 * @param since when it started, or ended
 * @param ending how its shutdown ended, or null while it runs
 */
public record Receipt(
        String instance, Instant since, @Nullable Ending ending) {
    /** The name of its value in a pointer store. */
    static final String NAME = "BACKUP_RECEIPT";

    private static final JsonMapper JSON = new JsonMapper();

    /** The outcome of a shutdown. */
    public record Ending(
            @Nullable BackupId backup,
            String sha256,
            long stateBytes,
            @Nullable String failure,
            Duration took,
            List<SinkResult> sinks) {
        public Ending {
            sinks = List.copyOf(sinks);
        }

        static Ending of(BackupReport report) {
            return new Ending(
                    report.id().orElse(null),
                    report.sha256().orElse(""),
                    report.stateBytes(),
                    report.failure().orElse(null),
                    report.took(),
                    report.sinks());
        }
    }

    /** As one line. */
    String toJson() {
        ObjectNode json = JSON.createObjectNode();
        json.put("instance", instance);
        json.put("since", since.toString());
        Ending present = ending;
        if (present != null) {
            ObjectNode node = json.putObject("ending");
            BackupId backup = present.backup();
            if (backup != null) {
                node.put("backup", backup.value());
            }
            node.put("sha256", present.sha256());
            node.put("stateBytes", present.stateBytes());
            if (present.failure() != null) {
                node.put("failure", present.failure());
            }
            node.put("ms", present.took().toMillis());
            ArrayNode sinks = node.putArray("sinks");
            present.sinks().forEach(sink -> write(sink, sinks.addObject()));
        }
        return JSON.writeValueAsString(json);
    }

    /** Reads the line; empty if it is no receipt. */
    static Optional<Receipt> parse(String text) {
        try {
            JsonNode json = JSON.readTree(text);
            JsonNode node = json.get("ending");
            return Optional.of(new Receipt(
                    json.get("instance").asString(),
                    Instant.parse(json.get("since").asString()),
                    node == null ? null : ending(node)));
        } catch (JacksonException | DateTimeException | NullPointerException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static Ending ending(JsonNode node) {
        List<SinkResult> sinks = new ArrayList<>();
        node.get("sinks").forEach(sink -> sinks.add(read(sink)));
        JsonNode backup = node.get("backup");
        JsonNode failure = node.get("failure");
        return new Ending(
                backup == null ? null : new BackupId(backup.asString()),
                node.get("sha256").asString(),
                node.get("stateBytes").asLong(),
                failure == null ? null : failure.asString(),
                Duration.ofMillis(node.get("ms").asLong()),
                sinks);
    }

    private static void write(SinkResult result, ObjectNode json) {
        json.put("sink", result.sink());
        if (result instanceof SinkResult.Stored stored) {
            json.put("stored", stored.location());
            json.put("bytes", stored.bytes());
            json.put("ms", stored.took().toMillis());
        } else if (result instanceof SinkResult.Failed failed) {
            json.put("failed", failed.cause());
            json.put("ms", failed.took().toMillis());
        } else if (result instanceof SinkResult.TimedOut late) {
            json.put("ms", late.after().toMillis());
        } else if (result instanceof SinkResult.Skipped skipped) {
            json.put("skipped", skipped.why());
        }
    }

    private static SinkResult read(JsonNode json) {
        String sink = json.get("sink").asString();
        if (json.has("stored")) {
            return new SinkResult.Stored(
                    sink, json.get("stored").asString(), json.get("bytes").asLong(), took(json));
        }
        if (json.has("failed")) {
            return new SinkResult.Failed(sink, json.get("failed").asString(), took(json));
        }
        return json.has("skipped")
                ? new SinkResult.Skipped(sink, json.get("skipped").asString())
                : new SinkResult.TimedOut(sink, took(json));
    }

    private static Duration took(JsonNode json) {
        return Duration.ofMillis(json.get("ms").asLong());
    }
}
