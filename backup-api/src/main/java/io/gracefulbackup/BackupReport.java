package io.gracefulbackup;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The outcome of one backup run.
 *
 * @param name the backup's name
 * @param shutdown why the process ends, or null if it does not
 * @param id the backup's id, or null if none was sealed; of an unchanged checkpoint the one that is held already
 * @param sealedBytes the sealed size, 0 if none was sealed
 * @param stateBytes what the sources wrote, before compression
 * @param sha256 of the sealed bytes, 64 lower-case hexadecimal digits; empty if none was sealed
 * @param lockHeld how long the host's lock was held; nothing without one
 * @param sinks one entry for each sink
 * @param failure why nothing was sealed, or null
 * @param took the whole run
 */
public record BackupReport(
        String name,
        @Nullable ShutdownReason shutdown,
        @Nullable BackupId id,
        long sealedBytes,
        long stateBytes,
        String sha256,
        Duration lockHeld,
        List<SinkResult> sinks,
        @Nullable String failure,
        Duration took) {

    /** Copies the list. */
    public BackupReport {
        sinks = List.copyOf(sinks);
    }

    /** Whether at least one sink holds it, verified. */
    public boolean isStored() {
        return sinks.stream()
                .anyMatch(sink -> sink instanceof SinkResult.Stored || sink instanceof SinkResult.Unchanged);
    }

    /** Whether nothing was stored because the state is that of a backup which every sink holds. */
    public boolean isUnchanged() {
        return sinks.stream().anyMatch(SinkResult.Unchanged.class::isInstance);
    }

    /** Whether every configured sink holds it, and there is one. */
    public boolean isComplete() {
        return isStored()
                && sinks.stream()
                        .noneMatch(sink -> sink instanceof SinkResult.Failed || sink instanceof SinkResult.TimedOut);
    }

    /** Why nothing was sealed, if so. */
    public Optional<String> failureReason() {
        return Optional.ofNullable(failure);
    }
}
