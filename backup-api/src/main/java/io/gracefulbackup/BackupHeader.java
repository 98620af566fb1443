package io.gracefulbackup;

import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The description of a backup inside its sealed bytes. A header that is read from them is authenticated, so it is the
 * only source for questions such as which backup is newer, or is an ancestor of another.
 *
 * <p>Immutable. Two headers are equal if all their values are. Later versions of the library may add values.
 */
public final class BackupHeader {
    /** The largest number of ancestors in a header. */
    public static final int MAX_ANCESTORS = 64;

    /** The largest number of guarded backups in a header. */
    public static final int MAX_GUARDED = 16;

    /** The largest number of choices in a header. */
    public static final int MAX_CHOICES = 16;

    /** How long retention keeps a fork and a guarded backup, unless the operator decides earlier. */
    public static final Duration GUARDED_FOR = Duration.ofDays(30);

    /** Orders older headers first, by {@link #version()}. Creation time, then id, only break ties. */
    public static final Comparator<BackupHeader> OLDEST_FIRST = Comparator.comparing(BackupHeader::version)
            .thenComparing(BackupHeader::createdAt)
            .thenComparing(header -> header.id().value());

    private final Values values;

    private BackupHeader(Values values) {
        this.values = values;
    }

    /** All values of a header, for equality. */
    private record Values(
            String application,
            BackupId id,
            BackupVersion version,
            @Nullable BackupId parent,
            List<BackupId> ancestors,
            long namedFrom,
            String name,
            Instant createdAt,
            String reason,
            @Nullable String site,
            String instance,
            List<Choice> choices,
            List<Guarded> guarded,
            @Nullable Before before) {}

    /**
     * Creates a builder. Headers are made by the library; tests of sinks and listeners may make their own.
     *
     * @param application the application that the backup belongs to
     * @param id its id
     * @param version its place in the order of the application's backups
     */
    public static Builder builder(String application, BackupId id, BackupVersion version) {
        return new Builder(application, id, version);
    }

    /** Creates a builder that has all values of this header. */
    public Builder toBuilder() {
        Builder builder = new Builder(values.application, values.id, values.version);
        builder.parent = values.parent;
        builder.ancestors = values.ancestors;
        builder.namedFrom = values.namedFrom;
        builder.name = values.name;
        builder.createdAt = values.createdAt;
        builder.reason = values.reason;
        builder.site = values.site;
        builder.instance = values.instance;
        builder.choices = values.choices;
        builder.guarded = values.guarded;
        builder.before = values.before;
        return builder;
    }

    /** The application that the backup belongs to (setting {@code BACKUP_APP}). */
    public String application() {
        return values.application;
    }

    /** The id of the backup. */
    public BackupId id() {
        return values.id;
    }

    /** The epoch and the sequence. */
    public BackupVersion version() {
        return values.version;
    }

    /** The epoch of the {@linkplain #version version}; grows with every explicit choice of an older backup. */
    public long epoch() {
        return values.version.epoch();
    }

    /** The sequence of the {@linkplain #version version}; grows with every backup. */
    public long sequence() {
        return values.version.sequence();
    }

    /** The backup that the application had restored or saved before this one; empty for the first one. */
    public Optional<BackupId> parent() {
        return Optional.ofNullable(values.parent);
    }

    /** The parent, its parent and so on, nearest first, at most {@value #MAX_ANCESTORS}; unmodifiable. */
    public List<BackupId> ancestors() {
        return values.ancestors;
    }

    /** {@link #ancestors()} contains every ancestor from this sequence on; 0 if it contains all ancestors. */
    public long namedFrom() {
        return values.namedFrom;
    }

    /** The name for people, such as {@code Auto-backup - 14/01/2026 15:30:45}. */
    public String name() {
        return values.name;
    }

    /** When the snapshot began, by the clock of the instance; for people, not for deciding what is newest. */
    public Instant createdAt() {
        return values.createdAt;
    }

    /**
     * Why the backup was made: the name of a {@link ShutdownReason}, or {@code MANUAL}, {@code CHECKPOINT}, {@code
     * BEFORE_RESTORE}, {@code AFTER_RESTORE} or {@code HANDOFF}.
     */
    public String reason() {
        return values.reason;
    }

    /** Where the application ran (setting {@code BACKUP_SITE}). */
    public Optional<String> site() {
        return Optional.ofNullable(values.site);
    }

    /** The process that made the backup, for people. */
    public String instance() {
        return values.instance;
    }

    /**
     * The choices ({@code BACKUP_START=empty}, {@code BACKUP_RESTORE_ID}, a restore while running) that this backup or one of
     * its ancestors is the first to follow, oldest first; the newest {@value #MAX_CHOICES} of them; unmodifiable.
     */
    public List<Choice> choices() {
        return values.choices;
    }

    /** Backups that retention keeps because the state shrank after them; at most {@value #MAX_GUARDED}. */
    public List<Guarded> guarded() {
        return values.guarded;
    }

    /**
     * The last stored backup before this one. A header is written before the size of its own state is known; a reader
     * of the whole backup compares the two sizes to see whether the state shrank.
     */
    public Optional<Before> before() {
        return Optional.ofNullable(values.before);
    }

    /** Whether this backup is newer than the other one, by {@link #OLDEST_FIRST}. */
    public boolean isNewerThan(BackupHeader other) {
        return OLDEST_FIRST.compare(this, other) > 0;
    }

    /** Whether the other backup is among the ancestors that this one names. */
    public boolean descendsFrom(BackupHeader other) {
        return values.ancestors.contains(other.id());
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof BackupHeader header && values.equals(header.values);
    }

    @Override
    public int hashCode() {
        return values.hashCode();
    }

    /** All values, for messages of tests. */
    @Override
    public String toString() {
        return "BackupHeader" + values.toString().substring("Values".length());
    }

    /**
     * A choice of what the application goes on from, which the backups that follow have honoured.
     *
     * @param text what was chosen, such as {@code empty} or {@code id:} and the id of a backup; two choices with the same text
     *     are the same choice
     * @param since the version of the first backup that was made upon it
     */
    public record Choice(String text, BackupVersion since) {}

    /**
     * The last backup before the state shrank by more than half. Retention keeps it, because the loss may be a mistake.
     *
     * @param id its id
     * @param since when the smaller state was saved, by the clock of the instance
     */
    public record Guarded(BackupId id, Instant since) {
        /** Whether retention still keeps it: until {@link #GUARDED_FOR} after {@link #since}. */
        public boolean isInForce(Instant now) {
            return since.plus(GUARDED_FOR).isAfter(now);
        }
    }

    /**
     * A backup and the size of its state.
     *
     * @param id its id
     * @param stateBytes the number of bytes of its sections, uncompressed
     * @param sectionBytes the number of bytes of each section, by name; empty if that is not known
     */
    public record Before(BackupId id, long stateBytes, Map<String, Long> sectionBytes) {
        /** Copies the map. */
        public Before {
            sectionBytes = Collections.unmodifiableMap(new LinkedHashMap<>(sectionBytes));
        }

        /** A backup whose sections are not known. */
        public Before(BackupId id, long stateBytes) {
            this(id, stateBytes, Map.of());
        }

        /** Whether this state is more than twice as large as one of {@code other} bytes. */
        public boolean isMoreThanTwice(long other) {
            return other < stateBytes - other;
        }
    }

    /** Builds a header; what is not set is empty. Not safe for use by several threads. */
    public static final class Builder {
        private final String application;
        private final BackupId id;
        private BackupVersion version;
        private @Nullable BackupId parent;
        private List<BackupId> ancestors = List.of();
        private long namedFrom;
        private String name = "";
        private Instant createdAt = Instant.EPOCH;
        private String reason = "";
        private @Nullable String site;
        private String instance = "";
        private List<Choice> choices = List.of();
        private List<Guarded> guarded = List.of();
        private @Nullable Before before;

        private Builder(String application, BackupId id, BackupVersion version) {
            this.application = application;
            this.id = id;
            this.version = version;
        }

        /** See {@link BackupHeader#version()}. */
        public Builder version(BackupVersion value) {
            version = value;
            return this;
        }

        /** See {@link BackupHeader#parent()}. */
        public Builder parent(@Nullable BackupId value) {
            parent = value;
            return this;
        }

        /** See {@link BackupHeader#ancestors()}. */
        public Builder ancestors(List<BackupId> value) {
            ancestors = List.copyOf(value);
            return this;
        }

        /** See {@link BackupHeader#namedFrom()}. */
        public Builder namedFrom(long value) {
            namedFrom = value;
            return this;
        }

        /** See {@link BackupHeader#name()}. */
        public Builder name(String value) {
            name = value;
            return this;
        }

        /** See {@link BackupHeader#createdAt()}. */
        public Builder createdAt(Instant value) {
            createdAt = value;
            return this;
        }

        /** See {@link BackupHeader#reason()}. */
        public Builder reason(String value) {
            reason = value;
            return this;
        }

        /** See {@link BackupHeader#site()}. */
        public Builder site(@Nullable String value) {
            site = value;
            return this;
        }

        /** See {@link BackupHeader#instance()}. */
        public Builder instance(String value) {
            instance = value;
            return this;
        }

        /** See {@link BackupHeader#choices()}. */
        public Builder choices(List<Choice> value) {
            choices = List.copyOf(value);
            return this;
        }

        /** See {@link BackupHeader#guarded()}. */
        public Builder guarded(List<Guarded> value) {
            guarded = List.copyOf(value);
            return this;
        }

        /** See {@link BackupHeader#before()}. */
        public Builder before(@Nullable Before value) {
            before = value;
            return this;
        }

        /** Returns the header. */
        public BackupHeader build() {
            return new BackupHeader(new Values(
                    application,
                    id,
                    version,
                    parent,
                    ancestors,
                    namedFrom,
                    name,
                    createdAt,
                    reason,
                    site,
                    instance,
                    choices,
                    guarded,
                    before));
        }
    }
}
