package io.gracefulbackup.internal.handoff.protocol;

import io.gracefulbackup.internal.support.ProcessTime;
import io.gracefulbackup.spi.lease.LeaseStep;
import org.jspecify.annotations.Nullable;

/**
 * What is under way: a step on the lease, and a task of the engine.
 *
 * @param lastNumber the last number given to a step or a task
 * @param sent the step under way, or null
 * @param due when the next step is due that nothing else calls for
 * @param task the task that the engine was given last and has not ended, or null
 * @param isPreflighted whether the newest backup was seen to be restorable here
 * @param preflightFailedAt when it was seen not to be, or null
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

    /** A step under way. */
    record SentStep(long number, LeaseStep step, ProcessTime at) {}

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

    /** Returns whether the task under way is that one. */
    boolean isUnderWay(long number, Kind kind) {
        return task != null && task.number() == number && task.kind() == kind;
    }

    Work sending(LeaseStep step, ProcessTime now) {
        long number = lastNumber + 1;
        return new Work(
                number, new SentStep(number, step, now), due, task, isPreflighted, preflightFailedAt, isFinished);
    }

    /** No step is under way. */
    Work stepEnded() {
        return new Work(lastNumber, null, due, task, isPreflighted, preflightFailedAt, isFinished);
    }

    Work dueAt(ProcessTime time) {
        return new Work(lastNumber, sent, time, task, isPreflighted, preflightFailedAt, isFinished);
    }

    Work starting(Kind kind) {
        long number = lastNumber + 1;
        return new Work(number, sent, due, new EngineTask(number, kind), isPreflighted, preflightFailedAt, isFinished);
    }

    /** No task is under way. */
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
