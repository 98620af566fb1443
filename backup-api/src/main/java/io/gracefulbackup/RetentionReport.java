package io.gracefulbackup;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What retention would do in one sink now: which backups stay, which are deleted, and why.
 *
 * @param sink the name of the sink
 * @param policy its retention policy
 * @param entries all entries of the sink, newest first
 * @param failure why the entries are not known, or null
 */
public record RetentionReport(
        String sink,
        RetentionPolicy policy,
        List<Entry> entries,
        @Nullable String failure) {

    /** Copies the list. */
    public RetentionReport {
        entries = List.copyOf(entries);
    }

    /** Why the entries are not known: the sink cannot be reached or cannot list, or none of its backups can be read. */
    public Optional<String> failureReason() {
        return Optional.ofNullable(failure);
    }

    /**
     * One entry of a sink.
     *
     * @param location where it is, in the terms of the sink
     * @param backup its authenticated header, or null if that cannot be read
     * @param verdict what happens to it
     */
    public record Entry(String location, @Nullable BackupHeader backup, Verdict verdict) {
        /** The authenticated header, if it can be read. */
        public Optional<BackupHeader> header() {
            return Optional.ofNullable(backup);
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
        /** The next backup has the same state. */
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
