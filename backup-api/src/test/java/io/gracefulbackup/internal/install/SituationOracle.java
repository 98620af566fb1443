package io.gracefulbackup.internal.install;

import io.gracefulbackup.BackupHeader;
import io.gracefulbackup.BackupId;
import io.gracefulbackup.BackupVersion;
import io.gracefulbackup.internal.config.DiskLifetime;
import io.gracefulbackup.internal.fixtures.MemoryPointers;
import io.gracefulbackup.internal.install.SituationSink.Answer;
import io.gracefulbackup.internal.install.SituationSink.Damage;
import io.gracefulbackup.internal.install.SituationSink.Entry;
import io.gracefulbackup.internal.install.SituationSink.Opening;
import io.gracefulbackup.internal.install.SituationWorld.Choice;
import io.gracefulbackup.internal.install.SituationWorld.Failed;
import io.gracefulbackup.internal.install.SituationWorld.Outcome;
import io.gracefulbackup.internal.install.SituationWorld.Refused;
import io.gracefulbackup.internal.install.SituationWorld.StartAs;
import io.gracefulbackup.internal.install.SituationWorld.Started;
import io.gracefulbackup.internal.report.Finding;
import io.gracefulbackup.spi.StoredBackup.Hint;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Judges how a start ended by the rules of DESIGN 2.5, 2.6 and 2.9 alone. Knows what every entry truly is, which the start does
 * not; so a rule speaks of what a start can know: {@link #headerIsRead} and the like.
 *
 * <p>Where DESIGN leaves both open, either is right.
 */
final class SituationOracle {
    /** A start that waits for nothing takes less. */
    private static final Duration AT_ONCE = Duration.ofSeconds(2);

    private final SituationWorld world;
    private final StartAs as;
    private final List<SituationSink> sinks;
    private final List<Entry> entries = new ArrayList<>();
    private final @Nullable Saved newest;
    private final List<String> violations = new ArrayList<>();

    /** What may follow from the situation. */
    private static final class Expected {
        /** Why it has to refuse; empty if it has not. */
        final List<String> mustRefuse = new ArrayList<>();
        /** Why it may refuse too. */
        final List<String> mayRefuse = new ArrayList<>();

        @Override
        public String toString() {
            return (mustRefuse.isEmpty() ? "" : " refusal because " + mustRefuse)
                    + (mayRefuse.isEmpty() ? "" : " refusal possible because " + mayRefuse);
        }
    }

    SituationOracle(SituationWorld world, StartAs as) {
        this.world = world;
        this.as = as;
        this.sinks = world.configured(as);
        sinks.stream()
                .filter(sink -> sink.answer == Answer.LISTS)
                .forEach(sink -> entries.addAll(sink.entriesOf(as.application())));
        this.newest = entries.stream()
                .filter(this::isIntact)
                .map(entry -> entry.saved)
                .max(Comparator.comparing(saved -> saved.header, BackupHeader.OLDEST_FIRST))
                .orElse(null);
    }

    // ---- what a start can know of an entry

    private boolean headerIsRead(Entry entry) {
        return entry.opening.givesTheHeader() && as.opens(entry.saved) && entry.damage.leavesTheHeader();
    }

    private boolean isOurs(Entry entry) {
        return entry.saved.header.application().equals(as.application());
    }

    private boolean isIntact(Entry entry) {
        return headerIsRead(entry) && isOurs(entry) && entry.damage == Damage.NONE && entry.opening == Opening.OPENS;
    }

    private boolean isDamaged(Entry entry) {
        if (headerIsRead(entry) && !isOurs(entry)) {
            return false; // it is another application's, whatever is wrong with it
        }
        return switch (entry.opening) {
            case OPENS -> entry.damage != Damage.NONE;
            case BREAKS ->
                entry.damage == Damage.MAGIC || entry.damage == Damage.PREAMBLE || entry.damage == Damage.HEADER;
            case FAILS, REFUSES, HANGS -> false;
        };
    }

    /** Nobody can tell what it is. */
    private boolean isUnread(Entry entry) {
        return !headerIsRead(entry) && !isDamaged(entry);
    }

    private SituationSink sinkOf(Entry entry) {
        return sinks.stream()
                .filter(sink -> sink.entries.contains(entry))
                .findFirst()
                .orElseThrow();
    }

    /** Another entry of its sink hangs when it is opened, so that there may be no time to read this one. */
    boolean mayBeUnread(Entry entry) {
        return !isUnread(entry) && sinkOf(entry).entries.stream().anyMatch(other -> other.opening == Opening.HANGS);
    }

    private static boolean mayBeNewer(Entry entry, @Nullable Saved than) {
        Hint hint = entry.hint;
        return hint == null
                || than == null
                || (!hint.id().equals(than.id()) && !than.header.version().isNewerThan(hint.version()));
    }

    private boolean lies(Entry entry) {
        return sinkOf(entry).hints.lie();
    }

    private List<SituationSink> unreachable() {
        return sinks.stream().filter(sink -> sink.answer.isUnreachable()).toList();
    }

    /** Whether to ask again may help; a list may lag behind the pointer to what was just stored. */
    private boolean mayPass() {
        boolean isBehindPointer = pointed()
                .filter(header -> newest == null || header.version().isNewerThan(newest.header.version()))
                .isPresent();
        return isBehindPointer
                || sinks.stream()
                        .anyMatch(sink -> sink.answer.mayPass()
                                || (sink.answer == Answer.LISTS
                                        && sink.entries.stream()
                                                .anyMatch(entry -> entry.opening == Opening.FAILS
                                                        || entry.opening == Opening.HANGS
                                                        || (entry.opening == Opening.BREAKS && isUnread(entry)))));
    }

    /** The backup that the pointer names, if it can be read and belongs to this application. */
    private Optional<BackupHeader> pointed() {
        MemoryPointers store = world.pointers;
        return store == null || store.broken
                ? Optional.empty()
                : Optional.ofNullable(world.pointed)
                        .filter(header -> header.application().equals(as.application()));
    }

    private boolean pointersProveEmptiness() {
        MemoryPointers store = world.pointers;
        return store != null && !store.broken && store.durable && world.pointed == null;
    }

    @Nullable
    Saved newest() {
        return newest;
    }

    /** Whether nothing was in the way of the choice, and it was not made before. */
    boolean followsChoice() {
        Choice choice = as.choice();
        return choice != null && !wasMade(choice);
    }

    /**
     * Whether the newest backup, or an ancestor of it, follows that choice, or the same one despite more. A start sees that before
     * it can know whether the newest header has an intact payload; if not, either is right.
     */
    private boolean wasMade(Choice choice) {
        return newest != null
                && follows(newest, choice)
                && entries.stream()
                        .filter(entry -> headerIsRead(entry) && isOurs(entry) && !mayBeUnread(entry))
                        .map(entry -> entry.saved)
                        .max(Comparator.comparing(saved -> saved.header, BackupHeader.OLDEST_FIRST))
                        .filter(read -> follows(read, choice))
                        .isPresent();
    }

    private static boolean follows(Saved saved, Choice choice) {
        return saved.choices().stream()
                .anyMatch(made ->
                        isSameTarget(made, choice) && Choice.despiteIn(made).containsAll(choice.despite()));
    }

    /** Whether the newest intact backup is restored past a damaged one. */
    boolean isFallback() {
        return !passedOver().isEmpty();
    }

    /**
     * Whether a start that restores that backup, or none, has to begin a new epoch: what is newer is left behind, because it is
     * damaged or because the operator chose so.
     */
    boolean needsNewEpoch(@Nullable BackupHeader restored, boolean isChosen) {
        if (isChosen && newest != null && (restored == null || newest.header.isNewerThan(restored))) {
            return true;
        }
        return newest != null
                && newest.header.equals(restored)
                && passedOver().stream().anyMatch(entry -> headerIsRead(entry) || (entry.hint != null && !lies(entry)));
    }

    /** The damaged entries that are, or may be, newer than the newest intact backup. */
    private List<Entry> passedOver() {
        Saved found = newest;
        return found == null
                ? List.of()
                : entries.stream()
                        .filter(entry -> isDamaged(entry)
                                && (headerIsRead(entry) ? entry.saved.isNewerThan(found) : mayBeNewer(entry, found)))
                        .toList();
    }

    // ---- the judgement

    /** What is wrong with that end; empty if nothing is. */
    List<String> judge(Outcome outcome) {
        everyOutcome(outcome);
        Choice choice = as.choice();
        if (choice == null) {
            without(outcome, false);
        } else if (wasMade(choice)) {
            without(outcome, true);
        } else {
            chosen(choice, outcome);
        }
        return List.copyOf(violations);
    }

    private void violated(int promise, String what) {
        violations.add("(" + promise + ") " + what);
    }

    private void everyOutcome(Outcome outcome) {
        if (outcome instanceof Failed failed) {
            violated(9, "only a refusal is documented, but it threw " + failed.thrown());
        }
        if (outcome.lines().stream()
                        .anyMatch(line -> line.contains(SituationWorld.KEY) || line.contains(SituationWorld.OTHER_KEY))
                || (outcome instanceof Refused refused
                        && (refused.message().contains(SituationWorld.KEY)
                                || refused.message().contains(SituationWorld.OTHER_KEY)))) {
            violated(9, "a secret shows");
        }
        if (!mayPass() && outcome.took().compareTo(AT_ONCE) > 0) {
            violated(8, "nothing can pass, and it took " + outcome.took().toMillis() + " ms: " + outcome);
        }
    }

    /** No choice was made, or it was made before. */
    private void without(Outcome outcome, boolean choiceIsOld) {
        Expected expected = new Expected();
        if (newest != null) {
            expectNewest(newest, expected);
        } else {
            expectEmpty(expected);
        }
        judge(outcome, expected, newest);
        if (outcome instanceof Started started) {
            if (choiceIsOld && !says(outcome, "unset")) {
                violated(5, "the old choice is not said to be ignored: " + outcome);
            }
            if (newest == null && started.restored() == null) {
                emptyNeedsWarning(started);
            } else if (started.restored() != null) {
                judgeForks(started);
            }
            if (isFallback()
                    && passedOver().stream()
                            .noneMatch(entry -> says(outcome, sinkOf(entry).name()))) {
                violated(1, "a fallback without a word: " + outcome);
            }
        }
    }

    private void expectNewest(Saved found, Expected expected) {
        for (Entry entry : entries) {
            if (isUnread(entry) && mayBeNewer(entry, found) && !lies(entry) && !wasLeftBehind(entry, found)) {
                expected.mustRefuse.add("nobody can read " + entry);
            } else if ((isUnread(entry) && (lies(entry) || mayBeNewer(entry, found)))
                    || (mayBeUnread(entry) && mayBeNewer(entry, found))) {
                expected.mayRefuse.add("perhaps nobody reads " + entry);
            }
        }
        pointed()
                .filter(header -> header.version().isNewerThan(found.header.version()))
                .ifPresent(header -> {
                    if (entries.stream().noneMatch(entry -> isDamaged(entry) && isKnownAs(entry, header.id()))) {
                        expected.mustRefuse.add("the pointer names " + header.version() + "/" + header.id());
                    }
                });
        entries.stream()
                .filter(entry -> headerIsRead(entry)
                        && entry.opening == Opening.BREAKS
                        && isOurs(entry)
                        && entry.saved.isNewerThan(found))
                .forEach(entry -> expected.mustRefuse.add("the payload cannot be fetched of " + entry));
        boolean mayBeIntactElsewhere = !unreachable().isEmpty()
                || entries.stream().anyMatch(this::isUnread)
                || sinks.stream().anyMatch(sink -> sink.answer == Answer.NOT_LISTABLE);
        if (isFallback() && mayBeIntactElsewhere) {
            expected.mayRefuse.add("what is damaged here may be intact elsewhere");
        }
    }

    /**
     * Whether the operator chose in view of that entry. The choice stays made; but a start cannot know that the entry is still what
     * it was then.
     */
    private static boolean wasLeftBehind(Entry entry, Saved by) {
        for (Saved at = by; at != null; at = at.parent) {
            if (at.choice != null && entry.saved.moment < at.moment) {
                return true;
            }
        }
        return false;
    }

    private boolean isKnownAs(Entry entry, BackupId id) {
        return headerIsRead(entry)
                ? entry.saved.id().equals(id)
                : entry.hint != null && entry.hint.id().equals(id);
    }

    private void expectEmpty(Expected expected) {
        for (Entry entry : entries) {
            if (entry.damage == Damage.MAGIC && entry.hint == null) {
                expected.mayRefuse.add("is that a backup: " + entry);
            } else {
                expected.mustRefuse.add("there is " + entry);
            }
        }
        for (SituationSink sink : sinks) {
            if (sink.answer.isUnreachable()) {
                expected.mustRefuse.add(sink.name() + " is " + sink.answer);
            } else if (sink.answer == Answer.NOT_LISTABLE && !pointersProveEmptiness()) {
                expected.mustRefuse.add(sink.name() + " may hold one");
            }
        }
        boolean hasOthers = sinks.stream()
                .filter(sink -> sink.answer == Answer.LISTS)
                .flatMap(sink -> sink.othersThan(as.application()).stream())
                .anyMatch(this::headerIsRead);
        if (hasOthers && entries.isEmpty()) {
            expected.mustRefuse.add("there is another application's");
        }
        pointed()
                .ifPresent(
                        header -> expected.mustRefuse.add("the pointer names " + header.version() + "/" + header.id()));
        if (!isProvenByASink()) {
            if (world.disk == DiskLifetime.INSTANCE) {
                expected.mustRefuse.add("nothing durable is empty on a disk that is replaced");
            } else if (world.disk == DiskLifetime.LASTING) {
                expected.mayRefuse.add("nothing durable is empty");
            }
        }
    }

    private boolean isProvenByASink() {
        return sinks.stream().anyMatch(sink -> sink.durable && !sink.answer.isUnreachable());
    }

    private void emptyNeedsWarning(Started started) {
        boolean warned = started.findings().stream().anyMatch(Finding::isWarning)
                || started.lines().stream().anyMatch(line -> line.startsWith("⚠️"));
        if (world.disk == DiskLifetime.CONTAINER && !isProvenByASink() && !warned) {
            violated(2, "empty in a container without anything durable, and no warning: " + started);
        }
    }

    private void judge(Outcome outcome, Expected expected, @Nullable Saved right) {
        if (outcome instanceof Refused refused) {
            if (expected.mustRefuse.isEmpty() && expected.mayRefuse.isEmpty()) {
                violated(4, "should " + (right == null ? "start empty" : "restore " + right) + ", but " + outcome);
            }
            nameTheSink(refused);
        } else if (outcome instanceof Started started) {
            if (!expected.mustRefuse.isEmpty()) {
                violated(right == null ? 2 : 1, "should be a" + expected + ", but " + outcome);
            } else {
                rightState(started, right);
            }
        }
    }

    private void rightState(Started started, @Nullable Saved right) {
        BackupHeader restored = started.restored();
        if (right == null ? restored == null : restored != null && restored.id().equals(right.id())) {
            return;
        }
        if (right == null || restored == null) {
            violated(2, "should " + (right == null ? "start empty" : "restore " + right) + ", but " + started);
            return;
        }
        boolean mayBeMissed = entries.stream()
                .filter(entry -> isIntact(entry) && entry.saved.header.isNewerThan(restored))
                .allMatch(entry -> mayBeUnread(entry)
                        && entry.hint != null
                        && !entry.hint.version().isNewerThan(restored.version()));
        if (!mayBeMissed || started.findings().stream().noneMatch(Finding::isWarning)) {
            violated(1, "should restore " + right + ", but " + started);
        }
    }

    /** A refusal that has to do with a sink names it. */
    private void nameTheSink(Refused refused) {
        Set<String> culprits = new LinkedHashSet<>();
        unreachable().forEach(sink -> culprits.add(sink.name()));
        entries.stream()
                .filter(entry -> isUnread(entry) || isDamaged(entry) || entry.opening == Opening.BREAKS)
                .forEach(entry -> culprits.add(sinkOf(entry).name()));
        if (!culprits.isEmpty()
                && pointed().isEmpty()
                && as.choice() == null
                && culprits.stream().noneMatch(refused.message()::contains)) {
            violated(9, "none of " + culprits + " is named: " + refused);
        }
    }

    // ---- choices

    private void chosen(Choice choice, Outcome outcome) {
        Expected expected = new Expected();
        boolean isAnew = newest != null && choice.despite().contains(newest.id().value());
        boolean honouredAside = !isAnew
                && entries.stream()
                        .filter(this::headerIsRead)
                        .anyMatch(entry -> entry.saved.choices().stream().anyMatch(made -> isSameTarget(made, choice)));
        if (honouredAside && outcome instanceof Started started && isOf(started, newest)) {
            return;
        }
        whoMayKnowOfTheChoice(choice, expected, honouredAside);
        Saved right = null;
        Optional<BackupId> target = choice.target();
        if (target.isPresent()) {
            right = entries.stream()
                    .filter(this::isIntact)
                    .map(entry -> entry.saved)
                    .filter(saved -> saved.id().equals(target.get()))
                    .findFirst()
                    .orElse(null);
            if (right == null) {
                expected.mustRefuse.add("no sink holds " + target.get());
            }
        }
        if (outcome instanceof Started started) {
            if (!expected.mustRefuse.isEmpty()) {
                violated(5, choice + ": should be a" + expected + ", but " + outcome);
            } else if (!isOf(started, right)) {
                violated(5, choice + " is not followed: " + outcome);
            }
        } else if (outcome instanceof Refused && expected.mustRefuse.isEmpty() && expected.mayRefuse.isEmpty()) {
            violated(5, choice + " is not followed: " + outcome);
        }
    }

    private static boolean isSameTarget(String made, Choice choice) {
        return made.split(",", -1)[0].equals(choice.toString().split(",", -1)[0]);
    }

    private static boolean isOf(Started started, @Nullable Saved right) {
        BackupHeader restored = started.restored();
        return right == null
                ? restored == null
                : restored != null && restored.id().equals(right.id());
    }

    /** What nobody can read may follow the choice already. */
    private void whoMayKnowOfTheChoice(Choice choice, Expected expected, boolean honouredAside) {
        unreachable().forEach(sink -> expected.mayRefuse.add(sink.name() + " is " + sink.answer));
        entries.stream()
                .filter(entry -> isUnread(entry) || mayBeUnread(entry) || (isDamaged(entry) && !headerIsRead(entry)))
                .filter(entry -> !isAccepted(entry, choice.despite()))
                .forEach(entry -> expected.mayRefuse.add("nobody can read " + entry));
        if (pointed().isPresent() && sinks.stream().anyMatch(sink -> sink.answer == Answer.NOT_LISTABLE)) {
            expected.mayRefuse.add("the pointer names one that cannot be listed");
        }
        if (honouredAside) {
            expected.mayRefuse.add("a fork follows it");
        }
    }

    private boolean isAccepted(Entry entry, Set<String> despite) {
        return despite.contains(entry.location)
                || (entry.hint != null && despite.contains(entry.hint.id().value()))
                || despite.contains("all")
                || ((entry.opening == Opening.HANGS || mayBeUnread(entry)) && despite.contains("unread"));
    }

    // ---- forks

    /** Every fork that is one is reported, and nothing else. */
    private void judgeForks(Started started) {
        Saved restored = entries.stream()
                .filter(this::headerIsRead)
                .map(entry -> entry.saved)
                .filter(saved -> saved.header.equals(started.restored()))
                .findFirst()
                .orElse(null);
        if (restored == null) {
            return;
        }
        List<Saved> known = entries.stream()
                .filter(entry -> headerIsRead(entry) && isOurs(entry))
                .map(entry -> entry.saved)
                .distinct()
                .toList();
        for (Saved other : known) {
            boolean isHead = known.stream().noneMatch(child -> child.descendsFrom(other));
            boolean isApart = other != restored && !restored.descendsFrom(other) && !other.descendsFrom(restored);
            boolean isReported = started.findings().stream()
                    .filter(Finding::isWarning)
                    .anyMatch(finding -> finding.line().contains(other.id().value())
                            && finding.line().contains("of another line"));
            Optional<Boolean> leftBehind = restored.leftBehind(other);
            boolean isCertain =
                    entries.stream().anyMatch(entry -> entry.saved == other && isIntact(entry) && !mayBeUnread(entry));
            if (isReported && (!isApart || leftBehind.orElse(false))) {
                violated(7, "reported as a fork, but is none: " + other + ", " + started);
            }
            if (!isReported && isHead && isApart && isCertain && !leftBehind.orElse(true)) {
                violated(7, "is a fork, but not reported: " + other + ", " + started);
            }
        }
    }

    private static boolean says(Outcome outcome, String word) {
        return outcome.lines().stream()
                .anyMatch(line -> line.toLowerCase(Locale.ROOT).contains(word));
    }

    /** The highest version that a process which is told this can see. */
    Optional<BackupVersion> highestSeen() {
        return entries.stream()
                .filter(entry -> headerIsRead(entry) && isOurs(entry))
                .map(entry -> entry.saved.header.version())
                .max(Comparator.naturalOrder());
    }

    /** Backups of this application that a process which is told this cannot see, but which are there and intact. */
    List<Saved> unseen() {
        List<Saved> seen = entries.stream()
                .filter(this::headerIsRead)
                .map(entry -> entry.saved)
                .toList();
        return world.sinks.stream()
                .flatMap(sink -> sink.entriesOf(as.application()).stream())
                .filter(entry -> entry.damage == Damage.NONE && isOurs(entry))
                .map(entry -> entry.saved)
                .filter(saved -> !seen.contains(saved))
                .toList();
    }
}
