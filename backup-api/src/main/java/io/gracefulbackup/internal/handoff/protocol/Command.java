package io.gracefulbackup.internal.handoff.protocol;

import io.gracefulbackup.BackupId;
import io.gracefulbackup.internal.support.ProcessTime;
import io.gracefulbackup.spi.lease.Fence;
import io.gracefulbackup.spi.lease.LeaseStep;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What an instance has to do. Numbers grow; what ends under another number than the last is no longer of interest. */
public sealed interface Command {

    /** Take a step, and report the answer, or that there is none. One at a time. */
    record Send(long number, LeaseStep step) implements Command {}

    /** Accept changes, as long as the moment of the acknowledgement {@link ProcessTime#isSurelyBefore is surely before} that one. */
    record OpenGate(ProcessTime until) implements Command {}

    /** Acknowledge nothing from now on. */
    record CloseGate() implements Command {}

    /** See whether the newest backup would restore. */
    record Preflight(long number) implements Command {}

    /**
     * Get the state, from a catalogue that is read after this command.
     *
     * @param exactly the backup with everything that was acknowledged: this one or none; null for the newest
     * @param handedOver whether the instance that made it was asked to, and could go on with its own state
     */
    record Restore(long number, @Nullable BackupId exactly, boolean handedOver) implements Command {
        /** The one backup that will do, if not just the newest. */
        public Optional<BackupId> only() {
            return Optional.ofNullable(exactly);
        }
    }

    /** Save the state, when the changes that are under way have ended. Replaces a save that is under way. */
    record Save(long number, Fence fence) implements Command {}

    /** Tell the operator. */
    record Tell(String line) implements Command {}

    /** There is nothing left to do before the process ends. */
    record Finish() implements Command {}
}
