package io.gracefulbackup.internal.run;

import io.gracefulbackup.BackupHeader;
import io.gracefulbackup.BackupId;
import io.gracefulbackup.Deadline;
import io.gracefulbackup.internal.report.Messages;
import io.gracefulbackup.internal.spool.Spool;
import io.gracefulbackup.internal.spool.SpooledBackup;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * The snapshot of one run. If a source throws, the snapshot is taken again, as another backup with an id, a sealer and a spool
 * content of its own, as long as {@link RetryRule} allows it: mostly a collection has changed while it was written, and the
 * change ends. Between the attempts the host's lock is free. For one use.
 */
final class SnapshotAttempts {
    private static final double LOCK_SHARE = 0.20;
    private static final Pattern DIGITS = Pattern.compile("\\d+");

    private final RunComponents components;
    private final BackupTrigger trigger;
    private final Deadline run;
    private final Deadline end;
    private final RetryRule rule;
    private final long started = System.nanoTime();
    private final Set<String> said = new HashSet<>();

    /**
     * The attempts of a run.
     *
     * @param run expires early when the run is cancelled
     * @param end when the last attempt is abandoned, so that time is left for the sinks
     */
    SnapshotAttempts(RunComponents components, BackupTrigger trigger, Deadline run, Deadline end) {
        this.components = components;
        this.trigger = trigger;
        this.run = run;
        this.end = end;
        this.rule = new RetryRule(trigger.mostAttempts(), components.timeout());
    }

    /**
     * Takes the snapshot.
     *
     * @throws SnapshotFailedException if there is no backup; the message says how often it was tried
     */
    SpooledBackup take(Spool spool, String name, Instant now) throws SnapshotFailedException, InterruptedException {
        while (true) {
            try {
                SpooledBackup backup = takeOnce(spool, name, now);
                if (rule.failures() > 0) {
                    components.log().info(Messages.snapshotSucceeded(rule.failures() + 1, elapsed()));
                }
                return backup;
            } catch (SnapshotFailedException failed) {
                Duration pause = pauseAfter(failed);
                spool.clear();
                TimeUnit.NANOSECONDS.sleep(pause.toNanos());
            }
        }
    }

    /** Says that the snapshot is taken again, unless that is known; throws if it is not. */
    private Duration pauseAfter(SnapshotFailedException failed) throws SnapshotFailedException {
        Duration pause = rule.pauseAfter(failed, elapsed())
                .filter(next -> end.remaining().compareTo(next) > 0)
                .orElseThrow(() -> last(failed));
        String why = components.redact().apply(String.valueOf(failed.getMessage()));
        // The place of a failure may differ each time; it is the same failure.
        if (said.add(DIGITS.matcher(why).replaceAll("#"))) {
            components.log().warnOnce(Messages.snapshotIsRepeated(why));
        }
        return pause;
    }

    private SnapshotFailedException last(SnapshotFailedException failed) {
        return rule.failures() < 2
                ? failed
                : new SnapshotFailedException(
                        Messages.snapshotGivenUpAfter(String.valueOf(failed.getMessage()), rule.failures(), elapsed()));
    }

    private SpooledBackup takeOnce(Spool spool, String name, Instant now)
            throws SnapshotFailedException, InterruptedException {
        AtomicReference<BackupHeader> drawn = new AtomicReference<>();
        Function<BackupId, BackupHeader> header = id -> {
            if (end.isExpired()) {
                // Nobody would discard it: the next backup would name a parent that does not exist.
                throw new IllegalStateException(Messages.SNAPSHOT_GIVEN_UP);
            }
            BackupHeader next = components.lineage().next(id, name, now, trigger.reason());
            drawn.set(next);
            return next;
        };
        boolean sealed = false;
        try {
            SpooledBackup backup = components.snapshot().take(spool, header, components.share(LOCK_SHARE), run, end);
            sealed = true;
            return backup;
        } finally {
            BackupHeader unused = drawn.get();
            if (!sealed && unused != null) {
                components.lineage().discard(unused);
            }
        }
    }

    private Duration elapsed() {
        return Duration.ofNanos(System.nanoTime() - started);
    }
}
