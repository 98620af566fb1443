package io.gracefulbackup.internal.handoff.protocol;

import io.gracefulbackup.BackupId;
import io.gracefulbackup.internal.support.ClockInterval;
import io.gracefulbackup.spi.lease.Fence;
import io.gracefulbackup.spi.lease.LeaseStep;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Something that an instance has to do. Commands that take time have a number, which the event that ends them repeats. The
 * numbers grow. Of steps, of the tasks preflight, restore and save, and of activations, only the last one counts: events that
 * end an earlier one are ignored.
 */
public sealed interface Command {

    /** Take a step on the lease. No other step is sent before this one is answered or given up. */
    record Send(long number, LeaseStep step) implements Command {}

    /**
     * Accept changes that begin and are acknowledged {@linkplain ClockInterval#surelyContains surely within} an interval. Replaces
     * the interval of an open gate.
     */
    record OpenGate(ClockInterval coverage) implements Command {}

    /** Acknowledge no change from now on. */
    record CloseGate() implements Command {}

    /** Check whether the newest backup can be restored here. */
    record Preflight(long number) implements Command {}

    /**
     * Restore the state. The catalogue must be read after this command was given.
     *
     * @param exactly the backup to restore, which has every acknowledged change; null for the newest
     * @param handedOver whether the instance that made the backup was asked to, so that it could resume
     */
    record Restore(long number, @Nullable BackupId exactly, boolean handedOver) implements Command {
        /** Returns the only backup that may be restored; empty for the newest. */
        public Optional<BackupId> only() {
            return Optional.ofNullable(exactly);
        }
    }

    /** Save the state once the changes in progress have ended. Replaces a save that is under way. */
    record Save(long number, Fence fence) implements Command {}

    /**
     * Run the application's {@code onActive} actions on the state in memory. The gate stays closed, and nothing is saved, until
     * {@link Event.Activated}.
     */
    record Activate(long number) implements Command {}

    /**
     * Run the application's {@code onRetire} actions, once the activation that may be under way has ended. Comes at most once
     * after each {@link Activate}.
     */
    record Retire() implements Command {}

    /** Tell the operator. */
    record Tell(String line) implements Command {}

    /** Let the process end: nothing is left to save or to release. */
    record Finish() implements Command {}
}
