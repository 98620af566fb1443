package io.gracefulbackup;

import java.time.Duration;

/** What became of one backup in one sink. */
public sealed interface SinkResult {

    /** The sink's name. */
    String sink();

    /**
     * Stored and verified.
     *
     * @param sink the sink's name
     * @param location where, in the sink's own words
     * @param bytes the sealed size
     * @param took from the beginning of the call to its end
     */
    record Stored(String sink, String location, long bytes, Duration took) implements SinkResult {}

    /**
     * Not stored.
     *
     * @param sink the sink's name
     * @param cause one sentence, without secrets
     * @param took from the beginning of the call to its end
     */
    record Failed(String sink, String cause, Duration took) implements SinkResult {}

    /**
     * Still at it when the deadline passed; not counted as stored.
     *
     * @param sink the sink's name
     * @param after how long it had had
     */
    record TimedOut(String sink, Duration after) implements SinkResult {}

    /**
     * Not configured.
     *
     * @param sink the sink's name
     * @param why what is missing
     */
    record Skipped(String sink, String why) implements SinkResult {}

    /**
     * Not stored again: the state is the same as that of a backup which the sink holds. Checkpoints only.
     *
     * @param sink the sink's name
     * @param held the backup that it holds
     */
    record Unchanged(String sink, BackupId held) implements SinkResult {}
}
