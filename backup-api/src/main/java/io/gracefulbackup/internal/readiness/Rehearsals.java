package io.gracefulbackup.internal.readiness;

import io.gracefulbackup.Deadline;
import io.gracefulbackup.ReadinessFinding;
import io.gracefulbackup.ReadinessFinding.Kind;
import io.gracefulbackup.internal.format.Section;
import io.gracefulbackup.internal.readiness.Rehearsal.Outcome;
import io.gracefulbackup.internal.readiness.Rehearsal.Stage;
import io.gracefulbackup.internal.report.Messages;
import io.gracefulbackup.internal.report.OperatorLog;
import io.gracefulbackup.internal.run.RunQueue;
import io.gracefulbackup.internal.support.Failures;
import io.gracefulbackup.internal.support.Task;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Rehearses the exit's backup while the application runs, when there is nothing else to do, and keeps in mind what the rehearsals
 * find. A rehearsal that something interrupts says nothing.
 */
final class Rehearsals {
    /** Above this size, sealing uses several threads. */
    private static final long SMALL_STATE = 1 << 20;

    private static final int SEALING_THREADS = 3;

    private final Stage stage;
    private final Rehearsal rehearsal;
    private final RunQueue runs;
    private final RehearsalSchedule schedule;
    private final Findings findings;
    private final OperatorLog log;

    /** What the last rehearsal of each source has found; used by the thread of the rehearsals only. */
    private final Map<String, String> thrown = new LinkedHashMap<>();

    private final Map<String, Set<String>> unreadable = new LinkedHashMap<>();
    private boolean hasChanged;

    Rehearsals(Stage stage, RunQueue runs, RehearsalSchedule schedule, Findings findings, OperatorLog log) {
        this.stage = stage;
        this.rehearsal = new Rehearsal(stage);
        this.runs = runs;
        this.schedule = schedule;
        this.findings = findings;
        this.log = log;
    }

    /** Begins to rehearse. Abandoning the task ends it, and a rehearsal under way soon after. */
    Task<?> start() {
        return stage.real()
                .threads()
                .inBackground(
                        "rehearsals",
                        this::run,
                        failed -> log.warn(Messages.rehearsalsEnded(Failures.describe(failed))));
    }

    private void run() throws InterruptedException {
        while (true) {
            awaitNext();
            try {
                rehearse();
            } catch (RuntimeException | Error failed) {
                log.debug(Messages.rehearsalFailed(Failures.describe(failed)));
                schedule.completed(RehearsalSchedule.LONGEST.dividedBy(100));
            }
        }
    }

    private void awaitNext() throws InterruptedException {
        for (Duration left = schedule.untilNext(); left.compareTo(Duration.ZERO) > 0; left = schedule.untilNext()) {
            if (hasChanged) {
                TimeUnit.NANOSECONDS.sleep(left.toNanos());
            } else if (stage.real().gate().awaitFirstChange(Deadline.after(left))) {
                hasChanged = true;
                schedule.changed();
            }
        }
    }

    /** Rehearses once, if this instance has the state and nothing else runs. */
    void rehearse() throws InterruptedException {
        if (stage.real().permit().get().isEmpty()) {
            schedule.notNow(Duration.ZERO);
            return;
        }
        boolean readsBack = schedule.readsBack();
        long begun = System.nanoTime();
        Outcome outcome = idly(readsBack);
        Duration took = Duration.ofNanos(System.nanoTime() - begun);
        if (outcome == null || outcome.isOver()) {
            schedule.notNow(took);
            return;
        }
        apply(outcome);
        long bytes = Section.totalLength(outcome.sections());
        boolean isSmall = !outcome.isCut() && bytes < SMALL_STATE;
        Duration cpuTime = isSmall ? took : took.multipliedBy(SEALING_THREADS);
        if (outcome.isCut()) {
            schedule.cutShort(cpuTime);
        } else {
            schedule.completed(cpuTime);
        }
        log.debug(Messages.rehearsed(
                bytes, took, outcome.isCut(), outcome.failure().orElse("")));
    }

    /** Rehearses if nothing else runs; null if something does. A source that throws is tried again before it is blamed. */
    private @Nullable Outcome idly(boolean readsBack) throws InterruptedException {
        AtomicReference<Outcome> outcome = new AtomicReference<>();
        try {
            runs.idly(turn -> {
                Outcome first = rehearsal.run(readsBack, turn.deadline());
                outcome.set(
                        first.hasFailedSource() && !first.isOver() ? rehearsal.run(readsBack, turn.deadline()) : first);
                return true;
            });
        } catch (InterruptedException | RuntimeException failed) {
            throw failed;
        } catch (Exception failed) {
            throw new IllegalStateException(failed);
        }
        return outcome.get();
    }

    private void apply(Outcome outcome) {
        for (RehearsedSource source : outcome.sources()) {
            source.failure()
                    .ifPresent(failure -> thrown.put(
                            source.name(),
                            Messages.sourceFailsRehearsal(
                                    source.name(), stage.real().redact().apply(Failures.describe(failure)))));
            if (source.hasEnded()) {
                thrown.remove(source.name());
            }
            List<String> found = outcome.unreadable().get(source.name());
            if (found != null) {
                noteUnreadable(source, found);
            }
        }
        if (!outcome.sections().isEmpty() && !outcome.isCut()) {
            stage.real().sizes().rehearsed(outcome.sections());
        }
        report();
    }

    /** What is not found in the beginning of a state may still be in the rest. */
    private void noteUnreadable(RehearsedSource source, List<String> found) {
        Set<String> known = unreadable.computeIfAbsent(source.name(), name -> new LinkedHashSet<>());
        if (source.hasEnded()) {
            known.clear();
        }
        found.forEach(
                sentence -> known.add(stage.real().redact().apply(Messages.wouldNotComeBack(source.name(), sentence))));
    }

    private void report() {
        List<ReadinessFinding> now = new ArrayList<>();
        thrown.forEach((name, message) -> now.add(new ReadinessFinding(Kind.SOURCE, name, message)));
        unreadable.forEach((name, sentences) ->
                sentences.forEach(message -> now.add(new ReadinessFinding(Kind.SOURCE, name, message))));
        Findings.Change change = findings.replace(finding -> finding.kind() == Kind.SOURCE, now);
        change.added().forEach(found -> log.warn(Messages.warning(found.message())));
        change.gone().forEach(found -> log.info(Messages.noLongerFound(found.message())));
    }
}
