package io.gracefulbackup.spi.lease;

import io.gracefulbackup.BackupId;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The lease of an application at one point in time.
 *
 * @param epoch the number of the holder: grows with each acquisition, and stays when the lease is released
 * @param holder the instance that holds the lease, or null if it is free
 * @param site where the last holder runs, or null; for the operator only
 * @param active whether the holder has the state and may accept changes
 * @param heartbeat grows with each step of the holder. A heartbeat that stays unchanged for long enough shows that the holder is
 *     gone
 * @param expired whether the term of the holder, or of the offer, has ended by the server's clock
 * @param request the request of another instance for a handoff, or null
 * @param offer the instance that the lease was released for, or null
 * @param finalId the backup that has every change acknowledged before the last clean release; null if there is none, or if an
 *     instance has been active since
 * @param declined the holder's refusal of a request, or null
 */
public record LeaseRow(
        long epoch,
        @Nullable String holder,
        @Nullable String site,
        boolean active,
        long heartbeat,
        boolean expired,
        @Nullable HandoffRequest request,
        @Nullable String offer,
        @Nullable BackupId finalId,
        @Nullable Declined declined) {

    /**
     * Identifies one state of the row. A step that names a version is taken only on a row of that version.
     *
     * @param epoch the epoch
     * @param holder the holder, or null
     * @param heartbeat the heartbeat
     */
    public record Version(long epoch, @Nullable String holder, long heartbeat) {}

    /**
     * A request for a handoff.
     *
     * @param instance the instance that requests the lease
     * @param heartbeat grows each time the request is repeated, which shows that the instance is alive
     * @param terms what the instance can restore
     */
    public record HandoffRequest(String instance, long heartbeat, Terms terms) {}

    /**
     * The terms on which one instance can take over from another: it must be able to restore the other's backups.
     *
     * @param site where the instance runs ({@code BACKUP_SITE}), or null
     * @param keyIds the ids of the keys that it can open backups with; the first one is that of the key it seals with
     * @param format the newest version of the sealed format that it reads
     */
    public record Terms(@Nullable String site, List<String> keyIds, int format) {
        /** Copies the list. */
        public Terms {
            keyIds = List.copyOf(keyIds);
        }
    }

    /**
     * The refusal of a request.
     *
     * @param instance the instance whose request was declined
     * @param why the reason, a sentence for the operator
     */
    public record Declined(String instance, String why) {}

    /** Returns the version of this row. */
    public Version version() {
        return new Version(epoch, holder, heartbeat);
    }

    /** Returns whether no instance holds the lease. */
    public boolean isFree() {
        return holder == null;
    }

    /** Returns whether that instance holds the lease in that epoch. */
    public boolean isHeldBy(String instance, long inEpoch) {
        return instance.equals(holder) && epoch == inEpoch;
    }

    /** Returns the request for a handoff, if there is one. */
    public Optional<HandoffRequest> handoffRequest() {
        return Optional.ofNullable(request);
    }

    /** Returns the id of the final backup, if there is one. */
    public Optional<BackupId> finalBackup() {
        return Optional.ofNullable(finalId);
    }

    /** Returns why the request of that instance was declined, if it was. */
    public Optional<String> declinedReason(String instance) {
        return declined != null && declined.instance().equals(instance)
                ? Optional.of(declined.why())
                : Optional.empty();
    }
}
