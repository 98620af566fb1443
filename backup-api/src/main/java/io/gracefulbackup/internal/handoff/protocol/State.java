package io.gracefulbackup.internal.handoff.protocol;

import io.gracefulbackup.internal.handoff.protocol.Work.Kind;
import io.gracefulbackup.internal.support.ProcessTime;
import io.gracefulbackup.spi.lease.LeaseRow;
import org.jspecify.annotations.Nullable;

/**
 * What an instance knows between two events: its phase, the lease as it sees it, its memory, the requests for a handoff,
 * the work under way, and the host application's own step. Immutable; {@link Protocol#on} returns the next one.
 */
public final class State {
    private final Phase phase;
    private final ProcessTime phaseSince;
    private final boolean longWaitReported;
    private final LeaseView lease;
    private final Memory memory;
    private final Requests requests;
    private final Work work;
    private final HostStep host;

    State(
            Phase phase,
            ProcessTime phaseSince,
            boolean longWaitReported,
            LeaseView lease,
            Memory memory,
            Requests requests,
            Work work,
            HostStep host) {
        this.phase = phase;
        this.phaseSince = phaseSince;
        this.longWaitReported = longWaitReported;
        this.lease = lease;
        this.memory = memory;
        this.requests = requests;
        this.work = work;
        this.host = host;
    }

    /** Returns the state of an instance that has not read the lease yet. */
    static State initial(ProcessTime now, long seenEpoch) {
        return new State(
                Phase.STANDBY,
                now,
                false,
                LeaseView.unread(seenEpoch),
                Memory.EMPTY,
                Requests.NONE,
                Work.beginningAt(now),
                HostStep.NONE);
    }

    /** Returns the part that the instance plays among the others. */
    public Phase phase() {
        return phase;
    }

    /** Returns the epoch of the lease that the instance holds, or held last; 0 if it never held it. */
    public long epoch() {
        return lease.hold().lastEpoch();
    }

    /** Returns the row of the lease as it was last read, or null. */
    public @Nullable LeaseRow row() {
        return lease.row();
    }

    /**
     * Returns whether the instance was told to activate the host application and still waits for it. The instance is then in
     * {@link Phase#RESTORING}, or in {@link Phase#STOPPING}, where its exit waits for the activation.
     */
    public boolean isActivating() {
        return host.isActivating();
    }

    /** Returns whether a restore is under way. */
    public boolean isRestoring() {
        return work.isBusyWith(Kind.RESTORE);
    }

    /** Returns whether the gate is open. */
    public boolean acceptsChanges() {
        return memory.gate() != null;
    }

    /** Returns when the instance entered its phase. */
    ProcessTime phaseSince() {
        return phaseSince;
    }

    /** Returns whether the operator was told that the instance has been in its phase for a long time. */
    boolean isLongWaitReported() {
        return longWaitReported;
    }

    LeaseView lease() {
        return lease;
    }

    Memory memory() {
        return memory;
    }

    Requests requests() {
        return requests;
    }

    Work work() {
        return work;
    }

    HostStep host() {
        return host;
    }
}
