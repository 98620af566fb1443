package io.gracefulbackup;

import java.time.Duration;

/** The result of one backup in one sink. */
public sealed interface SinkResult {

    /** The name of the sink. */
    String sink();

    /**
     * Stored and verified.
     *
     * @param sink the name of the sink
     * @param location where it is, in the terms of the sink
     * @param bytes the number of sealed bytes
     * @param took the time from the beginning to the end of the call
     */
    record Stored(String sink, String location, long bytes, Duration took) implements SinkResult {}

    /**
     * Not stored.
     *
     * @param sink the name of the sink
     * @param cause one sentence, without secrets
     * @param took the time from the beginning to the end of the call
     */
    record Failed(String sink, String cause, Duration took) implements SinkResult {}

    /**
     * Not finished when the deadline expired; not counted as stored.
     *
     * @param sink the name of the sink
     * @param after the time that the sink had
     */
    record TimedOut(String sink, Duration after) implements SinkResult {}

    /**
     * The sink is not configured, or this run stores nothing.
     *
     * @param sink the name of the sink
     * @param why the reason, for the operator
     */
    record Skipped(String sink, String why) implements SinkResult {}

    /**
     * Not stored again, because the sink holds a backup with the same state. Occurs for checkpoints only.
     *
     * @param sink the name of the sink
     * @param held the id of that backup
     */
    record Unchanged(String sink, BackupId held) implements SinkResult {}
}
