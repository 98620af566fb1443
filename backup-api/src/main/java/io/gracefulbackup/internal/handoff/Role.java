package io.gracefulbackup.internal.handoff;

import io.gracefulbackup.Deadline;
import io.gracefulbackup.NotAcknowledgedException;
import io.gracefulbackup.internal.run.SavePermit;
import java.util.Optional;

/** The part that this process plays for its application: the only instance, or one of several that share a lease. */
public interface Role {
    /**
     * Restores the state and arms the exit, or learns that another instance has the state. Called once; returns when {@code
     * install()} may return.
     *
     * @param host the installation that plays the role
     * @return false if the exit has begun, so that nothing will be saved
     * @throws io.gracefulbackup.RestoreRefusedException if the application must not start
     */
    boolean start(InstanceHost host) throws InterruptedException;

    /** Called in the background once {@code start()} has returned true and the path of the exit is warm. */
    void afterWarmUp() throws InterruptedException;

    /** The permit of a backup that starts now and is not the exit's; empty if this instance does not have the state. */
    Optional<SavePermit> permit();

    /**
     * The permit of the exit's backup; empty if this instance does not have the state. Called once its drain has ended. Waits
     * until the deadline for the lease to take note of the exit, and for {@code onActive} actions to end.
     */
    Optional<SavePermit> exitPermit(Deadline deadline);

    /** The exit's backup has ended. Releases the lease, within the deadline. */
    void exitSaved(Deadline deadline) throws InterruptedException;

    /** Requests the state if another instance has it, and waits a while for the gate to open. */
    void awaitWritable();

    /**
     * Requests the state if another instance has it, and waits a while for it.
     *
     * @throws NotAcknowledgedException if this instance does not have the state then
     */
    void requireState();

    /**
     * Whether the state in memory may be read: it is the application's present one, and no other instance can have changed it.
     * Neither waits nor requests the state, so that it can also tell whether the state was still there when a read had ended.
     */
    boolean hasState();

    /** The epoch of the lease that this instance holds or held last; 0 without one. */
    long epoch();

    /**
     * Stops taking part, and accepts no change any more. A lease that is held is released within the deadline, so that the next
     * instance need not wait for the end of its term: without a final backup, because what was not saved is discarded. After an
     * exit that could not save, it is kept until it expires. Called once.
     */
    void leave(Deadline deadline) throws InterruptedException;
}
