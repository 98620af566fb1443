package io.gracefulbackup;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What retention would do in one sink now: which backups stay, which are deleted, and why. Immutable. Later versions of
 * the library may add values and verdicts.
 */
public final class RetentionReport {
    private final String sink;
    private final RetentionPolicy policy;
    private final List<Entry> entries;
    private final @Nullable String failure;

    /**
     * Creates a report. Reports are made by the library; tests may make their own.
     *
     * @param sink see {@link #sink()}
     * @param policy see {@link #policy()}
     * @param entries see {@link #entries()}
     * @param failure see {@link #failure()}
     */
    public RetentionReport(String sink, RetentionPolicy policy, List<Entry> entries, @Nullable String failure) {
        this.sink = sink;
        this.policy = policy;
        this.entries = List.copyOf(entries);
        this.failure = failure;
    }

    /** The name of the sink. */
    public String sink() {
        return sink;
    }

    /** The retention policy of the sink. */
    public RetentionPolicy policy() {
        return policy;
    }

    /** All entries of the sink, newest first; unmodifiable. */
    public List<Entry> entries() {
        return entries;
    }

    /** Why the entries are not known: the sink cannot be reached or cannot list, or none of its backups can be read. */
    public Optional<String> failure() {
        return Optional.ofNullable(failure);
    }

    /** The sink and its entries. */
    @Override
    public String toString() {
        return "RetentionReport[" + sink + ", " + policy + ", " + (failure == null ? entries : failure) + "]";
    }

    /** One entry of a sink. */
    public static final class Entry {
        private final String location;
        private final @Nullable BackupHeader header;
        private final Verdict verdict;

        /**
         * Creates an entry.
         *
         * @param location see {@link #location()}
         * @param header see {@link #header()}
         * @param verdict see {@link #verdict()}
         */
        public Entry(String location, @Nullable BackupHeader header, Verdict verdict) {
            this.location = location;
            this.header = header;
            this.verdict = verdict;
        }

        /** Where it is, in the terms of the sink. */
        public String location() {
            return location;
        }

        /** Its authenticated header, if that can be read. */
        public Optional<BackupHeader> header() {
            return Optional.ofNullable(header);
        }

        /** What happens to it. */
        public Verdict verdict() {
            return verdict;
        }

        /** The location and the verdict. */
        @Override
        public String toString() {
            return "Entry[" + location + ", " + verdict + "]";
        }
    }

    /** What happens to an entry. Only entries that count use up what the policy keeps. */
    public enum Verdict {
        /** The newest intact backup. It counts. */
        NEWEST(true, "the newest intact backup"),
        /** Among the backups that the policy keeps. It counts. */
        WITHIN_POLICY(true, "among those that the policy keeps"),
        /** Protected with {@link GracefulShutdown#protect}. */
        PROTECTED(true, "protected by the operator"),
        /** The newest backup of another line; stays for 30 days. */
        FORK(true, "the newest of another line, kept for 30 days"),
        /**
         * The last backup before the state shrank by more than half; stays for 30 days, or until {@link
         * GracefulShutdown#unprotect}.
         */
        BEFORE_SHRINK(true, "the last one before the state shrank, kept for 30 days or until it is acknowledged"),
        /** It is not known whether the newest backup descends from it; stays for 30 days. */
        UNRELATED(true, "of a line that is not known, kept for 30 days"),
        /** Damaged, and not deleted yet. It counts if the newest backup descends from it. */
        DAMAGED(true, "damaged, and kept until it is surplus"),
        /** Not readable here: sealed with another key, of another format or application, or out of reach. */
        UNREADABLE(true, "not readable here, so not ours to delete"),
        /** More than the policy keeps. */
        SURPLUS(false, "more than the policy keeps"),
        /** Within the number of backups that the policy keeps, but not within the bytes. */
        OVER_BYTES(false, "more bytes than the policy keeps"),
        /** The next backup has the same state, and nobody asked for this one by name. */
        SAME_AS_NEXT(false, "the backup after it has the same content"),
        /** Damaged, and more than the policy keeps. */
        DAMAGED_SURPLUS(false, "damaged, and more than the policy keeps");

        private final boolean isKept;
        private final String reason;

        Verdict(boolean isKept, String reason) {
            this.isKept = isKept;
            this.reason = reason;
        }

        /** Whether the entry stays. */
        public boolean isKept() {
            return isKept;
        }

        /** The reason, for people. */
        public String reason() {
            return reason;
        }
    }
}
