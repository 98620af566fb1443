package io.gracefulbackup.examples.registry;

import io.gracefulbackup.BackupId;
import io.gracefulbackup.BackupReport;
import io.gracefulbackup.RestoreReport;
import io.gracefulbackup.SinkResult;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A backup as JSON.
 *
 * @param name its name
 * @param backupId its id, or null if none was sealed
 * @param stored whether at least one sink holds it
 * @param sealedBytes its size
 * @param millis how long it took
 * @param failure why nothing was sealed, or null
 * @param sinks what became of it in each sink
 */
record BackupView(
        String name,
        @Nullable String backupId,
        boolean stored,
        long sealedBytes,
        long millis,
        @Nullable String failure,
        List<SinkView> sinks) {

    static BackupView of(BackupReport report) {
        return new BackupView(
                report.name(),
                Optional.ofNullable(report.id()).map(BackupId::value).orElse(null),
                report.isStored(),
                report.sealedBytes(),
                report.took().toMillis(),
                report.failure(),
                report.sinks().stream().map(SinkView::of).toList());
    }

    /**
     * One sink's part in it.
     *
     * @param sink the sink's name
     * @param outcome {@code stored}, {@code failed}, {@code timed out}, {@code unchanged} or {@code skipped}
     * @param detail where it is, or why it is not
     */
    record SinkView(String sink, String outcome, String detail) {
        static SinkView of(SinkResult result) {
            if (result instanceof SinkResult.Stored stored) {
                return new SinkView(stored.sink(), "stored", stored.location());
            }
            if (result instanceof SinkResult.Failed failed) {
                return new SinkView(failed.sink(), "failed", failed.cause());
            }
            if (result instanceof SinkResult.TimedOut timedOut) {
                return new SinkView(
                        timedOut.sink(),
                        "timed out",
                        "after " + timedOut.after().toMillis() + " ms");
            }
            if (result instanceof SinkResult.Unchanged unchanged) {
                return new SinkView(
                        unchanged.sink(), "unchanged", unchanged.held().value());
            }
            return new SinkView(result.sink(), "skipped", ((SinkResult.Skipped) result).why());
        }
    }

    /**
     * The backup that the registry started from.
     *
     * @param backupId its id
     * @param sink where it was
     * @param createdAt when it was made
     */
    record RestoredView(String backupId, @Nullable String sink, Instant createdAt) {
        static @Nullable RestoredView of(RestoreReport report) {
            return report.restoredBackup()
                    .map(header -> new RestoredView(header.id().value(), report.sink(), header.createdAt()))
                    .orElse(null);
        }
    }
}
