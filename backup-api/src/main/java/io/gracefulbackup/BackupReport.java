package io.gracefulbackup;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The outcome of one backup run.
 *
 * @param name the name of the backup
 * @param shutdown why the process ends, or null if it does not
 * @param id the id of the backup, or null if nothing was sealed; for an unchanged checkpoint the id of the backup that
 *     the sinks already hold
 * @param sealedBytes the number of sealed bytes; 0 if nothing was sealed
 * @param stateBytes the number of bytes that the sources wrote, before compression; 0 if nothing was sealed
 * @param sha256 of the sealed bytes, 64 lower-case hexadecimal digits; empty if nothing was sealed
 * @param lockHeld how long the snapshot held the lock of the application; zero without a lock
 * @param sinks one result for each sink; empty if the snapshot failed
 * @param failure why no backup could be sealed, or null
 * @param took the duration of the whole run
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

    /** Whether at least one sink holds the backup, verified. */
    public boolean isStored() {
        return sinks.stream()
                .anyMatch(sink -> sink instanceof SinkResult.Stored || sink instanceof SinkResult.Unchanged);
    }

    /** Whether nothing was stored because every sink already holds a backup with this state. */
    public boolean isUnchanged() {
        return sinks.stream().anyMatch(SinkResult.Unchanged.class::isInstance);
    }

    /** Whether at least one sink is configured and every configured sink holds the backup. */
    public boolean isComplete() {
        return isStored()
                && sinks.stream()
                        .noneMatch(sink -> sink instanceof SinkResult.Failed || sink instanceof SinkResult.TimedOut);
    }

    /** Why no backup could be sealed; empty if one was sealed or there was nothing to save. */
    public Optional<String> failureReason() {
        return Optional.ofNullable(failure);
    }
}
