package io.gracefulbackup.spi.lease;

import io.gracefulbackup.BackupId;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The lease of an application at one moment.
 *
 * @param epoch grows with every holder; stays when the lease is released
 * @param holder the instance that holds it, or null if it is free
 * @param site where the last holder runs, or null; for people
 * @param active whether the holder has the state and may accept changes
 * @param heartbeat grows with every step of a holder: who sees it unchanged for long enough sees that the holder is
 *     gone
 * @param expired whether the term of the holder's last step, or of the offer, is over by the server's clock
 * @param request the instance that asks the holder to hand over, or null
 * @param offer the instance for which it was released, or null
 * @param finalId the backup with everything that was acknowledged before the last clean release, as long as nobody has
 *     been active since; else null
 * @param declined the holder's answer to an instance that asked, or null
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
     * Which of all states of the row this is, for steps that must not be taken on any other.
     *
     * @param epoch the epoch
     * @param holder the holder, or null
     * @param heartbeat the beat
     */
    public record Version(long epoch, @Nullable String holder, long heartbeat) {}

    /**
     * A request for the lease.
     *
     * @param instance who asks
     * @param heartbeat grows with every request: who sees it grow sees that the instance is alive
     * @param terms what the instance can restore
     */
    public record HandoffRequest(String instance, long heartbeat, Terms terms) {}

    /**
     * What has to fit between two instances.
     *
     * @param site where the instance runs ({@code BACKUP_SITE}), or null
     * @param keyIds the ids of the keys that it can open backups with, the one that it seals with first
     * @param format the newest version of the sealed format that it reads
     */
    public record Terms(@Nullable String site, List<String> keyIds, int format) {
        /** Copies the list. */
        public Terms {
            keyIds = List.copyOf(keyIds);
        }
    }

    /**
     * A request that was declined.
     *
     * @param instance who asked
     * @param why a sentence for the operator
     */
    public record Declined(String instance, String why) {}

    /** Which state of the row this is. */
    public Version version() {
        return new Version(epoch, holder, heartbeat);
    }

    /** Whether nobody holds it. */
    public boolean isFree() {
        return holder == null;
    }

    /** Whether this instance holds it, in this epoch. */
    public boolean isHeldBy(String instance, long inEpoch) {
        return instance.equals(holder) && epoch == inEpoch;
    }

    /** The request, if somebody asks. */
    public Optional<HandoffRequest> handoffRequest() {
        return Optional.ofNullable(request);
    }

    /** The final backup, if there is one. */
    public Optional<BackupId> finalBackup() {
        return Optional.ofNullable(finalId);
    }

    /** The reason why this instance was declined, if it was. */
    public Optional<String> declinedReason(String instance) {
        return declined != null && declined.instance().equals(instance)
                ? Optional.of(declined.why())
                : Optional.empty();
    }
}
