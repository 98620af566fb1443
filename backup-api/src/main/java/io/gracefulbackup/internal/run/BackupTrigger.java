package io.gracefulbackup.internal.run;

import io.gracefulbackup.ShutdownReason;
import io.gracefulbackup.internal.catalog.Lineage;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What a backup is made for.
 *
 * @param reason the reason as it is written in the header
 * @param name gives the name of the backup for the time of its snapshot
 * @param shutdown the reason of the exit, or null if the process goes on
 * @param onlyIfChanged whether to skip the sinks if all of them hold a backup with the same content
 * @param isAnnounced whether the start of the run is logged; the exit and the handoff log a line of their own
 */
public record BackupTrigger(
        String reason,
        Function<Instant, String> name,
        @Nullable ShutdownReason shutdown,
        boolean onlyIfChanged,
        boolean isAnnounced) {
    private static final String REHEARSAL = "REHEARSAL";
    private static final int MOST_ATTEMPTS_OF_CHECKPOINT = 3;

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("dd/MM/yyyy HH:mm:ss", Locale.ROOT).withZone(ZoneId.systemDefault());

    /** The final backup of a process. */
    static BackupTrigger exit(ShutdownReason why) {
        return new BackupTrigger(why.name(), timed("Auto-backup"), why, false, false);
    }

    /** A backup that the host asked for, under a name of its choice. */
    public static BackupTrigger manual(String name) {
        return new BackupTrigger(Lineage.REASON_BY_NAME, now -> name, null, false, true);
    }

    /** A periodic backup of the running application. */
    public static BackupTrigger checkpoint() {
        return new BackupTrigger("CHECKPOINT", timed("Checkpoint"), null, true, false);
    }

    /** A run that stores nothing, and shows in the running application that the exit's would succeed. */
    public static BackupTrigger rehearsal() {
        return new BackupTrigger(REHEARSAL, timed("Rehearsal"), null, false, false);
    }

    /** The backup of the present state, before a restore replaces it. */
    public static BackupTrigger beforeRestore() {
        return new BackupTrigger("BEFORE_RESTORE", timed("Pre-restore backup"), null, false, false);
    }

    /** The backup of a state that was just restored, which makes the choice of that state durable. */
    public static BackupTrigger afterRestore() {
        return new BackupTrigger("AFTER_RESTORE", timed("Restored backup"), null, false, false);
    }

    /** The backup that another instance restores. */
    static BackupTrigger handoff() {
        return new BackupTrigger("HANDOFF", timed("Handoff"), null, false, false);
    }

    /** How many snapshots the run may take if a source throws: a checkpoint comes again, and a rehearsal only looks. */
    int mostAttempts() {
        return isRehearsal() ? 1 : onlyIfChanged ? MOST_ATTEMPTS_OF_CHECKPOINT : Integer.MAX_VALUE;
    }

    private boolean isRehearsal() {
        return reason.equals(REHEARSAL);
    }

    private static Function<Instant, String> timed(String prefix) {
        return now -> prefix + " - " + TIME.format(now);
    }
}
