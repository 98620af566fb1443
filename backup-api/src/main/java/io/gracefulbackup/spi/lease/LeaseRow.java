package io.gracefulbackup.spi.lease;

import io.gracefulbackup.BackupId;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The lease of an application at one point in time. Immutable. A new row is built from {@link #builder()}, or from another row with
 * {@link #toBuilder()}.
 */
public final class LeaseRow {
    private final Fields fields;

    private record Fields(
            long epoch,
            @Nullable String holder,
            @Nullable String site,
            boolean active,
            long heartbeat,
            boolean expired,
            @Nullable HandoffRequest request,
            @Nullable String offer,
            @Nullable BackupId finalBackup,
            @Nullable Declined declined) {}

    private LeaseRow(Fields fields) {
        this.fields = fields;
    }

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

    /** Returns a builder of a free lease that nobody has held: epoch and heartbeat are 0. */
    public static Builder builder() {
        return new Builder();
    }

    /** Returns a builder that has the values of this row. */
    public Builder toBuilder() {
        return new Builder()
                .epoch(fields.epoch())
                .holder(fields.holder())
                .site(fields.site())
                .active(fields.active())
                .heartbeat(fields.heartbeat())
                .expired(fields.expired())
                .request(fields.request())
                .offer(fields.offer())
                .finalBackup(fields.finalBackup())
                .declined(fields.declined());
    }

    /** Returns the number of the holder. It grows with each acquisition, and stays when the lease is released. */
    public long epoch() {
        return fields.epoch();
    }

    /** Returns the instance that holds the lease; empty if it is free. */
    public Optional<String> holder() {
        return Optional.ofNullable(fields.holder());
    }

    /** Returns where the last holder runs, for the operator only. */
    public Optional<String> site() {
        return Optional.ofNullable(fields.site());
    }

    /** Returns whether the holder has the state and may accept changes. */
    public boolean active() {
        return fields.active();
    }

    /**
     * Returns a number that grows with each step of the holder. If it stays unchanged for long enough, the holder is gone.
     */
    public long heartbeat() {
        return fields.heartbeat();
    }

    /** Returns whether the term of the holder, or of the offer, has ended by the server's clock. */
    public boolean expired() {
        return fields.expired();
    }

    /** Returns the request of another instance for a handoff. */
    public Optional<HandoffRequest> request() {
        return Optional.ofNullable(fields.request());
    }

    /** Returns the instance that the lease was released for. */
    public Optional<String> offer() {
        return Optional.ofNullable(fields.offer());
    }

    /**
     * Returns the backup that has every change acknowledged before the last clean release; empty if there is none, or if an
     * instance has been active since.
     */
    public Optional<BackupId> finalBackup() {
        return Optional.ofNullable(fields.finalBackup());
    }

    /** Returns the holder's refusal of a request. */
    public Optional<Declined> declined() {
        return Optional.ofNullable(fields.declined());
    }

    /** Returns the version of this row. */
    public Version version() {
        return new Version(fields.epoch(), fields.holder(), fields.heartbeat());
    }

    /** Returns whether no instance holds the lease. */
    public boolean isFree() {
        return fields.holder() == null;
    }

    /** Returns whether that instance holds the lease, in any epoch. */
    public boolean isHeldBy(String instance) {
        return instance.equals(fields.holder());
    }

    /** Returns whether that instance holds the lease in that epoch. */
    public boolean isHeldBy(String instance, long inEpoch) {
        return isHeldBy(instance) && fields.epoch() == inEpoch;
    }

    /** Returns whether that instance has the request in the row. */
    public boolean isRequestedBy(String instance) {
        HandoffRequest request = fields.request();
        return request != null && request.instance().equals(instance);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof LeaseRow row && fields.equals(row.fields);
    }

    @Override
    public int hashCode() {
        return fields.hashCode();
    }

    @Override
    public String toString() {
        return "LeaseRow"
                + fields.toString().substring(Fields.class.getSimpleName().length());
    }

    /** Builds a row. Not safe for use by several threads. */
    public static final class Builder {
        private long epoch;
        private @Nullable String holder;
        private @Nullable String site;
        private boolean active;
        private long heartbeat;
        private boolean expired;
        private @Nullable HandoffRequest request;
        private @Nullable String offer;
        private @Nullable BackupId finalBackup;
        private @Nullable Declined declined;

        private Builder() {}

        /** Sets the {@linkplain LeaseRow#epoch() epoch}. */
        public Builder epoch(long number) {
            epoch = number;
            return this;
        }

        /** Sets the {@linkplain LeaseRow#holder() holder}; null for none. */
        public Builder holder(@Nullable String instance) {
            holder = instance;
            return this;
        }

        /** Sets the {@linkplain LeaseRow#site() site}; null for none. */
        public Builder site(@Nullable String name) {
            site = name;
            return this;
        }

        /** Sets whether the holder is {@linkplain LeaseRow#active() active}. */
        public Builder active(boolean isActive) {
            active = isActive;
            return this;
        }

        /** Sets the {@linkplain LeaseRow#heartbeat() heartbeat}. */
        public Builder heartbeat(long number) {
            heartbeat = number;
            return this;
        }

        /** Sets whether the term has {@linkplain LeaseRow#expired() ended}. */
        public Builder expired(boolean isExpired) {
            expired = isExpired;
            return this;
        }

        /** Sets the {@linkplain LeaseRow#request() request}; null for none. */
        public Builder request(@Nullable HandoffRequest ofAnother) {
            request = ofAnother;
            return this;
        }

        /** Removes the request if it is one of that instance. */
        Builder withoutRequestOf(@Nullable String instance) {
            if (request != null && request.instance().equals(instance)) {
                request = null;
            }
            return this;
        }

        /** Sets the {@linkplain LeaseRow#offer() offer}; null for none. */
        public Builder offer(@Nullable String instance) {
            offer = instance;
            return this;
        }

        /** Sets the {@linkplain LeaseRow#finalBackup() final backup}; null for none. */
        public Builder finalBackup(@Nullable BackupId id) {
            finalBackup = id;
            return this;
        }

        /** Sets the {@linkplain LeaseRow#declined() refusal}; null for none. */
        public Builder declined(@Nullable Declined refusal) {
            declined = refusal;
            return this;
        }

        /** A step of the holder: the heartbeat grows, and a term begins. */
        Builder beginsTerm() {
            heartbeat++;
            expired = false;
            return this;
        }

        /** Returns the row. */
        public LeaseRow build() {
            return new LeaseRow(
                    new Fields(epoch, holder, site, active, heartbeat, expired, request, offer, finalBackup, declined));
        }
    }
}
