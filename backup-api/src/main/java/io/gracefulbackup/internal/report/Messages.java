package io.gracefulbackup.internal.report;

import io.gracefulbackup.BackupHeader;
import io.gracefulbackup.BackupId;
import io.gracefulbackup.PreviousShutdown.Outcome;
import io.gracefulbackup.spi.PointerStore.Latest;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Every line that an operator reads, in the order of {@code docs/OPERATIONS.md}. Only wording: what is said when is decided elsewhere. */
public final class Messages {
    private static final DateTimeFormatter DAY =
            DateTimeFormatter.ofPattern("dd/MM/yyyy", Locale.ROOT).withZone(ZoneOffset.UTC);

    private Messages() {}

    /** A line as a warning. */
    public static String warning(String line) {
        return "⚠️ " + line;
    }

    // ---- at start: why it is refused

    /**
     * A refusal to start.
     *
     * @param reason why
     * @param explanation what was found
     */
    public static String refusal(String reason, List<String> explanation) {
        return "Refusing to start: " + reason
                + (explanation.isEmpty() ? "" : "\n   - " + String.join("\n   - ", explanation));
    }

    public static String allSinksRequired(String sink, String why) {
        return unreachable(sink, why)
                + "; and requireAllSinks() asks for an answer of every sink. Make it reachable, or take it out"
                + " of the settings";
    }

    public static String sinkMayHoldABackup(String sink, String why, boolean isUnreachable) {
        return "no backup was found, but " + sink + " may hold one: " + why
                + ". Starting empty would put an empty state over it. Make it reachable, or, if there is nothing"
                + " to lose, "
                + (isUnreachable ? "take it out of the settings" : "set BACKUP_START=empty");
    }

    public static String noDurableSink(boolean diskIsEphemeral) {
        return "no backup was found, but the local disk "
                + (diskIsEphemeral ? "of this platform is wiped at every restart (RENDER=true)" : "is not durable")
                + ", so that proves nothing. Configure a sink that outlives the instance (DATABASE_URL or PINATA_JWT),"
                + " put BACKUP_FILE on a mounted disk, or set BACKUP_START=empty";
    }

    public static String backupRequired() {
        return "no backup was found, and BACKUP_START=require asks for one. Unset it for the first start";
    }

    public static String everyBackupIsDamaged() {
        return "every backup that was found is damaged. Nothing has been changed. Restore a good copy, or set"
                + " BACKUP_START=empty to start without one";
    }

    /**
     * The newest backup by the pointers is in no sink.
     *
     * @param newest the newest that was found, or null if there is none
     */
    public static String newestIsMissing(Latest latest, @Nullable BackupHeader newest) {
        return "BACKUP_LATEST says that the newest backup is " + latest.id() + " (" + latest.version()
                + "), but no sink shows it. "
                + (newest == null
                        ? "BACKUP_START=empty starts without it"
                        : "The newest that was found is " + newest.id() + " (" + newest.version()
                                + "); BACKUP_RESTORE_ID=" + newest.id() + " restores that one");
    }

    public static String choiceMayHaveBeenFollowed(String choice, String why) {
        return "whether " + choice + " was followed and saved upon already cannot be seen; " + why
                + ". Try again, or take that sink out of the settings";
    }

    public static String entryCouldNotBeRead(String location, String sink, String why) {
        return location + " in " + sink + " could not be read: " + why;
    }

    public static String chosenBackupNotFound(String choice, List<BackupId> found) {
        return choice + " asks for a backup that no sink holds intact. Choose one of " + found + " or unset it";
    }

    public static String newestCouldNotBeRead(String sink, String location, String why) {
        return holds(sink, location) + "that could not be read: " + why
                + ". Try again, or choose another one with BACKUP_RESTORE_ID";
    }

    public static String unknownKey(String sink, String location, @Nullable String why) {
        return holds(sink, location) + "that was sealed with another key: " + why
                + ". Set SECRET_KEY to the key that sealed it, or put that key into SECRET_KEY_PREVIOUS";
    }

    public static String newerFormat(String sink, String location, @Nullable String why) {
        return holds(sink, location) + "that a later version of this library wrote: " + why
                + ". Deploy that version again";
    }

    public static String otherApplication(String sink, String location, @Nullable String why) {
        return holds(sink, location) + "sealed with this application's key, but for another name: " + why
                + ". Set BACKUP_APP to that name, let this application keep its backups elsewhere,"
                + " or set BACKUP_START=empty";
    }

    private static String holds(String sink, String location) {
        return sink + " holds a backup (" + location + ") ";
    }

    public static String chosenBackupCannotBeUsed(BackupId id) {
        return "the backup " + id + " that was asked for cannot be used";
    }

    public static String noBackupCanBeUsed() {
        return "no backup that was found can be used; nothing has been changed. BACKUP_START=empty starts"
                + " without one";
    }

    public static String cannotBeOpened(String backup, @Nullable String why) {
        return "the backup " + backup + " cannot be opened: " + why;
    }

    public static String cannotBeOpenedHere(String backup, @Nullable String why) {
        return "the backup " + backup + " cannot be opened here: " + why;
    }

    public static String newestUnavailable(String backup, String why) {
        return "the newest backup, " + unavailable(backup, why) + ". Nothing has been changed; try again";
    }

    public static String unclaimedSection(String section) {
        return "Refusing to start: the backup has a section \"" + section
                + "\" that no source claims, so the next backup would lose it. Add its source, or call"
                + " ignoreSection(\"" + section + "\") to drop it";
    }

    public static String newerSection(String section, int written, int readable) {
        return "Refusing to start: the section \"" + section + "\" was written in version " + written
                + ", and this application reads up to version " + readable + ". Deploy the newer application again";
    }

    public static String sourceFailed(String source, String why) {
        return "Refusing to start: the source \"" + source + "\" could not read its section: " + why
                + ". Nothing has been stored or deleted";
    }

    // ---- at start: what was found and done

    public static String noAnswerInTime() {
        return "it did not answer in time";
    }

    public static String brokenProvider(String why) {
        return "its provider is broken: " + why;
    }

    public static String unreachable(String sink, String why) {
        return sink + " is unreachable: " + why;
    }

    public static String passedOver(String sink, String why) {
        return "⚠️ " + sink + " was unreachable: " + why + ". If it holds a newer backup, that one is passed over";
    }

    public static String newestIsDamaged() {
        return "⚠️ The newest backup is damaged; falling back to an older one. It is kept";
    }

    public static String choiceIsIgnored(String choice) {
        return "⚠️ " + choice
                + " was followed at an earlier start and the state has been saved since; it is ignored now. Unset it";
    }

    /** How messages name one copy of a backup. */
    public static String copy(BackupHeader header, String sink) {
        return header.name() + " (" + header.id() + ") in " + sink;
    }

    public static String restored(String backup) {
        return "Restored " + backup;
    }

    public static String damaged(String backup, @Nullable String why) {
        return "The backup " + backup + " is damaged: " + why;
    }

    public static String rejected(String backup, String why) {
        return "The backup " + backup + " was rejected by the application: " + why;
    }

    public static String couldNotBeRead(String backup, String why) {
        return "The backup " + unavailable(backup, why);
    }

    private static String unavailable(String backup, String why) {
        return backup + ", could not be read: " + why;
    }

    public static String otherBackupCame(BackupId came, BackupId asked) {
        return "another backup, " + came + ", came when " + asked + " was fetched";
    }

    public static String transferStalled(Duration limit, long received) {
        return "No byte came for " + limit.toSeconds() + " s, after " + received + " bytes";
    }

    public static String sectionMissing(String section) {
        return "⚠️ The backup has no section \"" + section + "\": it starts empty";
    }

    public static String repaired(String sink, String from) {
        return "🩹 " + sink + " lacked the newest backup; copied from " + from;
    }

    public static String notRepaired(String sink, String why) {
        return "⚠️ " + sink + " lacks the newest backup, and could not be given it: " + why
                + ". The next backup goes there again";
    }

    public static String noCopyForRepair(List<String> sinks, BackupId id) {
        return "⚠️ " + String.join(", ", sinks) + " lacks the newest backup " + id
                + ", and no copy could be fetched for it; the next backup goes there again";
    }

    public static String notCopiedFrom(String sink, String why) {
        return "Not copied from " + sink + ": " + why;
    }

    // ---- at start: how the process before ended

    public static String nothingRestored() {
        return "There was no backup to restore";
    }

    public static String restoredStateIsFrom(Instant createdAt, String name) {
        return "The restored state is from " + createdAt + " (" + name + ")";
    }

    public static String noEarlierProcess() {
        return "No process before this one is known";
    }

    public static String noReceipt(String restored, boolean madeByShutdown) {
        return "There is no receipt of the process before. " + restored
                + (madeByShutdown ? ", made by a shutdown" : ", not made by a shutdown");
    }

    public static String endedAfterSaving(String restored) {
        return "The process before saved its last state, but ended before everything was done. " + restored;
    }

    public static String endedWithoutSaving(String restored) {
        return "The process before ended without saving (killed, out of memory or crashed). " + restored;
    }

    public static String ended(Outcome outcome, String why, String restored) {
        String what = switch (outcome) {
            case CLEAN -> "The process before saved its last state everywhere";
            case PARTIAL -> "The process before saved its last state, but not everywhere: " + why;
            default -> "The process before saved nothing when it ended: " + why;
        };
        return what + ". " + restored;
    }

    public static String sinkFailed(String sink, String cause) {
        return sink + " failed: " + cause;
    }

    public static String sinkNotFinished(String sink) {
        return sink + " was not finished in time";
    }

    // ---- while running

    public static String pointersFailed(String store, String attempt, String why) {
        return "⚠️ The pointers in " + store + " could not be " + attempt + ": " + why + ". No backup is lost by that";
    }

    public static String noReceiptLeft(String store, String why) {
        return "No receipt could be left in " + store + ": " + why;
    }

    /**
     * A backup that an operator named is in no sink.
     *
     * @param found the ids that there are
     * @param notSeen the sinks that gave no list, each with the reason
     */
    public static String noSuchBackup(BackupId id, Collection<String> found, List<String> notSeen) {
        return "No sink shows a backup " + id + "; there are " + found
                + (notSeen.isEmpty() ? "" : ". Not seen: " + String.join("; ", notSeen));
    }

    public static String notListed(String sink, String why) {
        return sink + ": " + why;
    }

    public static String cannotProtect() {
        return "this sink cannot protect single backups";
    }

    public static String nothingReadableSoNothingDeleted() {
        return "there is no backup that can be read, so nothing is deleted";
    }

    // ---- where instances overlap

    public static String fork(BackupHeader head, String where) {
        return "⚠️ " + where + " also holds a backup of another line: " + head.name() + " (id " + head.id() + ", "
                + head.version() + ", by " + head.instance() + ", created " + head.createdAt()
                + "). The present state does not come from it: two instances have"
                + " saved side by side. Both lines are kept, that backup until "
                + DAY.format(head.createdAt().plus(BackupHeader.GUARDED_FOR)) + "; BACKUP_RESTORE_ID=" + head.id()
                + " restores it instead";
    }

    public static String lastBackupNotShown(BackupId last) {
        return "the last instance left the backup " + last
                + ", but no sink shows it. BACKUP_START=empty starts without it";
    }

    public static String lastBackupNotIntact(BackupId last) {
        return "the last instance left the backup " + last
                + ", but no sink gives an intact copy. BACKUP_RESTORE_ID chooses another one";
    }

    public static String noBackupFits() {
        return "no backup that was found can be used";
    }

    // ---- at exit

    // ---- going back to an older state

    public static String chosen(BackupId id, String choice) {
        return "Restoring " + id + " because " + choice + " says so";
    }

    public static String startingEmptyByChoice() {
        return "Starting empty because BACKUP_START=empty says so; existing backups stay where they are";
    }

    private static String notRestored(String why) {
        return "Not restored, nothing has changed: " + why;
    }

    public static String writesDoNotEnd(Duration limit) {
        return notRestored("writes that are under way did not end within " + limit.toSeconds() + " s");
    }

    /**
     * No copy of the backup could be read.
     *
     * @param failures what was tried, and what came of it
     * @param found the ids that there are
     */
    public static String noIntactCopy(BackupId id, List<String> failures, List<BackupId> found) {
        return notRestored("no sink gave an intact copy of " + id
                + (failures.isEmpty() ? "" : " (" + String.join("; ", failures) + ")") + ". There are " + found);
    }

    public static String presentStateNotSaved(@Nullable String why) {
        return notRestored("the present state could not be saved first" + (why == null ? "" : ": " + why));
    }

    public static String exitHasBegun() {
        return notRestored("the exit has begun");
    }

    public static String snapshotDoesNotEnd() {
        return notRestored("a snapshot is under way and does not end");
    }

    public static String stateIsBack(String why) {
        return "Not restored: " + why + ". The state from before is back";
    }

    public static String stateIsTorn(String why, String again, @Nullable BackupId saved) {
        return "a restore failed halfway (" + why + "), and the state from before could not be put back (" + again
                + "): what is in memory is neither, and is not saved. Start again; the state from before is the"
                + " backup " + saved;
    }

    public static String restoredWhileRunning(BackupHeader header, String sink) {
        return "Restored " + header.name() + " (" + header.id() + ") from " + sink + " into the running application";
    }

    public static String restoredButNotSaved() {
        return "It could not be saved yet: if the process is killed now, the state from before comes back";
    }

    // ---- rotating the key
}
