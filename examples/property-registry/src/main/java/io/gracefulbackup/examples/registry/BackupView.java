package io.gracefulbackup.examples.registry;

import io.gracefulbackup.BackupId;
import io.gracefulbackup.BackupReport;
import io.gracefulbackup.RestoreReport;
import io.gracefulbackup.SinkResult;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The report of a backup, as it is sent to the operator: the causes in it name hosts, users and paths.
 *
 * @param name the name of the backup
 * @param backupId the id of the backup, or null if none was sealed
 * @param stored whether at least one sink stored it
 * @param sealedBytes the size in bytes
 * @param millis how long the backup took, in milliseconds
 * @param failure why nothing was sealed, or null
 * @param sinks the outcome in each sink
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
                report.id().map(BackupId::value).orElse(null),
                report.isStored(),
                report.sealedBytes(),
                report.took().toMillis(),
                report.failure().orElse(null),
                report.sinks().stream().map(SinkView::of).toList());
    }

    /**
     * The outcome in one sink.
     *
     * @param sink the name of the sink
     * @param outcome {@code stored}, {@code failed}, {@code timed out}, {@code unchanged} or {@code skipped}
     * @param detail where the backup is stored, or why it is not
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
     * The last backup, as it is shown to everybody: how it ended, without causes and places.
     *
     * @param name the name of the backup
     * @param stored whether at least one sink stored it
     * @param millis how long the backup took, in milliseconds
     */
    record PublicView(String name, boolean stored, long millis) {
        static PublicView of(BackupReport report) {
            return new PublicView(
                    report.name(), report.isStored(), report.took().toMillis());
        }
    }

    /**
     * The backup that the registry was restored from.
     *
     * @param backupId the id of the backup
     * @param sink the sink that it was read from
     * @param createdAt when it was created
     */
    record RestoredView(String backupId, @Nullable String sink, Instant createdAt) {
        static @Nullable RestoredView of(RestoreReport report) {
            return report.restored()
                    .map(header ->
                            new RestoredView(header.id().value(), report.sink().orElse(null), header.createdAt()))
                    .orElse(null);
        }
    }
}
