package io.gracefulbackup.internal.report;

import io.gracefulbackup.BackupHeader;
import io.gracefulbackup.BackupReport;
import io.gracefulbackup.BackupStatus;
import io.gracefulbackup.ShutdownReason;
import io.gracefulbackup.SinkResult;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Every line that the engine writes for the operator, and the sentences of its exceptions and reports, in the order of {@code
 * docs/OPERATIONS.md}. Facts go in, words come out: no decisions are made here.
 */
public final class Messages {
    private static final DateTimeFormatter DAY =
            DateTimeFormatter.ofPattern("dd/MM/yyyy", Locale.ROOT).withZone(ZoneOffset.UTC);

    private Messages() {}

    /** A line that asks for attention. */
    public static String warning(String line) {
        return "⚠️ " + line;
    }

    // ---- at start

    public static final String INTERRUPTED_WHILE_ASKING = "Interrupted while asking the sinks for backups";

    public static final String INSTALLED_TOO_LATE =
            "⚠️ The process was exiting before install() had ended: nothing will be saved";

    public static final String LEASE_WITHOUT_SINK =
            "BACKUP_HANDOFF is \"on\", but no sink keeps a lease: set DATABASE_URL (and"
                    + " have backup-postgres among the dependencies), or unset BACKUP_HANDOFF";

    public static final String NO_SINK =
            "No sink is configured, so there is no place for backups; set DATABASE_URL, PINATA_JWT or"
                    + " BACKUP_FILE and add the module that serves it (backup-postgres, backup-ipfs-pinata,"
                    + " backup-file), or add a sink in the builder";

    public static String twoSinksNamed(String name) {
        return "Two sinks are named \"" + name + "\"; each needs a name of its own";
    }

    public static String policyForUnknownSink(String name, Collection<String> sinks) {
        return "A retention policy is given for the sink \"" + name + "\", but the sinks are " + sinks;
    }

    public static final String OVERLAP_ON_RENDER =
            "⚠️ At a deploy Render starts the new instance before it stops this one, and the new one restores"
                    + " then: what this one accepts afterwards will be missing there. Call handoff(…) in the builder and set"
                    + " DATABASE_URL";

    public static String installedAlready(String application) {
        return "Graceful Backup is installed already for \"" + application
                + "\" in this process; keep its handle, or call uninstall() first";
    }

    public static String refusing(String reason) {
        return "Refusing to start: " + reason;
    }

    public static String sinkNotLoaded(String name, String why) {
        return "❌ The sink " + name + " could not be loaded: " + why;
    }

    public static String sinkNotClosed(String title, String why) {
        return "⚠️ " + title + " could not be closed: " + why;
    }

    public static String previewSkips(String title) {
        return title + " backup skipped: this is the preview of a pull request (IS_PULL_REQUEST=true)";
    }

    public static final String STARTING_EMPTY_AS_CHOSEN = "✓ Starting empty, as BACKUP_START=empty says";

    public static String startingEmpty(String application) {
        return "✓ No backup of " + application + " yet: starting empty";
    }

    public static List<String> restored(String application, BackupHeader restored, String sink) {
        return List.of(
                "✅ " + application.substring(0, 1).toUpperCase(Locale.ROOT) + application.substring(1)
                        + " successfully restored!",
                "   " + restored.name() + " from " + sink + " (epoch " + restored.epoch() + ", sequence "
                        + restored.sequence() + ", id " + restored.id() + ")");
    }

    /** A laptop with the settings of production restores its data, and will save over it. */
    public static String otherSite(String there, @Nullable String here) {
        return "⚠️ This backup was made by the site \"" + there + "\", and this is "
                + (here == null ? "no named site" : "\"" + here + "\"")
                + ": if both run, each will overwrite what the other saves. BACKUP_SITE names a site, BACKUP_APP"
                + " keeps applications apart";
    }

    /** The newest backup of another line. */
    public static String fork(BackupHeader head, String where) {
        return "⚠️ " + where + " also holds a backup of another line: " + head.name() + " (id "
                + head.id() + ", epoch " + head.epoch() + ", sequence " + head.sequence() + ", by " + head.instance()
                + ", created " + head.createdAt() + "). The present state does not come from it: two instances have"
                + " saved side by side. Both lines are kept, that backup until "
                + DAY.format(head.createdAt().plus(BackupHeader.GUARDED_FOR)) + "; BACKUP_RESTORE_ID=" + head.id()
                + " restores it instead";
    }

    public static String noBackupPossible(String why) {
        return "❌ No backup can be made here: " + why + ". The exit will save nothing until this is mended";
    }

    // ---- while the application runs

    /** A measured or estimated exit that takes too much of its time. */
    public static String exitForecast(Duration expected, Duration timeout, String basis, String slowest) {
        return "⚠️ A shutdown now would take about " + expected.toMillis() + " ms of the " + timeout.toMillis()
                + " ms it has (BACKUP_TIMEOUT): " + basis + slowest
                + ". Give it more time, also on the platform, or less to save";
    }

    public static String shellIsProcess1(String shell) {
        return "⚠️ This JVM was started by " + shell
                + " as process 1, which does not pass SIGTERM on: it would be killed without a backup. Use the"
                + " exec form, ENTRYPOINT [\"java\", …], or write \"exec java …\" in the script";
    }

    public static final String SIGNALS_REDUCED =
            "⚠️ The JVM runs with -Xrs, so SIGTERM and SIGINT end it without a backup. Take that option out";

    public static final String EXIT_ON_OUT_OF_MEMORY =
            "⚠️ -XX:+ExitOnOutOfMemoryError ends the JVM without a backup; only checkpoints (BACKUP_INTERVAL)"
                    + " help against that";

    public static String backingUp(String application, String name) {
        return "🔄 Backing up " + application + ": " + name;
    }

    public static String checkpointFailed(String why) {
        return "❌ The checkpoint failed: " + why;
    }

    public static final String NOT_ARMED =
            "Nothing is saved: install() came after the exit had begun, or uninstall() was called";

    public static String nothingSavedIn(BackupStatus.State state) {
        return "Nothing is saved: this instance does not have the state, it is " + state;
    }

    public static String notRestoredIn(BackupStatus.State state) {
        return "Not restored, nothing has changed: the library is " + state + ", not ACTIVE";
    }

    public static String restoreOf(String id) {
        return "The restore of " + id;
    }

    public static String exitHasBegun(String what) {
        return what + " is not possible: the exit has begun";
    }

    public static String interruptedWhileWaiting(String what) {
        return "Interrupted while waiting. " + what + " goes on";
    }

    public static String failed(String what, String why) {
        return what + " failed: " + why;
    }

    public static String didNotEndInTime(String what) {
        return what + " did not end in time";
    }

    public static String interruptedLookingFor(String id) {
        return "Interrupted while looking for the backup " + id;
    }

    public static final String INTERRUPTED_WHILE_LISTING = "Interrupted while asking the sinks what they hold";

    public static String listenerFailed(String why) {
        return "⚠️ A listener failed: " + why;
    }

    // ---- where instances overlap

    public static final String HAS_NO_STATE = "this instance does not have the state";

    public static final String OTHER_INSTANCE_NO_CHANGES =
            "Another instance of the application has the state, or is about to get it; this one"
                    + " accepts no changes. Try again in a moment";

    public static final String INTERRUPTED_BEFORE_CHANGE = "Interrupted while waiting for the state; nothing was done";

    public static final String SNAPSHOT_UNDER_WAY = "a snapshot is under way and does not end";

    public static final String STATE_PENDING = "Another instance may have the state";

    public static final String RESUMED =
            "✅ No other instance took over: this instance resumes with the state that it had";

    public static final String RESUMED_EXPLANATION = "This instance had handed over, and no other instance took over";

    public static final String EXIT_SAVES_BY_ITSELF = "The exit has begun, and saves by itself";

    public static final String HANDOFF_MISSED_EXIT = "❌ The handoff did not take note of the exit; saving all the same";

    public static String standingBy(String application) {
        return "⏳ Another instance of " + application
                + " has the state: standing by. It is asked to hand over when traffic comes here";
    }

    public static String leaseUnknown(String application) {
        return "⚠️ It is not known yet who has the state of " + application + ": standing by, accepting nothing";
    }

    public static String leaseUnreachable(String sink, String why) {
        return "⚠️ The lease in " + sink + " cannot be reached: " + why
                + ". Changes are accepted as long as it lasts; trying again";
    }

    public static String handoffFailed(String why, String stack) {
        return "❌ The handoff failed: " + why + stack;
    }

    public static String stateElsewhere(BackupStatus.State state) {
        return "Another instance of the application has the state, or is about to get it, and this one is " + state
                + ". Try again in a moment";
    }

    public static String savingForNextInstance(String application) {
        return "🔄 Saving " + application + " for the instance that takes over...";
    }

    public static String savingBesideOthers(String application) {
        return "🔄 Saving what this instance had of " + application + ", beside what others have...";
    }

    public static String retired(String application) {
        return "⏸️ This instance accepts no changes any more; another one has the state of " + application;
    }

    public static String hostCodeFailed(String what, String why) {
        return "❌ " + what + " failed: " + why;
    }

    // ---- at the exit

    public static String shutdownSignal(ShutdownReason reason) {
        return "⚠️ " + reason.line();
    }

    public static String autoBackingUp(String application) {
        return "🔄 Auto-backing up " + application + "...";
    }

    public static String nothingToSave(String application) {
        return "✓ Nothing to save: " + HAS_NO_STATE + " of " + application;
    }

    public static String drainStepSkipped(String name, Duration share) {
        return "⚠️ Drain step \"" + name + "\" skipped: the drain steps before it took all of " + share.toMillis()
                + " ms";
    }

    public static String drainStepFailed(String name, String why) {
        return "⚠️ Drain step \"" + name + "\" failed: " + why;
    }

    public static String drainStepTimedOut(String name, Duration share) {
        return "⚠️ Drain step \"" + name + "\" did not end within " + share.toMillis() + " ms; going on without it";
    }

    public static String changesNotAcknowledged(int count) {
        return "⚠️ " + count + " changes did not end in time; they are not acknowledged";
    }

    public static final String CHANGE_NOT_SAVED =
            "The application began its final backup while this change was being made; it may not have been saved. Try again"
                    + " when the application is back";

    public static final String STOPPING_NO_CHANGES =
            "The application is stopping and accepts no changes. Try again when it is back";

    public static final String RESTORING_NO_CHANGES =
            "The application is restoring a backup and accepts no changes. Try again in a moment";

    public static final String RESTORE_UNDER_WAY =
            "the state is being replaced by a restore, which has not ended in time";

    public static String snapshotFailed(String step, String why) {
        return "could not " + step + ": " + why;
    }

    public static String snapshotTimedOut(String step, String stack) {
        return "it took too long to " + step + "; given up here:" + stack;
    }

    public static String lockNotAvailable(String step, long millis, String holder) {
        return "could not " + step + " within " + millis + " ms; " + holder;
    }

    public static String storedButThenFailed(String sink, String why) {
        return "⚠️ " + sink + ": stored, but then: " + why;
    }

    public static String sinkFailed(String sink, String why) {
        return "❌ " + sink + " backup failed: " + why;
    }

    public static String sinkTimedOut(String sink, Duration after) {
        return "❌ " + sink + " backup failed: not finished after " + after.toMillis() + " ms, when the time was over";
    }

    public static String cleanedUp(int deleted, int kept) {
        return "🧹 Cleaned up " + deleted + " old backup" + (deleted == 1 ? "" : "s") + " (kept last " + kept + ")";
    }

    public static String cleanUpFailed(String sink, String why) {
        return "⚠️ " + sink + ": old backups could not be cleaned up: " + why;
    }

    public static String nearByteBound(String sink, long size, long bound, int count) {
        return "⚠️ " + sink + ": backups of " + size + " bytes come near the bound of " + bound
                + " bytes, so fewer than " + count
                + " may be kept. Raise the bound (BACKUP_KEEP_BYTES) and see that the disk has room";
    }

    public static String backupFailed(String why) {
        return "❌ Backup failed: " + why;
    }

    public static String backupNotFinished(Duration timeout, String stack) {
        return "❌ Backup failed: not finished within " + timeout.toMillis() + " ms" + stack;
    }

    public static String backupFailed(String why, String newestBackup) {
        return "❌ Backup failed: " + why + "\n   " + newestBackup;
    }

    public static String storedNowhere(String newestBackup) {
        return "❌ No sink has stored it\n   " + newestBackup;
    }

    public static String lastBackupAge(long seconds) {
        return "The last backup is " + seconds + " s old";
    }

    public static String lastBackupIsRestored(BackupHeader header) {
        return "The last backup is the restored one, " + header.name() + ", of " + header.createdAt();
    }

    public static final String NO_EARLIER_BACKUP = "There is no earlier backup";

    /** The last line of an exit, for standard error. */
    public static String summary(BackupReport report) {
        String outcome = report.failureReason()
                .map(why -> "nothing saved: " + why.lines().findFirst().orElse(why))
                .orElseGet(() -> report.sealedBytes() + " bytes; "
                        + report.sinks().stream().map(Messages::summary).collect(Collectors.joining(", ")));
        return "Graceful Backup: " + outcome + " (" + report.took().toMillis() + " ms)";
    }

    private static String summary(SinkResult result) {
        if (result instanceof SinkResult.Stored stored) {
            return stored.sink() + " stored";
        }
        if (result instanceof SinkResult.Failed failed) {
            return failed.sink() + " FAILED: " + failed.cause();
        }
        if (result instanceof SinkResult.TimedOut late) {
            return late.sink() + " TIMED OUT";
        }
        return result.sink() + (result instanceof SinkResult.Unchanged ? " holds it already" : " skipped");
    }

    // ---- keys

    public static final String RESTORED_WITH_PREVIOUS_KEY =
            "🔑 It was sealed with a previous key; from now on SECRET_KEY seals";

    public static final String PREVIOUS_KEY_NOT_NEEDED =
            "🔑 No backup needs SECRET_KEY_PREVIOUS any more: take it out of the settings";

    public static String previousKeyNeeded(List<String> counts) {
        return "🔑 Backups that a previous key sealed: " + String.join(", ", counts)
                + ". SECRET_KEY_PREVIOUS is needed until they are gone";
    }

    public static String previousKeyUnknown(List<String> unreachable) {
        return "🔑 Whether SECRET_KEY_PREVIOUS is still needed cannot be told: " + String.join(", ", unreachable);
    }
}
