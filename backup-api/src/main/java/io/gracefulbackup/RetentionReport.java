package io.gracefulbackup;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What retention would do in one sink, as it stands: what stays, what goes, and why.
 *
 * @param sink the sink's name
 * @param policy what it keeps
 * @param entries all that it holds, newest first
 * @param failure why that is not known, or null
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

    /** Why nothing is known of this sink: it cannot be reached, or cannot list what it holds. */
    public Optional<String> failureReason() {
        return Optional.ofNullable(failure);
    }

    /**
     * One entry of a sink.
     *
     * @param location where it is, in the sink's own words
     * @param backup its authenticated header, or null if that cannot be read
     * @param verdict what becomes of it
     */
    public record Entry(String location, @Nullable BackupHeader backup, Verdict verdict) {
        /** The authenticated header, if it can be read. */
        public Optional<BackupHeader> header() {
            return Optional.ofNullable(backup);
        }
    }

    /** What becomes of an entry. Those that the policy does not count take nobody's place. */
    public enum Verdict {
        /** The newest intact backup. It counts. */
        NEWEST(true, "the newest intact backup"),
        /** Among those that the policy keeps. */
        WITHIN_POLICY(true, "among those that the policy keeps"),
        /** {@link GracefulShutdown#protect} was called for it. */
        PROTECTED(true, "protected by the operator"),
        /** The newest of another line of backups; stays for 30 days. */
        FORK(true, "the newest of another line, kept for 30 days"),
        /** The state shrank by more than half after it; stays for 30 days, or until {@link GracefulShutdown#unprotect}. */
        BEFORE_SHRINK(true, "the last one before the state shrank, kept for 30 days or until it is acknowledged"),
        /** Whether the newest one descends from it cannot be told; stays for 30 days. */
        UNRELATED(true, "of a line that is not known, kept for 30 days"),
        /** Damaged, and not to be deleted yet. It counts if the newest one descends from it. */
        DAMAGED(true, "damaged, and kept until it is surplus"),
        /** Not a readable backup of this application: another key, another format, out of reach. */
        UNREADABLE(true, "not readable here, so not ours to delete"),
        /** More than the policy keeps. */
        SURPLUS(false, "more than the policy keeps"),
        /** Its state is that of the backup made after it. */
        SAME_AS_NEXT(false, "the backup after it has the same content"),
        /** Damaged, and the policy would delete it anyway. */
        DAMAGED_SURPLUS(false, "damaged, and more than the policy keeps");

        private final boolean isKept;
        private final String reason;

        Verdict(boolean isKept, String reason) {
            this.isKept = isKept;
            this.reason = reason;
        }

        /** Whether it stays. */
        public boolean isKept() {
            return isKept;
        }

        /** The reason, for people. */
        public String reason() {
            return reason;
        }
    }
}
