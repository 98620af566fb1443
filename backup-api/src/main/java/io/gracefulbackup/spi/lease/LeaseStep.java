package io.gracefulbackup.spi.lease;

import io.gracefulbackup.BackupId;
import io.gracefulbackup.spi.lease.LeaseRow.Declined;
import io.gracefulbackup.spi.lease.LeaseRow.HandoffRequest;
import io.gracefulbackup.spi.lease.LeaseRow.Terms;
import io.gracefulbackup.spi.lease.LeaseRow.Version;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A step of one instance on the {@linkplain Lease lease}. A step is atomic, and changes the row only if its condition is met.
 * {@link #applyTo} specifies it; an implementation does the same in one statement. A step that is taken late, after its sender has
 * given it up, does no harm: where it could, it names the {@link Version} of the row that it is meant for.
 */
public sealed interface LeaseStep {

    /**
     * Returns the result of this step on a row, without regard to the server's clock and backups.
     *
     * @param row the row before the step, or null if there is none
     * @param instance the instance that takes the step
     */
    LeaseResult applyTo(@Nullable LeaseRow row, String instance);

    /** Reads the row, and changes nothing. */
    record Read() implements LeaseStep {
        @Override
        public LeaseResult applyTo(@Nullable LeaseRow row, String instance) {
            return LeaseResult.refused(row);
        }
    }

    /**
     * Acquires the lease in a new epoch for a full term. The holder is not active yet, and the final backup stays in the row,
     * unless the epoch of the row is lower than {@code seenEpoch}: then the database was restored to an earlier time, and that
     * backup may lack changes. Refused unless the row has the expected version.
     *
     * @param expected the version of the row as it was last read; null if there was no row
     * @param seenEpoch the highest epoch that the instance has seen in any row or header; the new epoch is higher
     * @param site where the instance runs, or null
     */
    record Acquire(
            @Nullable Version expected,
            long seenEpoch,
            @Nullable String site) implements LeaseStep {
        @Override
        public LeaseResult applyTo(@Nullable LeaseRow row, String instance) {
            if (!Objects.equals(row == null ? null : row.version(), expected)) {
                return LeaseResult.refused(row);
            }
            LeaseRow before = row == null ? LeaseRow.builder().build() : row;
            boolean isFromThePast = before.epoch() < seenEpoch;
            return LeaseResult.taken(before.toBuilder()
                    .epoch(Math.addExact(Math.max(before.epoch(), seenEpoch), 1))
                    .holder(instance)
                    .site(site)
                    .active(false)
                    .withoutRequestOf(instance)
                    .offer(null)
                    .finalBackup(isFromThePast ? null : before.finalBackup().orElse(null))
                    .declined(null)
                    .beginsTerm()
                    .build());
        }
    }

    /**
     * Holds the lease for another full term. Refused unless the instance still holds it; a term that has already ended is no
     * reason to refuse.
     *
     * @param epoch the epoch of the lease
     */
    record Renew(long epoch) implements LeaseStep {
        @Override
        public LeaseResult applyTo(@Nullable LeaseRow row, String instance) {
            if (row == null || !row.isHeldBy(instance, epoch)) {
                return LeaseResult.refused(row);
            }
            return LeaseResult.taken(row.toBuilder().beginsTerm().build());
        }
    }

    /**
     * Marks the holder as active, before it accepts its first change. Removes the final backup from the row, because it will soon
     * lack changes. Holds the lease for another full term. Refused unless the row has the given version.
     *
     * @param held the version of the row as it was last read
     * @param epoch the epoch from now on, if higher than that of the lease; needed if a backup of a higher epoch was found
     */
    record Activate(Version held, long epoch) implements LeaseStep {
        @Override
        public LeaseResult applyTo(@Nullable LeaseRow row, String instance) {
            if (row == null || !row.version().equals(held) || !row.isHeldBy(instance, held.epoch())) {
                return LeaseResult.refused(row);
            }
            return LeaseResult.taken(row.toBuilder()
                    .epoch(Math.max(row.epoch(), epoch))
                    .active(true)
                    .offer(null)
                    .finalBackup(null)
                    .beginsTerm()
                    .build());
        }
    }

    /**
     * Releases the lease. Refused unless the row has the given version, and if the server does not hold the final backup or holds
     * it as a fork.
     *
     * @param held the version of the row as it was last read
     * @param finalId the backup that has every acknowledged change; null keeps the one in the row
     * @param offer the instance that may acquire the lease before any other for one term; null for any instance
     */
    record Release(
            Version held,
            @Nullable BackupId finalId,
            @Nullable String offer) implements LeaseStep {
        @Override
        public LeaseResult applyTo(@Nullable LeaseRow row, String instance) {
            if (row == null || !row.version().equals(held) || !row.isHeldBy(instance, held.epoch())) {
                return LeaseResult.refused(row);
            }
            return LeaseResult.taken(row.toBuilder()
                    .holder(null)
                    .active(false)
                    .withoutRequestOf(offer)
                    .offer(offer)
                    .finalBackup(finalId == null ? row.finalBackup().orElse(null) : finalId)
                    .beginsTerm()
                    .build());
        }
    }

    /**
     * Requests a handoff from the holder, or repeats the request. Refused if another instance has a request in the row.
     *
     * @param terms what the instance can restore
     * @param replaced the request of another instance to be replaced because it was not repeated, or null
     */
    record Request(Terms terms, @Nullable HandoffRequest replaced) implements LeaseStep {
        @Override
        public LeaseResult applyTo(@Nullable LeaseRow row, String instance) {
            HandoffRequest current = row == null ? null : row.request().orElse(null);
            boolean mayRequest = current == null || current.instance().equals(instance) || current.equals(replaced);
            if (row == null || !mayRequest) {
                return LeaseResult.refused(row);
            }
            HandoffRequest request = new HandoffRequest(instance, current == null ? 1 : current.heartbeat() + 1, terms);
            LeaseRow.Builder next = row.toBuilder().request(request);
            boolean wasDeclined = row.declined()
                    .filter(declined -> declined.instance().equals(instance))
                    .isPresent();
            return LeaseResult.taken(wasDeclined ? next.declined(null).build() : next.build());
        }
    }

    /** Withdraws the request of this instance. Refused if there is none. */
    record Withdraw() implements LeaseStep {
        @Override
        public LeaseResult applyTo(@Nullable LeaseRow row, String instance) {
            if (row == null || !row.isRequestedBy(instance)) {
                return LeaseResult.refused(row);
            }
            return LeaseResult.taken(row.toBuilder().request(null).build());
        }
    }

    /**
     * Declines a request. Refused unless this instance holds the lease and that request is in the row.
     *
     * @param epoch the epoch of the lease
     * @param requester the instance whose request is declined
     * @param why the reason, a sentence for the operator
     */
    record Decline(long epoch, String requester, String why) implements LeaseStep {
        @Override
        public LeaseResult applyTo(@Nullable LeaseRow row, String instance) {
            if (row == null || !row.isHeldBy(instance, epoch) || !row.isRequestedBy(requester)) {
                return LeaseResult.refused(row);
            }
            return LeaseResult.taken(row.toBuilder()
                    .request(null)
                    .declined(new Declined(requester, why))
                    .build());
        }
    }
}
