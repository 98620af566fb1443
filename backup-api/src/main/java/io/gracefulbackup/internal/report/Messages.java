package io.gracefulbackup.internal.report;

import io.gracefulbackup.BackupHeader;
import io.gracefulbackup.BackupId;
import io.gracefulbackup.BackupReport;
import io.gracefulbackup.BackupStatus;
import io.gracefulbackup.PreviousShutdown.Outcome;
import io.gracefulbackup.RetentionPolicy;
import io.gracefulbackup.RetentionReport;
import io.gracefulbackup.ShutdownReason;
import io.gracefulbackup.SinkResult;
import io.gracefulbackup.internal.support.Printable;
import io.gracefulbackup.internal.support.Sentences;
import io.gracefulbackup.spi.PointerStore.Latest;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
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

    private static final String WARNING = "⚠️ ";
    private static final int CANDIDATES_SHOWN = 5;

    /** A line that asks for attention. */
    public static String warning(String line) {
        return WARNING + line;
    }

    /** Whether a line asks for attention. */
    static boolean isWarning(String line) {
        return line.startsWith(WARNING);
    }

    /** A line that repeats others, which were left out. */
    static String repeated(String line, int leftOut) {
        return line + " (" + leftOut + (leftOut == 1 ? " time" : " times") + " more since it was last said)";
    }

    // ---- a slow start

    static final String OPENING_SINKS = "opening the sinks";

    static String starting(String step, Duration since) {
        return "⏳ Starting, after " + since.toSeconds() + " s: " + step;
    }

    public static String askingSinks(Collection<String> sinks) {
        return "asking " + String.join(", ", sinks) + " for backups, and opening the headers of the newest";
    }

    public static String fetching(String backup, long received, Optional<Long> size) {
        return "fetching " + backup + ", " + received
                + size.map(bytes -> " of " + bytes).orElse("") + " bytes so far";
    }

    public static String authenticating(String backup) {
        return "authenticating all bytes of " + backup;
    }

    public static String sourceReads(String source) {
        return "the source \"" + Printable.name(source) + "\" reads its section";
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

    public static String overlap(String platform) {
        return "⚠️ At a deploy " + platform + " starts the new instance before it stops this one, and the new one"
                + " restores then: what this one accepts afterwards will be missing there. Call handoff(…) in the builder"
                + " and set DATABASE_URL";
    }

    public static String installedAlready(String application, String first) {
        return "Graceful Backup is installed already for \"" + application + "\" in this process, by " + first
                + ". Nothing has changed. Use that handle; or close() it first, which saves the state; or give this one"
                + " another BACKUP_APP if it is another application";
    }

    public static final String STARTED_ALREADY = "start() was called already; a handle starts once";

    public static final String CLOSED_BEFORE_START = "This handle is closed, so it cannot start: prepare another one";

    public static final String NOT_STARTED =
            "start() has not been called yet, so nothing is restored and nothing is saved";

    public static final String CALLED_FROM_START =
            "close() was called by code that start() waits for: let that code return first";

    public static final String FINAL_BACKUP = "Auto-backup";

    public static final String FINAL_BACKUP_FAILED = "the final backup did not end; the log says why";

    public static final String FINAL_BACKUP_UNDER_WAY = "the final backup had begun before and has not ended yet";

    public static String holderHasState(String holder) {
        return "Instance " + holder + " has the state: this one would wait without it until traffic reaches it";
    }

    public static String leaseNotRead(String title, String why) {
        return title + ": the lease cannot be read, so it is not known whether another instance has the state: " + why;
    }

    public static String workAfterStartFailed(String why) {
        return "❌ The work after the start failed: " + why
                + ". The exit saves all the same; sinks that lacked the restored backup may still lack it";
    }

    public static String exitStepFailed(String why) {
        return "❌ The exit goes on with the backup, although its first step failed: " + why;
    }

    public static String closedUnsaved(String application, String why) {
        return "Closed, but the last state of " + application + " is in no sink: " + why
                + ". The newest stored backup is older than the state; the log says what each sink answered";
    }

    public static String refusing(String reason) {
        return "Refusing to start: " + reason;
    }

    public static String sinkNotLoaded(String name, String why) {
        return "❌ The sink " + name + " could not be loaded: " + why;
    }

    public static String providerOfOtherCopy(String provider) {
        return "The provider " + provider
                + " belongs to another copy of backup-api than the one in use, so its sink is not"
                + " used. Keep one copy of backup-api, in one class loader";
    }

    public static String notClosed(String title, String why) {
        return "⚠️ " + title + " could not be closed: " + why;
    }

    public static String previewSkips(String title) {
        return title + " backup skipped: this is the preview of a pull request (IS_PULL_REQUEST=true)";
    }

    public static final String STARTING_EMPTY_AS_CHOSEN = "✓ Starting empty, as BACKUP_START=empty says";

    /** Says where the library looked, because it may be the wrong place. */
    public static String startingEmpty(String application, Collection<String> places) {
        return "✓ " + noBackupYet(application, places);
    }

    public static String noBackupYet(String application, Collection<String> places) {
        return "No backup of " + application + " yet in " + String.join(", ", places) + ": starting empty";
    }

    public static List<String> restored(String application, BackupHeader restored, String sink) {
        return List.of(
                "✅ " + application.substring(0, 1).toUpperCase(Locale.ROOT) + application.substring(1)
                        + " successfully restored!",
                "   " + Printable.name(restored.name()) + " from " + sink + " (epoch " + restored.epoch()
                        + ", sequence " + restored.sequence() + ", id " + restored.id() + ")");
    }

    /** A laptop with the settings of production restores its data, and will save over it. */
    public static String otherSite(String there, @Nullable String here) {
        return "⚠️ This backup was made by the site \"" + there + "\", and this is "
                + (here == null ? "no named site" : "\"" + here + "\"")
                + ": if both run, each will overwrite what the other saves. BACKUP_SITE names a site, BACKUP_APP"
                + " keeps applications apart";
    }

    public static String noTemporaryFile(long limit, String why) {
        return "⚠️ A backup of more than " + (limit >> 20) + " MiB must fit into the heap: " + why;
    }

    public static String noBackupPossible(String why) {
        return "❌ No backup can be made here: " + why + ". The exit will save nothing until this is mended";
    }

    /**
     * A class of the library cannot be linked.
     *
     * @param explanation why, and what to do
     */
    public static String classUnusable(String name, String explanation) {
        return "The class " + name + ", which the exit needs, cannot be used: " + explanation;
    }

    /**
     * A class of the library cannot be linked.
     *
     * @param jar the jar that has the package of what is missing, or ""
     */
    public static String classUnusable(String name, String why, String jar) {
        return classUnusable(name, why)
                + ". A dependency is missing, or has another version than the library was built with"
                + (jar.isEmpty() ? "" : ": that package comes from " + jar)
                + ". Import backup-bom, or override the version with the one that it names; mvn dependency:tree shows who"
                + " brings another";
    }

    public static String sealingFails(String why) {
        return "No backup can be sealed here: " + why
                + ". A dependency is missing, or has another version than the library was built with; import backup-bom";
    }

    public static String noClassIndex(String module) {
        return "The module " + module + " has no list of its classes, so they are loaded when they are needed first";
    }

    public static String classesNotLoaded(Duration limit) {
        return "⚠️ Not all classes that the exit needs were loaded within " + limit.toSeconds()
                + " s; leave the application's jar as it is until they are";
    }

    public static final String NO_THREAD_FOR_PROBE = "the JVM can create no thread to find out";

    public static String probeTimedOut(Duration limit) {
        return "it did not answer within " + limit.toSeconds() + " s; check that it is up and can be reached from here";
    }

    public static String notPrepared(String sink, String why) {
        return "⚠️ " + sink + ": what a backup needs could not be created in advance: " + why
                + ". The next backup tries again";
    }

    public static String cannotStore(String sink, String why) {
        return sink + " cannot store backups: " + why;
    }

    public static String backupsWillFail(String cannotStore) {
        return "❌ " + cannotStore + ". Backups to it will fail until that is mended; it is asked again every minute";
    }

    public static String canStore(String sink) {
        return sink + " can store backups";
    }

    public static String canStoreAgain(@Nullable String sink) {
        return "✅ " + sink + " can store backups again";
    }

    public static String watchEnded(String why) {
        return "⚠️ Sinks that cannot store are not asked again: " + why;
    }

    // ---- at start: why it is refused

    /**
     * A refusal to start; no sentence is in it twice.
     *
     * @param reason why
     * @param explanation what was found
     */
    public static String refusal(String reason, List<String> explanation) {
        String refusal = refusing(reason);
        for (String line : explanation) {
            String news = Sentences.notIn(refusal, line);
            refusal += news.isEmpty() ? "" : "\n   - " + news;
        }
        return refusal;
    }

    public static String allSinksRequired(String sink, String why) {
        return unreachable(sink, why)
                + "; and requireAllSinks() asks for an answer of every sink. Make it reachable, or take it out"
                + " of the settings";
    }

    public static final String NO_SINK_CAN_STORE =
            "no sink can store a backup, and nothing was restored, so all that this process is given would be lost."
                    + " Mend one of them";

    public static final String ALL_SINKS_MUST_STORE =
            "nothing was restored, and requireAllSinks() asks for sinks that can all store backups. Mend these, or take"
                    + " them out of the settings";

    public static String sinkMayHoldABackup(String sink, String why, boolean isUnreachable) {
        return "no backup was found, but " + sink + " may hold one: " + why
                + ". Starting empty would put an empty state over it. Make it reachable, or, if there is nothing"
                + " to lose, "
                + (isUnreachable ? "take it out of the settings" : "set BACKUP_START=empty");
    }

    public static String noDurableSink(boolean diskIsEphemeral) {
        return "no backup was found, but the local disk "
                + (diskIsEphemeral ? "of this platform is wiped at every restart" : "is not durable")
                + ", so that proves nothing. Configure a sink that outlives the instance (DATABASE_URL or PINATA_JWT),"
                + " put BACKUP_FILE on a mounted disk, or set BACKUP_START=empty";
    }

    public static final String DISK_OF_CONTAINER =
            "⚠️ No backup was found, and the disk of a container is lost with the container: this may be the first start, or a"
                    + " state may be lost. Configure a sink that outlives the container (DATABASE_URL or PINATA_JWT), or put"
                    + " BACKUP_FILE on a volume";

    /** The name of the application may be mistyped, or it may be a new one. */
    public static String onlyAnotherApplication(String own, String where, String other) {
        return "no backup of the application \"" + own + "\" was found, but " + where + " has one of \"" + other
                + "\" that belongs to the same keys. If BACKUP_APP is mistyped, set BACKUP_APP=" + other + "; if \""
                + own
                + "\" is a new application, set BACKUP_START=empty for its first start";
    }

    /** The way out of a refusal: a setting as it is to be written. */
    public static String goPast(String line) {
        return "To start without it all the same, set " + line;
    }

    public static String takeOut(String sink) {
        return "Try again, or take " + sink + " out of the settings";
    }

    public static String unreadForLackOfTime(String sink, long count) {
        return "⚠️ " + sink + ": " + (count == 1 ? "1 backup was" : count + " backups were")
                + " not read before BACKUP_START_TIMEOUT was over";
    }

    public static String entryUnread(String location, String sink) {
        return location + " in " + sink
                + " was not read before BACKUP_START_TIMEOUT was over, and may be newer than what"
                + " was read. Raise BACKUP_START_TIMEOUT";
    }

    /** A backup that can be chosen. */
    private static String candidate(BackupHeader found) {
        return candidate(found.id().value(), found);
    }

    /** The same with the choice as it is to be set. */
    public static String candidate(String choice, BackupHeader found) {
        return choice + " (" + Printable.name(found.name()) + ", " + found.createdAt() + ")";
    }

    public static final String BACKUP_REQUIRED =
            "no backup was found, and BACKUP_START=require asks for one. Unset it for the first start";

    public static String everyBackupIsDamaged(String none) {
        return "every backup that was found is damaged. Nothing has been changed. Restore a good copy, or set " + none
                + " to start without one";
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
                        ? ""
                        : "The newest that was found is " + candidate(newest) + ", " + newest.version() + ". ");
    }

    public static String choiceMayHaveBeenFollowed(String choice, String why, String wayOut) {
        return "whether " + choice + " was followed and saved upon already cannot be seen; " + why + ". " + wayOut;
    }

    public static String entryCouldNotBeRead(String location, String sink, String why) {
        return location + " in " + sink + " could not be read: " + why;
    }

    public static String chosenBackupNotFound(String choice) {
        return choice + " asks for a backup that no sink holds intact";
    }

    /**
     * The end of a refusal to restore a chosen backup.
     *
     * @param choices of the other backups, newest first
     * @param none the choice that starts without any
     */
    public static String otherChoices(List<String> choices, String none) {
        if (choices.isEmpty()) {
            return ". Unset it, or set " + none + " to start without a backup";
        }
        List<String> first = choices.subList(0, Math.min(CANDIDATES_SHOWN, choices.size()));
        return ". Choose one of these, or unset it: " + String.join(", ", first)
                + (choices.size() > first.size() ? " and " + (choices.size() - first.size()) + " more" : "");
    }

    /** The same, after it was found that a backup cannot be used: so it may be with the others. */
    public static String otherChoicesOrNone(List<String> choices, String none) {
        return otherChoices(choices, none)
                + (choices.isEmpty() ? "" : ". If none of them can be used, " + none + " starts without a backup");
    }

    public static String chosenCannotBeOpened(String choice, String why) {
        return choice + " asks for a backup that cannot be opened: " + why;
    }

    /** The key may be lost, or another service may have the same name. */
    public static String unknownKey(String sink, String location, @Nullable String why, String application) {
        return holds(sink, location) + "that was sealed with another key: "
                + advised(
                        why,
                        "Set SECRET_KEY to the key that it was sealed with, or add that key to SECRET_KEY_PREVIOUS")
                + ". " + sameName(application);
    }

    private static String sameName(String application) {
        return "If another service keeps its backups there under the same name, \"" + application
                + "\", give this one a name of its own with BACKUP_APP";
    }

    public static String newerFormat(String sink, String location, @Nullable String why) {
        return holds(sink, location) + "that a later version of this library wrote: "
                + advised(why, "Use the version of the library that wrote it, or a later one");
    }

    /** A reason and what to do about it, which the reason may say already. */
    private static String advised(@Nullable String why, String advice) {
        String reason = String.valueOf(why);
        return Sentences.notIn(reason, advice).isEmpty() ? reason : reason + ". " + advice;
    }

    private static String holds(String sink, String location) {
        return sink + " holds a backup (" + location + ") ";
    }

    public static String chosenBackupCannotBeUsed(BackupId id) {
        return "the backup " + id + " that was asked for cannot be used";
    }

    public static String noBackupCanBeUsed(String none) {
        return "no backup that was found can be used; nothing has been changed. " + none + " starts without one";
    }

    public static String cannotBeOpened(String backup, @Nullable String why) {
        return "the backup " + backup + " cannot be opened: " + why;
    }

    public static String cannotBeOpenedHere(String backup, @Nullable String why) {
        return "the backup " + backup + " cannot be opened here: " + why;
    }

    public static String backupUnavailable(String backup, String why, String wayOut) {
        return "the backup " + unavailable(backup, why) + ". Nothing has been changed; try again. " + wayOut;
    }

    /** Why the sources cannot take a backup; follows "Refusing to start: " or "Not restored, nothing has changed: ". */
    public static String unclaimedSection(String section, String application) {
        return "the backup has a section \"" + Printable.name(section)
                + "\" that no source claims, so the next backup would lose it. Add its source, or call"
                + " ignoreSection(\"" + Printable.name(section) + "\") to drop it. " + sameName(application);
    }

    public static String newerSection(String section, int written, int readable) {
        return "the section \"" + Printable.name(section) + "\" was written in version " + written
                + ", and this application reads up to version " + readable + ". Deploy the newer application again";
    }

    public static String cannotBeEmptied(String source) {
        return "the source \"" + Printable.name(source)
                + "\" would have to be emptied, because the backup has nothing for it, and it"
                + " cannot be. Override startEmpty() in it, or choose a backup that has this section";
    }

    public static String sourceFailed(String source, String what, String why) {
        return "the source \"" + Printable.name(source) + "\" could not " + what + ": " + why;
    }

    public static final String NOTHING_STORED_OR_DELETED = ". Nothing has been stored or deleted";

    // ---- at start: what was found and done

    public static final String NO_ANSWER_IN_TIME = "it did not answer in time";

    public static String brokenProvider(String why) {
        return "its provider is broken: " + why;
    }

    public static String unreachable(String sink, String why) {
        return sink + " is unreachable: " + why;
    }

    public static String passedOver(String sink, String why) {
        return "⚠️ " + sink + " was unreachable: " + why + ". If it holds a newer backup, that one is passed over";
    }

    public static final String NEWEST_IS_DAMAGED =
            "⚠️ The newest backup is damaged; falling back to an older one. It is kept";

    public static String mayHaveBeenNewer(String sink, String location) {
        return "⚠️ " + location + " in " + sink
                + " is damaged, so it is not known whether it was newer than the backup that is"
                + " restored. It is kept";
    }

    public static String choiceIsIgnored(String choice) {
        return "⚠️ " + choice
                + " was followed at an earlier start and the state has been saved since; it is ignored now. Unset it";
    }

    public static String followOnceMore(String again) {
        return ", or set " + again + " to follow it once more";
    }

    /** A choice goes past entries that nobody can open, at every start. */
    public static String unopenedPassedOver(String location, String sink, int count) {
        return "⚠️ " + location + " in " + sink + (count == 1 ? "" : " and " + (count - 1) + " more")
                + " cannot be opened and may be newer than the backup that is restored. An earlier choice goes past"
                + " it; it is kept";
    }

    /** How messages name one copy of a backup. */
    public static String copy(BackupHeader header, String sink) {
        return Printable.name(header.name()) + " (" + header.id() + ") in " + sink;
    }

    public static String restoredCopy(String backup) {
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
        return backup + " could not be read: " + why;
    }

    public static String otherBackupCame(BackupId came, BackupId asked) {
        return "another backup, " + came + ", came when " + asked + " was fetched";
    }

    public static String transferStalled(Duration limit, long received) {
        return "No byte came for " + limit.toSeconds() + " s, after " + received + " bytes";
    }

    public static final String READING_ENDED = "the reading was ended before the backup was complete";

    /** What a source itself has to say. */
    public static String sourceNotice(String section, String notice) {
        return notice.startsWith("⚠️") ? notice : "⚠️ \"" + section + "\": " + notice;
    }

    public static String dropped(String section, Collection<String> properties, BackupHeader backup) {
        return "❗ Left out of the section \"" + section + "\", as BACKUP_DROP says: " + String.join(", ", properties)
                + ". The state goes on without what the backup \"" + Printable.name(backup.name()) + "\" ("
                + backup.id() + ") has there. Unset BACKUP_DROP now";
    }

    public static String droppedFromIsProtected(BackupHeader backup, Collection<String> sinks) {
        return "✓ The backup " + backup.id() + ", which still has what was left out, is protected in "
                + String.join(", ", sinks) + " until unprotect(id) is called";
    }

    public static String droppedFromIsKept(BackupId id, String why) {
        return "⚠️ The backup " + id + ", which still has what was left out, could not be protected everywhere (" + why
                + "); retention keeps it for " + BackupHeader.GUARDED_FOR.toDays() + " days";
    }

    public static String nothingToDrop(String drops, BackupHeader backup) {
        return "⚠️ BACKUP_DROP=" + drops + " has nothing to leave out: the backup " + backup.id()
                + " has no such property any more. Unset it";
    }

    public static String sectionMissing(String section, boolean isEmptied) {
        return "⚠️ The backup has no section \"" + Printable.name(section) + "\": "
                + (isEmptied ? "that source is emptied" : "that source stays as the application constructed it");
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

    public static final String NOTHING_RESTORED = "There was no backup to restore";

    public static String restoredStateIsFrom(Instant createdAt, String name) {
        return "The restored state is from " + createdAt + " (" + Printable.name(name) + ")";
    }

    public static final String NO_EARLIER_PROCESS = "No process before this one is known";

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

    public static String sinkHadFailed(String sink, String cause) {
        return sink + " failed: " + cause;
    }

    public static String sinkNotFinished(String sink) {
        return sink + " was not finished in time";
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
        return "🔄 Backing up " + application + ": " + Printable.name(name);
    }

    public static String checkpointFailed(String why) {
        return "❌ The checkpoint failed: " + why;
    }

    public static String checkpointsEnded(String why) {
        return "❌ No further checkpoint will be made in this process: " + why;
    }

    // ---- rehearsals

    public static final String REHEARSAL_CUT_SHORT = "the rehearsal had to end";

    public static String sourceFailsRehearsal(String source, String why) {
        return "The source \"" + source + "\" failed twice when a backup was rehearsed: " + why
                + ". The final backup would fail as well. If the state changes while it is written, make all changes under"
                + " the lock that snapshotUnder(…) was given";
    }

    public static String wouldNotComeBack(String source, String sentence) {
        return "The source \"" + source + "\" writes what could not be restored: " + sentence;
    }

    public static String noLongerFound(String message) {
        return "✅ The last rehearsal found this no longer: " + message;
    }

    public static String rehearsalsEnded(String why) {
        return "⚠️ Backups are not rehearsed any more: " + why;
    }

    public static String rehearsalFailed(String why) {
        return "A rehearsal of a backup showed nothing: " + why;
    }

    /**
     * A rehearsal has ended.
     *
     * @param why why there was no backup, or ""
     */
    public static String rehearsed(long bytes, Duration took, boolean isCut, String why) {
        return "Rehearsed a backup within " + took.toMillis() + " ms"
                + (isCut
                        ? ", as much of it as the lock allows"
                        : why.isEmpty() ? ": " + bytes + " bytes of state" : "; there was none: " + why);
    }

    public static final String NOT_ARMED =
            "Nothing is saved: close() or uninstall() was called, or the exit had begun before install() ended";

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
        return what + " is not possible, nothing has changed: the exit has begun";
    }

    public static final String GOES_ON = "goes on";

    public static final String WITHDRAWN = "had not begun, and will not";

    public static final String CANCELLED = "is cancelled, and changes nothing";

    /**
     * A caller was interrupted.
     *
     * @param sequel what becomes of the run: one of the constants above
     */
    public static String interruptedWhileWaiting(String what, String sequel) {
        return "Interrupted while waiting. " + what + " " + sequel;
    }

    public static String withdrawn(String what) {
        return what + " " + WITHDRAWN;
    }

    public static final String BACKUP_FROM_DRAIN_STEP =
            "A drain step cannot make a backup: the final backup waits for the step, and follows it. Return from the step";

    public static String failed(String what, String why) {
        return what + " failed: " + why;
    }

    public static String failedUnawaited(String what, String why) {
        return "❌ " + failed(what, why);
    }

    public static String didNotEndInTime(String what, String sequel) {
        return what + " did not end in time: it " + sequel;
    }

    public static String interruptedLookingFor(String id) {
        return "Interrupted while looking for the backup " + id;
    }

    public static final String INTERRUPTED_WHILE_LISTING = "Interrupted while asking the sinks what they hold";

    public static String listenerFailed(String why) {
        return "⚠️ A listener failed: " + why;
    }

    public static String listenersNotCalled(int events) {
        return "⚠️ The listeners were not told of the last " + events + (events == 1 ? " event" : " events")
                + ": there was no time, or no thread";
    }

    public static String pointersFailed(String store, String attempt, String why) {
        return "⚠️ The pointers in " + store + " could not be " + attempt + ": " + why + ". No backup is lost by that";
    }

    public static String pointersOfOtherApplication(String store, String other, String application) {
        return "⚠️ The pointers in " + store + " belong to the application \"" + other + "\", so those of \""
                + application
                + "\" are not kept there. Give each application a place of its own; or, if \"" + other
                + "\" is no longer in use, delete BACKUP_LATEST and PINATA_LATEST_CID there";
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

    public static final String CANNOT_PROTECT = "this sink cannot protect single backups";

    public static final String NOTHING_READABLE_SO_NOTHING_DELETED =
            "there is no backup that can be read, so nothing is deleted";

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

    public static final String EXIT_BEFORE_ACTIVE =
            "❌ The onActive actions have not ended, so nothing is saved. A state that was restored is still in its backup; one"
                    + " that began empty is not complete";

    public static final String STILL_ACTIVATING =
            "⏳ The onActive actions have not ended yet: no change is accepted before they have";

    public static final String HALF_SEEDED =
            "An onActive action failed on an empty state, which is incomplete since. Restart this instance";

    public static String notActivated(String why) {
        return "❌ This instance has the state, but does not become active: " + why;
    }

    public static String seedingFailed(String why) {
        return "An onActive action failed on an empty state, so that its initial data is incomplete: " + why
                + ". Nothing is saved, and no change is accepted";
    }

    public static String leaseNotReleased(String sink, String why) {
        return "⚠️ The lease in " + sink + " could not be released: " + why
                + ". If this instance holds it, others wait until its term ends";
    }

    public static String standingBy(String application) {
        return "⏳ Another instance of " + application
                + " has the state: standing by. It is asked to hand over when traffic comes here";
    }

    /** What a start does until it knows who has the state. */
    public static String askingForLease(String sink) {
        return "asking " + sink + " which instance has the state";
    }

    /** The first contact with the lease failed for a reason that does not pass. */
    public static String leaseUnusable(String sink, String why) {
        return "the lease in " + sink + " cannot be used: " + why + "." + NO_START_WITHOUT_LEASE;
    }

    /** The first contact with the lease did not come about. */
    public static String leaseNotReached(String sink, Duration limit, String why) {
        return "the lease in " + sink + " could not be reached within " + limit.toSeconds()
                + " s (BACKUP_START_TIMEOUT): " + why + "." + NO_START_WITHOUT_LEASE;
    }

    private static final String NO_START_WITHOUT_LEASE =
            " Without it this instance could accept no change, so it does not start. An instance that serves now goes on,"
                    + " and nothing was stored or deleted";

    /** An instance that starts tries again. */
    public static String leaseUnreachableAtStart(String sink, String why) {
        return "⚠️ The lease in " + sink + " cannot be reached: " + why + ". Trying again until BACKUP_START_TIMEOUT";
    }

    public static String leaseUnreachable(String sink, String why, boolean isHolder) {
        return "⚠️ The lease in " + sink + " cannot be reached: " + why
                + (isHolder ? ". Changes are accepted as long as it lasts; trying again" : ". Trying again");
    }

    public static String impossibleLease(String column, long number, long highest) {
        return "the row of the lease has " + column + " " + number + ", but handoffs count from 0 and never reach "
                + highest
                + ": somebody has changed it. Stop all instances, delete the row, and start one again; it takes its number"
                + " from the backups";
    }

    public static String impossibleEpoch(long number, long highest) {
        return "a backup or a pointer (BACKUP_LATEST) has epoch " + number
                + ", but handoffs count from 0 and never reach " + highest
                + ": somebody has changed it. Restore a backup with a possible epoch, and remove the other one";
    }

    public static String handoffFailed(String why, String stack) {
        return "❌ The handoff failed: " + why + stack;
    }

    public static final String STATE_LEFT_WHILE_READING =
            "Another instance of the application may have changed the state while it was read here. Try again in a moment";

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

    /** The head of a fork; {@code where} names the sinks that hold it. */
    public static String fork(BackupHeader head, String where) {
        return "⚠️ " + where + " also holds a backup of another line: " + Printable.name(head.name()) + " (id "
                + head.id() + ", " + head.version() + ", by " + head.instance() + ", created " + head.createdAt()
                + "). The present state does not come from it: two instances have"
                + " saved side by side. Both lines are kept, that backup until "
                + DAY.format(head.createdAt().plus(BackupHeader.GUARDED_FOR)) + "; BACKUP_RESTORE_ID=" + head.id()
                + " restores it instead";
    }

    /** The forks beside those that are shown, which are the newest. */
    public static String furtherForks(int count) {
        return "⚠️ " + count + (count == 1 ? " older backup" : " older backups")
                + " of other lines not listed here; each is kept as long";
    }

    public static String lastBackupNotShown(BackupId last) {
        return "the last instance left the backup " + last
                + ", but no sink shows it. BACKUP_START=empty starts without it";
    }

    public static String lastBackupNotIntact(BackupId last) {
        return "the last instance left the backup " + last
                + ", but no sink gives an intact copy. BACKUP_RESTORE_ID chooses another one";
    }

    public static final String NO_BACKUP_FITS = "no backup that was found can be used";

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
        return "⚠️ Drain step \"" + Printable.name(name) + "\" skipped: the drain steps before it took all of "
                + share.toMillis() + " ms";
    }

    public static String drainStepFailed(String name, String why) {
        return "⚠️ Drain step \"" + Printable.name(name) + "\" failed: " + why;
    }

    public static String drainStepTimedOut(String name, Duration share) {
        return "⚠️ Drain step \"" + Printable.name(name) + "\" did not end within " + share.toMillis()
                + " ms; going on without it";
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

    public static final String SNAPSHOT_GIVEN_UP = "the snapshot was given up before it began";

    public static String snapshotFailed(String step, String why) {
        return "could not " + step + ": " + why;
    }

    public static String snapshotIsRepeated(String why) {
        return "⚠️ The snapshot failed: " + why + ". It is taken again, as another backup, while that may help. If the"
                + " state changes while it is written, pass the lock that guards it to snapshotUnder(lock)";
    }

    public static String snapshotSucceeded(int attempts, Duration after) {
        return "✅ The snapshot succeeded at attempt " + attempts + ", after " + after.toMillis() + " ms";
    }

    public static String snapshotGivenUpAfter(String why, int attempts, Duration after) {
        return why + " (tried " + attempts + " times in " + after.toMillis() + " ms)";
    }

    public static String shrank(String section, long before, long now) {
        return "\"" + section + "\" from " + before + " to " + now + " bytes";
    }

    public static String stateShrank(List<String> sections, Optional<BackupId> before) {
        return "⚠️ The state is much smaller than before: " + String.join(", ", sections)
                + ". It is saved. If that is a surprise: another library may have emptied it in a shutdown hook of its own"
                + before.map(id -> "; the backup " + id + " is from before and is kept for "
                                + BackupHeader.GUARDED_FOR.toDays() + " days: BACKUP_RESTORE_ID=" + id
                                + " restores it, unprotect(id) says that all is well")
                        .orElse("; no backup from before is known");
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

    /**
     * A sink has not stored the backup in time.
     *
     * @param why what the sink threw when its time was over, or an empty text
     */
    public static String sinkTimedOut(String sink, Duration after, String why) {
        return "❌ " + sink + " backup failed: not finished after " + after.toMillis() + " ms, when the time was over"
                + (why.isEmpty() ? "" : " (" + why + ")");
    }

    public static String cleanedUp(int deleted, RetentionReport.Verdict why, RetentionPolicy.KeepLast keep) {
        String reason = switch (why) {
            case SURPLUS -> "kept last " + keep.count();
            case OVER_BYTES -> "kept within " + keep.maxBytes().orElseThrow() + " bytes";
            default -> why.reason();
        };
        return "🧹 Cleaned up " + deleted + " old backup" + (deleted == 1 ? "" : "s") + " (" + reason + ")";
    }

    public static String cleanUpFailed(String sink, String why) {
        return "⚠️ " + sink + ": old backups could not be cleaned up: " + why;
    }

    /**
     * Retention could not delete some entries.
     *
     * @param failures each place that is still there, and why
     */
    public static String notDeleted(String sink, List<String> failures) {
        return "⚠️ " + sink + ": " + failures.size() + " old backup" + (failures.size() == 1 ? "" : "s")
                + " could not be deleted, and will be tried again: " + String.join("; ", failures);
    }

    public static String noTimeToDelete(String location) {
        return location + ": no time was left";
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
        return "The last backup is the restored one, " + Printable.name(header.name()) + ", of " + header.createdAt();
    }

    public static final String NO_EARLIER_BACKUP = "There is no earlier backup";

    /** The last line of an exit, for standard error. */
    public static String summary(BackupReport report) {
        String outcome = report.failure()
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

    // ---- returning to an older state

    public static String chosen(BackupId id, String choice) {
        return "Restoring " + id + " because " + choice + " says so";
    }

    public static final String STARTING_EMPTY_BY_CHOICE =
            "Starting empty because BACKUP_START=empty says so; existing backups stay where they are";

    public static final String DOES_NOT_SHOW_IT = "it does not show that backup";

    public static String notRestored(String why) {
        return "Not restored, nothing has changed: " + why;
    }

    public static String writesDoNotEnd(Duration limit) {
        return notRestored("writes that are under way did not end within " + limit.toSeconds() + " s");
    }

    /**
     * No copy of the backup could be read.
     *
     * @param bySink what was found in each sink
     * @param found the ids that there are
     */
    public static String noIntactCopy(BackupId id, List<String> bySink, List<BackupId> found) {
        return notRestored("no sink gave a copy of " + id + " that can be opened (" + String.join("; ", bySink)
                + "). There are " + found);
    }

    public static String presentStateNotSaved(@Nullable String why) {
        return notRestored("the present state could not be saved first" + (why == null ? "" : ": " + why));
    }

    public static final String RESTORE_AFTER_EXIT_BEGAN = notRestored("the exit has begun");

    public static final String RESTORE_DURING_SNAPSHOT = notRestored(SNAPSHOT_UNDER_WAY);

    public static String stateIsBack(String why) {
        return "Not restored: " + why + ". The state from before is back";
    }

    public static String stateIsInconsistent(String why, String again, @Nullable BackupId saved) {
        return "a restore failed halfway (" + why + "), and the state from before could not be put back (" + again
                + "): what is in memory is neither, and is not saved. Start again; the state from before is the"
                + " backup " + saved;
    }

    public static String restoredWhileRunning(BackupHeader header, String sink) {
        return "Restored " + Printable.name(header.name()) + " (" + header.id() + ") from " + sink
                + " into the running application";
    }

    public static final String RESTORED_BUT_NOT_SAVED =
            "It could not be saved yet: if the process is killed now, the state from before comes back";

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
