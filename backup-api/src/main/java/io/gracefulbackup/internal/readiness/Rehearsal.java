package io.gracefulbackup.internal.readiness;

import io.gracefulbackup.BackupReport;
import io.gracefulbackup.Deadline;
import io.gracefulbackup.SinkResult;
import io.gracefulbackup.StateSource;
import io.gracefulbackup.internal.catalog.Lineage;
import io.gracefulbackup.internal.format.BackupReader;
import io.gracefulbackup.internal.format.Section;
import io.gracefulbackup.internal.report.OperatorLog;
import io.gracefulbackup.internal.run.BackupRun;
import io.gracefulbackup.internal.run.BackupTrigger;
import io.gracefulbackup.internal.run.Delivery;
import io.gracefulbackup.internal.run.RunComponents;
import io.gracefulbackup.internal.support.Failures;
import io.gracefulbackup.internal.support.Timeouts;
import io.gracefulbackup.spi.BackupSink;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/** Takes the whole way of the exit's backup, from the real sources to a sink that reads what it gets and keeps nothing. */
public final class Rehearsal {
    private final Stage stage;
    private final OperatorLog silence = OperatorLog.silent();

    /**
     * What a rehearsal works with.
     *
     * @param real the parts that the application's own backups use
     * @param sources the application's sources
     * @param isLocked whether the sources are called under the host's lock
     * @param delivery makes the delivery to a sink
     * @param lineage makes a lineage that nothing descends from
     * @param reader reads what was sealed
     */
    public record Stage(
            RunComponents real,
            List<StateSource> sources,
            boolean isLocked,
            Function<BackupSink, Delivery> delivery,
            Supplier<Lineage> lineage,
            BackupReader reader) {}

    /**
     * What a rehearsal has shown.
     *
     * @param sources what became of each source
     * @param unreadable what would not come back, for each source that was read back
     * @param sections the sections of the backup, if it was made and could be opened
     * @param failure why there was none, although no source is to blame
     * @param isOver whether it was ended by something more important, and shows nothing
     */
    record Outcome(
            List<RehearsedSource> sources,
            Map<String, List<String>> unreadable,
            List<Section> sections,
            Optional<String> failure,
            boolean isOver) {
        boolean isCut() {
            return sources.stream().anyMatch(RehearsedSource::isCut);
        }

        boolean hasFailedSource() {
            return sources.stream().anyMatch(source -> source.failure().isPresent());
        }
    }

    Rehearsal(Stage stage) {
        this.stage = stage;
    }

    /**
     * Rehearses once.
     *
     * @param readsBack whether to read back what JSON sources wrote
     * @param deadline ends it early when something more important begins
     */
    Outcome run(boolean readsBack, Deadline deadline) throws InterruptedException {
        LockTime time = new LockTime(stage.isLocked() ? Timeouts.REHEARSAL_LOCK : null);
        List<RehearsedSource> sources = new ArrayList<>();
        stage.sources().forEach(source -> sources.add(new RehearsedSource(source, time, readsBack)));
        ReadingSink sink = new ReadingSink(stage.reader());
        BackupReport report = run(sources, sink, deadline);
        Map<String, List<String>> unreadable = readBack(sources, deadline);
        return new Outcome(sources, unreadable, sink.read(), failure(report), deadline.isExpired());
    }

    private BackupReport run(List<RehearsedSource> sources, ReadingSink sink, Deadline deadline)
            throws InterruptedException {
        RunComponents components = stage.real()
                .rehearsing(
                        List.copyOf(sources),
                        stage.delivery().apply(sink),
                        stage.lineage().get(),
                        stage.isLocked()
                                ? Timeouts.REHEARSAL_UNDER_LOCK
                                : stage.real().timeout(),
                        silence);
        return BackupRun.live(components, BackupTrigger.rehearsal(), deadline).run();
    }

    private static Map<String, List<String>> readBack(List<RehearsedSource> sources, Deadline deadline) {
        Map<String, List<String>> unreadable = new LinkedHashMap<>();
        for (RehearsedSource source : sources) {
            try {
                source.readBack(deadline::isExpired).ifPresent(found -> unreadable.put(source.name(), found));
            } catch (IOException | RuntimeException failed) {
                if (!deadline.isExpired()) {
                    unreadable.put(source.name(), List.of(Failures.describe(failed)));
                }
            }
        }
        return unreadable;
    }

    private static Optional<String> failure(BackupReport report) {
        return report.failure()
                .or(() -> report.sinks().stream()
                        .filter(SinkResult.Failed.class::isInstance)
                        .map(failed -> ((SinkResult.Failed) failed).cause())
                        .findFirst());
    }
}
