package io.gracefulbackup.internal.handoff.protocol;

import io.gracefulbackup.BackupId;
import io.gracefulbackup.internal.support.ProcessTime;
import io.gracefulbackup.spi.lease.LeaseRow;
import io.gracefulbackup.spi.lease.LeaseRow.HandoffRequest;
import io.gracefulbackup.spi.lease.LeaseStep;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an instance knows. Changed only by {@link TransitionBuilder}, which works on a copy; to everybody else a value.
 */
public final class State {
    /** A step under way. */
    record Sent(long number, LeaseStep step, ProcessTime at) {}

    /** What the engine was asked to do. */
    record Work(long number, Kind kind) {
        enum Kind {
            PREFLIGHT,
            RESTORE,
            SAVE
        }
    }

    Phase phase = Phase.STANDBY;
    ProcessTime phaseSince;
    boolean longWaitTold;
    long lastNumber;

    // The lease as it was last seen.
    boolean looked;

    @Nullable
    LeaseRow row;
    /** Since when it is known not to have changed, by the monotonic clock; null after a failure of the database. */
    @Nullable
    ProcessTime unchangedSince;
    /** The highest epoch seen anywhere, in rows and in headers. */
    long seenEpoch;
    /** The highest epoch seen in headers. */
    long headerEpoch;

    @Nullable
    Sent sent;
    /** When the next step is due that nothing else calls for. */
    ProcessTime due;

    // What this instance has.
    /** The epoch of the lease, or 0. */
    long epoch;
    /** The highest epoch that this instance has ever held. */
    long heldEpoch;
    /** When the last step was sent that is known to hold the lease. */
    @Nullable
    ProcessTime renewed;
    /** Up to when the gate was opened, or null while it is closed. */
    @Nullable
    ProcessTime gateUntil;
    /** Whether the memory has the state that {@link #lineage} describes, and maybe more. */
    boolean hasState;
    /** Whether the memory has, or may have, acknowledged changes that no backup of this instance has. */
    boolean hasUnsaved;
    /** Backups that the state in memory descends from, the last one first. */
    List<BackupId> lineage = List.of();
    /** The last backup of this instance, if its memory has not changed since. */
    @Nullable
    BackupId saved;
    /** Whether a release with that backup was sent: it may be taken at any later time. */
    boolean releasing;
    /** Whether the row seen when the lease was taken was from the past. */
    boolean tookFromThePast;
    /** Whether the lease that was taken had been released for somebody. */
    boolean tookOffer;

    // What is under way.
    @Nullable
    Work work;

    boolean preflighted;

    @Nullable
    ProcessTime preflightFailed;
    /** When traffic last came while another instance was active. */
    @Nullable
    ProcessTime asked;
    /** When a request was declined. */
    @Nullable
    ProcessTime declined;
    /** Who asks this instance, as last seen. */
    @Nullable
    HandoffRequest want;
    /** When that request, in this beat, was first seen. */
    @Nullable
    ProcessTime wantSince;
    /** Whether it has been repeated since it was first seen. */
    boolean wantAlive;
    /** Why the request is to be declined, if it is. */
    @Nullable
    String objection;

    boolean finished;

    State(ProcessTime now, long seenEpoch) {
        this.phaseSince = now;
        this.due = now;
        this.seenEpoch = seenEpoch;
        this.headerEpoch = seenEpoch;
    }

    State(State other) {
        phase = other.phase;
        phaseSince = other.phaseSince;
        longWaitTold = other.longWaitTold;
        lastNumber = other.lastNumber;
        looked = other.looked;
        row = other.row;
        unchangedSince = other.unchangedSince;
        seenEpoch = other.seenEpoch;
        headerEpoch = other.headerEpoch;
        sent = other.sent;
        due = other.due;
        epoch = other.epoch;
        heldEpoch = other.heldEpoch;
        renewed = other.renewed;
        gateUntil = other.gateUntil;
        hasState = other.hasState;
        hasUnsaved = other.hasUnsaved;
        lineage = other.lineage;
        saved = other.saved;
        releasing = other.releasing;
        tookFromThePast = other.tookFromThePast;
        tookOffer = other.tookOffer;
        work = other.work;
        preflighted = other.preflighted;
        preflightFailed = other.preflightFailed;
        asked = other.asked;
        declined = other.declined;
        want = other.want;
        wantSince = other.wantSince;
        wantAlive = other.wantAlive;
        objection = other.objection;
        finished = other.finished;
    }

    /** What the instance is to the others. */
    public Phase phase() {
        return phase;
    }

    /** The epoch of the lease it holds, or held last; 0 if it never had one. */
    public long epoch() {
        return heldEpoch;
    }

    /** The lease as it was last seen, or null. */
    public @Nullable LeaseRow row() {
        return row;
    }

    boolean holds() {
        return epoch != 0;
    }

    boolean isBusyWith(Work.Kind kind) {
        return work != null && work.kind() == kind;
    }
}
