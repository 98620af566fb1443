package io.gracefulbackup.internal.run;

import io.gracefulbackup.ShutdownReason;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Why a backup is made.
 *
 * @param reason what its header says of it
 * @param name what names it, from the moment of its snapshot
 * @param shutdown the reason of the exit, or null
 * @param onlyIfChanged whether a state that every sink holds already need not be stored again
 */
public record BackupTrigger(
        String reason,
        Function<Instant, String> name,
        @Nullable ShutdownReason shutdown,
        boolean onlyIfChanged) {
    static final String CHECKPOINT = "CHECKPOINT";

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("dd/MM/yyyy HH:mm:ss", Locale.ROOT).withZone(ZoneId.systemDefault());

    /** The final one: drains, closes the gate, always stores. */
    static BackupTrigger exit(ShutdownReason why) {
        return new BackupTrigger(why.name(), timed("Auto-backup"), why, false);
    }

    public static BackupTrigger manual(String name) {
        return new BackupTrigger("MANUAL", now -> name, null, false);
    }

    public static BackupTrigger checkpoint() {
        return new BackupTrigger(CHECKPOINT, timed("Checkpoint"), null, true);
    }

    /** Of the state that a restore is about to replace. */
    public static BackupTrigger beforeRestore() {
        return new BackupTrigger("BEFORE_RESTORE", timed("Pre-restore backup"), null, false);
    }

    /** Of the state that a restore has brought, so that the choice stays made even if the process is killed. */
    public static BackupTrigger afterRestore() {
        return new BackupTrigger("AFTER_RESTORE", timed("Restored backup"), null, false);
    }

    /** Of the state that another instance goes on with, or has gone on without. */
    static BackupTrigger handoff() {
        return new BackupTrigger("HANDOFF", timed("Handoff"), null, false);
    }

    boolean isFinal() {
        return shutdown != null;
    }

    private static Function<Instant, String> timed(String what) {
        return now -> what + " - " + TIME.format(now);
    }
}
