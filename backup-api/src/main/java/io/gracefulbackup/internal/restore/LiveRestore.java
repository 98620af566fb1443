package io.gracefulbackup.internal.restore;

import io.gracefulbackup.BackupException;
import io.gracefulbackup.BackupHeader;
import io.gracefulbackup.BackupId;
import io.gracefulbackup.BackupReport;
import io.gracefulbackup.Deadline;
import io.gracefulbackup.RestoreReport;
import io.gracefulbackup.internal.catalog.Catalog;
import io.gracefulbackup.internal.catalog.Lineage.Position;
import io.gracefulbackup.internal.catalog.SinkInventory;
import io.gracefulbackup.internal.catalog.SinkInventory.CatalogEntry;
import io.gracefulbackup.internal.format.BackupReader.Contents;
import io.gracefulbackup.internal.report.Summary;
import io.gracefulbackup.internal.run.BackupRun;
import io.gracefulbackup.internal.run.BackupRun.RunComponents;
import io.gracefulbackup.internal.run.BackupTrigger;
import io.gracefulbackup.internal.run.RunQueue;
import io.gracefulbackup.internal.run.SavePermit;
import io.gracefulbackup.internal.run.StateGuard;
import io.gracefulbackup.internal.spool.Spool;
import io.gracefulbackup.internal.support.Failures;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Replaces the state of a running application: find, fetch, authenticate, shut the gate, save the present state, hand the
 * other one to the sources, save that too. Until the sources are called nothing has changed; if one of them fails, the
 * state from before is put back.
 */
public final class LiveRestore {
    private static final Duration SEARCH = Duration.ofSeconds(60);
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final RunComponents means;
    private final Catalog catalog;
    private final CopyReader fetch;
    private final SourceBinder sections;
    private final Duration timeout;
    private final RunQueue.Ended ended;
    private final long begun = System.nanoTime();

    public LiveRestore(
            RunComponents means,
            Catalog catalog,
            CopyReader fetch,
            SourceBinder sections,
            Duration timeout,
            RunQueue.Ended ended) {
        this.means = means;
        this.catalog = catalog;
        this.fetch = fetch;
        this.sections = sections;
        this.timeout = timeout;
        this.ended = ended;
    }

    /**
     * Restores that backup.
     *
     * @param exit expires when the exit begins: then nothing is begun any more
     * @throws BackupException if it was not restored; says whether anything was touched
     */
    public RestoreReport run(BackupId id, Deadline exit) throws IOException, InterruptedException {
        List<SinkInventory> answers = catalog.ask(SEARCH, SEARCH, true);
        try (Source source = fetch(id, answers)) {
            sections.check(source.fetched().contents());
            if (!means.gate().hold(Deadline.after(PATIENCE))) {
                throw new BackupException(
                        "Not restored, nothing has changed: writes that are under way did not end within "
                                + PATIENCE.toSeconds() + " s");
            }
            try {
                replace(source.fetched(), exit, answers);
            } finally {
                means.gate().release();
            }
            return report(source, exit);
        }
    }

    /** Where the backup was found, and its bytes. */
    private record Source(String sink, FetchedBackup fetched) implements AutoCloseable {
        @Override
        public void close() throws IOException {
            fetched.close();
        }
    }

    private Source fetch(BackupId id, List<SinkInventory> answers) throws InterruptedException {
        List<String> found = new ArrayList<>();
        List<String> failures = new ArrayList<>();
        for (SinkInventory answer : answers) {
            if (answer.isUnreachable()) {
                failures.add(answer.sink() + " is unreachable: " + answer.why());
            }
            for (CatalogEntry copy : answer.entries()) {
                if (copy instanceof CatalogEntry.Authenticated known) {
                    found.add(known.header().id().value());
                    if (known.header().id().equals(id)) {
                        try {
                            return new Source(answer.sink(), fetch.fetch(known));
                        } catch (IOException unusable) {
                            failures.add(answer.sink() + ": " + Failures.describe(unusable));
                        }
                    }
                }
            }
        }
        throw new BackupException(means.redact()
                .apply("Not restored, nothing has changed: no sink gave an intact copy of " + id
                        + (failures.isEmpty() ? "" : " (" + String.join("; ", failures) + ")") + ". There are "
                        + found.stream().distinct().toList()));
    }

    /** The choice of an older state must stay made, so the next number lies above all others, the one just saved too. */
    private Position next(List<SinkInventory> answers) {
        Position own = means.lineage().position();
        long epoch = own.epoch();
        long sequence = own.lastSequence();
        for (SinkInventory answer : answers) {
            for (CatalogEntry copy : answer.entries()) {
                if (copy instanceof CatalogEntry.Authenticated known) {
                    epoch = Math.max(epoch, known.header().epoch());
                    sequence = Math.max(sequence, known.header().sequence());
                }
            }
        }
        // Who holds a lease is above all others already, and must not get ahead of it.
        boolean isAbove = means.mandate().get().map(SavePermit::fence).isPresent();
        return new Position(isAbove ? epoch : epoch + 1, sequence);
    }

    private void replace(FetchedBackup fetched, Deadline exit, List<SinkInventory> answers)
            throws IOException, InterruptedException {
        Spool before = new Spool();
        try {
            BackupReport saved = backup(BackupTrigger.beforeRestore(), before, exit);
            if (!saved.isStored()) {
                throw new BackupException(
                        "Not restored, nothing has changed: the present state could not be saved first"
                                + saved.failureReason().map(why -> ": " + why).orElse(""));
            }
            StateGuard state = means.snapshot().stateInUse();
            if (exit.isExpired() || !state.takeForRestore(Deadline.after(PATIENCE))) {
                throw new BackupException("Not restored, nothing has changed: "
                        + (exit.isExpired() ? "the exit has begun" : "a snapshot is under way and does not end"));
            }
            try {
                apply(fetched, before, next(answers), saved);
            } finally {
                state.restoreEnded();
            }
        } finally {
            before.closeOr(means.console()::warn);
        }
    }

    private void apply(FetchedBackup fetched, Spool before, Position next, BackupReport saved) throws IOException {
        try {
            fetched.applyTo(sections);
        } catch (IOException | RuntimeException | Error failed) {
            putBack(before, saved, failed);
            throw new BackupException(
                    means.redact()
                            .apply("Not restored: " + Failures.describe(failed) + ". The state from before is back"),
                    Failures.withoutSecrets(failed, means.redact()));
        }
        Contents contents = fetched.contents();
        means.lineage()
                .restart(
                        contents.header(),
                        contents.contentDigest(),
                        contents.stateBytes(),
                        next.epoch(),
                        next.lastSequence());
    }

    private void putBack(Spool before, BackupReport saved, Throwable failed) {
        try (FetchedBackup previous = fetch.authenticate(before)) {
            previous.applyTo(sections);
        } catch (IOException | RuntimeException | Error again) {
            String torn =
                    "a restore failed halfway (" + Failures.describe(failed) + "), and the state from before could"
                            + " not be put back (" + Failures.describe(again)
                            + "): what is in memory is neither, and is not saved. Start again; the state from before is the"
                            + " backup " + saved.id();
            means.snapshot().stateInUse().tear(torn);
            throw new BackupException(means.redact().apply(torn), Failures.withoutSecrets(again, means.redact()));
        }
    }

    private RestoreReport report(Source source, Deadline exit) throws InterruptedException {
        BackupHeader header = source.fetched().contents().header();
        List<String> story = new ArrayList<>();
        story.add("Restored " + header.name() + " (" + header.id() + ") from " + source.sink()
                + " into the running application");
        means.console().info(Summary.ofRestore(means.application(), header, source.sink()));
        Spool spool = new Spool();
        try {
            if (!backup(BackupTrigger.afterRestore(), spool, exit).isStored()) {
                story.add("It could not be saved yet: if the process is killed now, the state from before comes back");
            }
        } finally {
            spool.closeOr(means.console()::warn);
        }
        return new RestoreReport(
                RestoreReport.Outcome.RESTORED,
                header,
                source.sink(),
                story,
                null,
                Duration.ofNanos(System.nanoTime() - begun));
    }

    private BackupReport backup(BackupTrigger occasion, Spool spool, Deadline exit) throws InterruptedException {
        BackupReport report = new BackupRun(
                        means,
                        occasion,
                        timeout,
                        exit.atMost(timeout),
                        deadline -> means.mandate().get())
                .run(spool);
        ended.ended(report);
        return report;
    }
}
