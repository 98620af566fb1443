package io.gracefulbackup.internal.handoff.protocol;

import io.gracefulbackup.internal.support.ProcessTime;
import io.gracefulbackup.spi.lease.LeaseStep;
import org.jspecify.annotations.Nullable;

/**
 * The work under way: a step on the lease, a task of the engine.
 *
 * @param lastNumber the last number given to a step, a task or an activation
 * @param sent the step under way, or null
 * @param due when the next step is due
 * @param task the task under way, or null
 * @param isPreflighted whether a preflight has passed
 * @param preflightFailedAt when the last preflight failed, or null
 * @param isFinished whether nothing is left to do before the process ends
 */
record Work(
        long lastNumber,
        @Nullable SentStep sent,
        ProcessTime due,
        @Nullable EngineTask task,
        boolean isPreflighted,
        @Nullable ProcessTime preflightFailedAt,
        boolean isFinished) {

    /**
     * A step under way.
     *
     * @param covers whether the clocks have not left the time that the step covers if it renews the lease
     */
    record SentStep(long number, LeaseStep step, ProcessTime at, boolean covers) {
        SentStep notCovering() {
            return new SentStep(number, step, at, false);
        }
    }

    /** A task of the engine under way. */
    record EngineTask(long number, Kind kind) {}

    /** The kinds of tasks. */
    enum Kind {
        PREFLIGHT,
        RESTORE,
        SAVE
    }

    static Work beginningAt(ProcessTime now) {
        return new Work(0, null, now, null, false, null, false);
    }

    boolean isBusyWith(Kind kind) {
        return task != null && task.kind() == kind;
    }

    /** Returns whether that task is under way. */
    boolean isUnderWay(long number, Kind kind) {
        return task != null && task.number() == number && task.kind() == kind;
    }

    /** Returns the work after a step was sent. */
    Work sending(LeaseStep step, ProcessTime now) {
        long number = lastNumber + 1;
        return new Work(
                number, new SentStep(number, step, now, true), due, task, isPreflighted, preflightFailedAt, isFinished);
    }

    /** Returns the work without a step under way. */
    Work stepEnded() {
        return with(null);
    }

    /** Returns the work with that step under way. */
    Work with(@Nullable SentStep step) {
        return new Work(lastNumber, step, due, task, isPreflighted, preflightFailedAt, isFinished);
    }

    Work dueAt(ProcessTime time) {
        return new Work(lastNumber, sent, time, task, isPreflighted, preflightFailedAt, isFinished);
    }

    /** Returns the work after a number was given to something else. */
    Work numbered() {
        return new Work(lastNumber + 1, sent, due, task, isPreflighted, preflightFailedAt, isFinished);
    }

    /** Returns the work after a task was started. It replaces a task that is under way. */
    Work starting(Kind kind) {
        long number = lastNumber + 1;
        return new Work(number, sent, due, new EngineTask(number, kind), isPreflighted, preflightFailedAt, isFinished);
    }

    /** Returns the work without a task under way. */
    Work taskEnded() {
        return new Work(lastNumber, sent, due, null, isPreflighted, preflightFailedAt, isFinished);
    }

    Work withPreflighted(boolean passed) {
        return new Work(lastNumber, sent, due, task, passed, preflightFailedAt, isFinished);
    }

    Work withPreflightFailedAt(@Nullable ProcessTime time) {
        return new Work(lastNumber, sent, due, task, isPreflighted, time, isFinished);
    }

    Work finished() {
        return new Work(lastNumber, sent, due, task, isPreflighted, preflightFailedAt, true);
    }
}
