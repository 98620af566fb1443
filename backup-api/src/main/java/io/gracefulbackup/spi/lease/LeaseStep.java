package io.gracefulbackup.spi.lease;

import io.gracefulbackup.BackupId;
import io.gracefulbackup.spi.lease.LeaseRow.Declined;
import io.gracefulbackup.spi.lease.LeaseRow.HandoffRequest;
import io.gracefulbackup.spi.lease.LeaseRow.Terms;
import io.gracefulbackup.spi.lease.LeaseRow.Version;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A step of one instance on the {@linkplain Lease lease}. Each is atomic, changes the row only under its condition, and
 * is specified by {@link #applyTo}: an implementation does the same in one statement. A step that is taken late, when
 * its sender has given it up, does no harm: what could hurt names the {@link Version} it is meant for.
 */
public sealed interface LeaseStep {

    /**
     * What the step does.
     *
     * @param row the row before, or null if there is none
     * @param instance who takes the step
     */
    LeaseResult applyTo(@Nullable LeaseRow row, String instance);

    /** Looks. */
    record Read() implements LeaseStep {
        @Override
        public LeaseResult applyTo(@Nullable LeaseRow row, String instance) {
            return new LeaseResult(false, row);
        }
    }

    /**
     * Takes the lease, in a new epoch, not yet active, for a full term. The final backup stays on record.
     *
     * @param expected the row as it was seen; null if there was none
     * @param seenEpoch the highest epoch that the instance has seen anywhere: the new one is greater
     * @param site where the instance runs, or null
     */
    record Acquire(
            @Nullable Version expected,
            long seenEpoch,
            @Nullable String site) implements LeaseStep {
        @Override
        public LeaseResult applyTo(@Nullable LeaseRow row, String instance) {
            if (!Objects.equals(row == null ? null : row.version(), expected)) {
                return new LeaseResult(false, row);
            }
            long epoch = Math.max(row == null ? 0 : row.epoch(), seenEpoch) + 1;
            HandoffRequest want = row == null ? null : row.request();
            return new LeaseResult(
                    true,
                    new LeaseRow(
                            epoch,
                            instance,
                            site,
                            false,
                            row == null ? 1 : row.heartbeat() + 1,
                            false,
                            want != null && want.instance().equals(instance) ? null : want,
                            null,
                            row == null ? null : row.finalId(),
                            null));
        }
    }

    /**
     * Holds the lease for another full term, if the instance still holds it; whether the last term was over does not
     * matter.
     *
     * @param epoch the epoch of the lease
     */
    record Renew(long epoch) implements LeaseStep {
        @Override
        public LeaseResult applyTo(@Nullable LeaseRow row, String instance) {
            if (row == null || !row.isHeldBy(instance, epoch)) {
                return new LeaseResult(false, row);
            }
            return new LeaseResult(
                    true,
                    new LeaseRow(
                            row.epoch(),
                            row.holder(),
                            row.site(),
                            row.active(),
                            row.heartbeat() + 1,
                            false,
                            row.request(),
                            row.offer(),
                            row.finalId(),
                            row.declined()));
        }
    }

    /**
     * Says, before the first change is accepted, that the instance has the state: it may accept changes, and the final
     * backup is no longer all there is. Holds the lease for another full term.
     *
     * @param held the row as it was seen
     * @param epoch the epoch from now on; higher than the lease's where a backup of a higher one was met
     */
    record Activate(Version held, long epoch) implements LeaseStep {
        @Override
        public LeaseResult applyTo(@Nullable LeaseRow row, String instance) {
            if (row == null || !row.version().equals(held) || !row.isHeldBy(instance, held.epoch())) {
                return new LeaseResult(false, row);
            }
            return new LeaseResult(
                    true,
                    new LeaseRow(
                            Math.max(row.epoch(), epoch),
                            row.holder(),
                            row.site(),
                            true,
                            row.heartbeat() + 1,
                            false,
                            row.request(),
                            null,
                            null,
                            row.declined()));
        }
    }

    /**
     * Frees the lease.
     *
     * @param held the row as it was seen
     * @param finalId the backup with everything that was acknowledged; null leaves what is on record. The step is also
     *     refused where the server does not hold that backup, or only as a fork
     * @param offer who may take it before all others, for one term; null for anybody
     */
    record Release(
            Version held,
            @Nullable BackupId finalId,
            @Nullable String offer) implements LeaseStep {
        @Override
        public LeaseResult applyTo(@Nullable LeaseRow row, String instance) {
            if (row == null || !row.version().equals(held) || !row.isHeldBy(instance, held.epoch())) {
                return new LeaseResult(false, row);
            }
            HandoffRequest want = row.request();
            return new LeaseResult(
                    true,
                    new LeaseRow(
                            row.epoch(),
                            null,
                            row.site(),
                            false,
                            row.heartbeat() + 1,
                            false,
                            want != null && want.instance().equals(offer) ? null : want,
                            offer,
                            finalId == null ? row.finalId() : finalId,
                            row.declined()));
        }
    }

    /**
     * Asks the holder to hand over, or goes on asking. Refused while another instance asks.
     *
     * @param terms what the instance can restore
     * @param replaced the request of another instance that has stopped asking, or null
     */
    record Request(Terms terms, @Nullable HandoffRequest replaced) implements LeaseStep {
        @Override
        public LeaseResult applyTo(@Nullable LeaseRow row, String instance) {
            HandoffRequest there = row == null ? null : row.request();
            boolean asksAlready = there == null || there.instance().equals(instance) || there.equals(replaced);
            if (row == null || !asksAlready) {
                return new LeaseResult(false, row);
            }
            HandoffRequest want = new HandoffRequest(instance, there == null ? 1 : there.heartbeat() + 1, terms);
            Declined refusal = row.declined();
            boolean answered = refusal != null && refusal.instance().equals(instance);
            return new LeaseResult(true, with(row, want, answered ? null : refusal));
        }
    }

    /** Asks no more. */
    record Withdraw() implements LeaseStep {
        @Override
        public LeaseResult applyTo(@Nullable LeaseRow row, String instance) {
            HandoffRequest want = row == null ? null : row.request();
            if (row == null || want == null || !want.instance().equals(instance)) {
                return new LeaseResult(false, row);
            }
            return new LeaseResult(true, with(row, null, row.declined()));
        }
    }

    /**
     * Declines a request.
     *
     * @param epoch the epoch of the lease
     * @param requester whose request
     * @param why a sentence for the operator
     */
    record Decline(long epoch, String requester, String why) implements LeaseStep {
        @Override
        public LeaseResult applyTo(@Nullable LeaseRow row, String instance) {
            HandoffRequest asked = row == null ? null : row.request();
            if (row == null
                    || !row.isHeldBy(instance, epoch)
                    || asked == null
                    || !asked.instance().equals(requester)) {
                return new LeaseResult(false, row);
            }
            return new LeaseResult(true, with(row, null, new Declined(requester, why)));
        }
    }

    private static LeaseRow with(LeaseRow row, @Nullable HandoffRequest want, @Nullable Declined refusal) {
        return new LeaseRow(
                row.epoch(),
                row.holder(),
                row.site(),
                row.active(),
                row.heartbeat(),
                row.expired(),
                want,
                row.offer(),
                row.finalId(),
                refusal);
    }
}
