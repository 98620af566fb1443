package io.gracefulbackup.internal.restore;

import io.gracefulbackup.BackupHeader;
import io.gracefulbackup.BackupId;
import io.gracefulbackup.UnreadableBackupException;
import io.gracefulbackup.internal.catalog.Ancestry;
import io.gracefulbackup.internal.catalog.SinkInventory;
import io.gracefulbackup.internal.catalog.SinkInventory.CatalogEntry;
import io.gracefulbackup.internal.config.RestoreTarget;
import io.gracefulbackup.internal.config.StartPolicy;
import io.gracefulbackup.internal.pointers.Pointers.LatestPointer;
import io.gracefulbackup.spi.PointerStore.Latest;
import io.gracefulbackup.spi.StoredBackup.Hint;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Decides how to start, from what the sinks answered and what the operator chose. Pure: no input, no output, no clock.
 */
public final class StartDecision {
    /** How lines of the explanation begin that the operator should see. */
    public static final String WARNING = "⚠️ ";

    private final List<SinkInventory> answers;
    private final StartPolicy policy;
    private final Optional<RestoreTarget> wanted;
    private final boolean requireAllSinks;
    private final boolean diskIsEphemeral;
    private final LatestPointer pointer;
    private final List<String> explanation = new ArrayList<>();

    /** What to do. */
    public sealed interface Decision {
        /** What was found and why this follows, a sentence each. */
        List<String> explanation();

        /**
         * Restore the first of these that can be applied.
         *
         * @param candidates newest first, each with its copies
         * @param newEpoch whether this is a choice of an older state, so that the next number must lie above all others
         * @param mayFallBack whether the next one may be tried when one is damaged
         */
        record Restore(List<Candidate> candidates, boolean newEpoch, boolean mayFallBack, List<String> explanation)
                implements Decision {}

        /**
         * Start without a state.
         *
         * @param newEpoch whether the operator chose it, so that the next number must lie above all others
         */
        record StartEmpty(boolean newEpoch, List<String> explanation) implements Decision {}

        /**
         * Do not start.
         *
         * @param mayPass whether asking again may help: a backup that is known is not seen yet
         */
        record Refuse(String reason, boolean mayPass, List<String> explanation) implements Decision {}
    }

    /** One backup and where it lies. */
    public record Candidate(BackupHeader header, List<CatalogEntry.Authenticated> copies) {}

    private StartDecision(
            List<SinkInventory> answers,
            StartPolicy policy,
            Optional<RestoreTarget> wanted,
            boolean requireAllSinks,
            boolean diskIsEphemeral,
            LatestPointer said) {
        this.pointer = said;
        this.answers = answers;
        this.policy = policy;
        this.wanted = wanted;
        this.requireAllSinks = requireAllSinks;
        this.diskIsEphemeral = diskIsEphemeral;
    }

    /**
     * Decides.
     *
     * @param answers what each sink answered
     * @param policy the setting {@code BACKUP_START}
     * @param wanted the backup that {@code BACKUP_RESTORE_ID} or {@code PINATA_RESTORE_CID} names
     * @param requireAllSinks whether every sink must have answered, whatever the others hold
     * @param diskIsEphemeral whether the platform wipes the disk
     * @param said what the pointer stores say of the newest backup
     */
    static Decision decide(
            List<SinkInventory> answers,
            StartPolicy policy,
            Optional<RestoreTarget> wanted,
            boolean requireAllSinks,
            boolean diskIsEphemeral,
            LatestPointer said) {
        return new StartDecision(answers, policy, wanted, requireAllSinks, diskIsEphemeral, said).decide();
    }

    /** How an explicit choice is written in headers; null without one. */
    public static @Nullable String choice(StartPolicy policy, Optional<RestoreTarget> wanted) {
        return wanted.map(RestoreTarget::choice).orElse(policy == StartPolicy.EMPTY ? "empty" : null);
    }

    private Decision decide() {
        answers.forEach(this::explain);
        Optional<SinkInventory> silent =
                answers.stream().filter(SinkInventory::isUnreachable).findFirst();
        if (requireAllSinks && silent.isPresent()) {
            return new Decision.Refuse(
                    silent.get().sink() + " is unreachable: " + silent.get().why()
                            + "; and requireAllSinks() asks for an answer of every sink. Make it reachable, or take it out"
                            + " of the settings",
                    true,
                    explanation);
        }
        List<Candidate> candidates = candidates();
        @Nullable
        BackupHeader newest = candidates.isEmpty() ? null : candidates.get(0).header();
        if (isChosen() && !isHonoured(newest)) {
            Optional<String> unseen = unseen(newest);
            if (unseen.isPresent()) {
                return new Decision.Refuse(unseen.get(), true, explanation);
            }
            return wanted.isPresent() ? restoreChosen(candidates) : startEmptyAsChosen();
        }
        Optional<Decision.Refuse> blocker = blocker(newest);
        if (blocker.isPresent()) {
            return blocker.get();
        }
        boolean newestIsDamaged = hasDamageNewerThan(newest);
        if (isStale(newest) && !newestIsDamaged) {
            return new Decision.Refuse(missing(pointer.latest().orElseThrow(), newest), true, explanation);
        }
        if (newest != null) {
            if (newestIsDamaged) {
                explanation.add(WARNING + "The newest backup is damaged; falling back to an older one. It is kept");
            }
            return new Decision.Restore(candidates, newestIsDamaged, true, explanation);
        }
        if (newestIsDamaged) {
            return refuse(
                    "every backup that was found is damaged. Nothing has been changed. Restore a good copy, or set"
                            + " BACKUP_START=empty to start without one");
        }
        return startWithoutBackup();
    }

    /** Whether a pointer knows a newer backup than any sink shows. */
    private boolean isStale(@Nullable BackupHeader newest) {
        return pointer.latest()
                .filter(latest -> newest == null || latest.isNewerThan(Latest.of(newest)))
                .isPresent();
    }

    private static String missing(Latest latest, @Nullable BackupHeader newest) {
        return "BACKUP_LATEST says that the newest backup is " + latest.id() + " (epoch " + latest.epoch()
                + ", sequence "
                + latest.sequence() + "), but no sink shows it. "
                + (newest == null
                        ? "BACKUP_START=empty starts without it"
                        : "The newest that was found is " + newest.id() + " (epoch " + newest.epoch() + ", sequence "
                                + newest.sequence() + "); BACKUP_RESTORE_ID=" + newest.id() + " restores that one");
    }

    /** Nothing is there, if the answers prove it. */
    private Decision startWithoutBackup() {
        for (SinkInventory answer : answers) {
            boolean provedByPointers = answer.kind() == SinkInventory.Kind.NOT_LISTABLE && pointer.proveEmptiness();
            if (answer.kind() != SinkInventory.Kind.LISTED && !provedByPointers) {
                return refuse("no backup was found, but " + answer.sink() + " may hold one: " + answer.why()
                        + ". Starting empty would put an empty state over it. Make it reachable, or, if there is nothing"
                        + " to lose, "
                        + (answer.isUnreachable() ? "take it out of the settings" : "set BACKUP_START=empty"));
            }
        }
        if (answers.stream().noneMatch(SinkInventory::durable)) {
            return refuse("no backup was found, but the local disk "
                    + (diskIsEphemeral ? "of this platform is wiped at every restart (RENDER=true)" : "is not durable")
                    + ", so that proves nothing. Configure a sink that outlives the instance (DATABASE_URL or PINATA_JWT),"
                    + " put BACKUP_FILE on a mounted disk, or set BACKUP_START=empty");
        }
        if (policy == StartPolicy.REQUIRE) {
            return refuse("no backup was found, and BACKUP_START=require asks for one. Unset it for the first start");
        }
        explanation.add("There is no backup yet: starting empty");
        return new Decision.StartEmpty(false, explanation);
    }

    private Decision startEmptyAsChosen() {
        explanation.add("Starting empty because BACKUP_START=empty says so; existing backups stay where they are");
        return new Decision.StartEmpty(true, explanation);
    }

    /** What may hide that the choice was followed already; to repeat it would throw away what was saved since. */
    private Optional<String> unseen(@Nullable BackupHeader newest) {
        Optional<String> silent = answers.stream()
                .filter(SinkInventory::isUnreachable)
                .map(answer -> answer.sink() + " is unreachable: " + answer.why())
                .findFirst();
        return silent.or(() -> copiesThatMayBeNewer(newest).stream()
                        .filter(CatalogEntry.Unavailable.class::isInstance)
                        .map(copy -> copy.stored().location() + " in "
                                + copy.sink().name() + " could not be read: " + ((CatalogEntry.Unavailable) copy).why())
                        .findFirst())
                .map(why -> "whether " + choiceInWords() + " was followed and saved upon already cannot be seen; " + why
                        + ". Try again, or take that sink out of the settings");
    }

    private String choiceInWords() {
        return wanted.map(RestoreTarget::toString).orElse("BACKUP_START=empty");
    }

    private Decision restoreChosen(List<Candidate> candidates) {
        RestoreTarget chosen = wanted.orElseThrow();
        Ancestry family =
                new Ancestry(candidates.stream().map(Candidate::header).toList());
        for (int i = 0; i < candidates.size(); i++) {
            Candidate candidate = candidates.get(i);
            if (isIt(chosen, candidate)) {
                explanation.add("Restoring " + candidate.header().id() + " because " + chosen + " says so");
                boolean choosesAgainst =
                        i > 0 || !family.forks(candidate.header()).isEmpty();
                return new Decision.Restore(List.of(candidate), choosesAgainst, false, explanation);
            }
        }
        return refuse(chosen + " asks for a backup that no sink holds intact. Choose one of "
                + candidates.stream()
                        .map(candidate -> candidate.header().id().value())
                        .toList() + " or unset it");
    }

    private static boolean isIt(RestoreTarget chosen, Candidate candidate) {
        return candidate.header().id().value().equals(chosen.value())
                || candidate.copies().stream()
                        .anyMatch(copy -> copy.stored().location().equals(chosen.value()));
    }

    private boolean isChosen() {
        return choice(policy, wanted) != null;
    }

    /** The choice has been made and saved upon; to repeat it would throw away what came after. */
    private boolean isHonoured(@Nullable BackupHeader newest) {
        String choice = choice(policy, wanted);
        if (newest == null || choice == null || !choice.equals(newest.choice())) {
            return false;
        }
        explanation.add(WARNING + choiceInWords()
                + " was followed at an earlier start and the state has been saved since; it is ignored now. Unset it");
        return true;
    }

    /** Something that may be newer than everything readable, and is not damaged. */
    private Optional<Decision.Refuse> blocker(@Nullable BackupHeader newest) {
        return copiesThatMayBeNewer(newest).stream()
                .map(copy -> blocker(copy, newest))
                .flatMap(Optional::stream)
                .findFirst();
    }

    private Optional<Decision.Refuse> blocker(CatalogEntry copy, @Nullable BackupHeader newest) {
        String where = copy.sink().name() + " holds a backup (" + copy.stored().location() + ") ";
        if (copy instanceof CatalogEntry.Unavailable unavailable) {
            return Optional.of(new Decision.Refuse(
                    where + "that could not be read: " + unavailable.why()
                            + ". Try again, or choose another one with BACKUP_RESTORE_ID",
                    true,
                    explanation));
        }
        if (!(copy instanceof CatalogEntry.Unreadable unreadable)) {
            return Optional.empty();
        }
        UnreadableBackupException why = unreadable.why();
        if (why instanceof UnreadableBackupException.WrongKey) {
            return Optional.of(refuse(where + "that was sealed with another key: " + why.getMessage()
                    + ". Set SECRET_KEY to the key that sealed it, or put that key into SECRET_KEY_PREVIOUS"));
        }
        if (why instanceof UnreadableBackupException.NewerFormat) {
            return Optional.of(refuse(where + "that a later version of this library wrote: " + why.getMessage()
                    + ". Deploy that version again"));
        }
        if (why instanceof UnreadableBackupException.OtherApplication && newest == null) {
            return Optional.of(refuse(where + "sealed with this application's key, but for another name: "
                    + why.getMessage()
                    + ". Set BACKUP_APP to that name, let this application keep its backups elsewhere,"
                    + " or set BACKUP_START=empty"));
        }
        return Optional.empty();
    }

    private boolean hasDamageNewerThan(@Nullable BackupHeader newest) {
        return copiesThatMayBeNewer(newest).stream()
                .anyMatch(copy -> copy instanceof CatalogEntry.Unreadable unreadable && isDamage(unreadable));
    }

    /** Bytes that are no backup at all are damage only where a catalogue says that one was stored there. */
    private static boolean isDamage(CatalogEntry.Unreadable copy) {
        if (copy.why() instanceof UnreadableBackupException.NotABackup) {
            return copy.stored().hinted().isPresent();
        }
        return !(copy.why() instanceof UnreadableBackupException.OtherApplication);
    }

    private List<CatalogEntry> copiesThatMayBeNewer(@Nullable BackupHeader newest) {
        return answers.stream()
                .flatMap(answer -> answer.entries().stream())
                .filter(copy -> !(copy instanceof CatalogEntry.Authenticated) && !(copy instanceof CatalogEntry.Unread))
                .filter(copy -> newest == null || !isLatest(newest))
                .filter(copy -> newest == null || mayBeNewer(copy.stored().hinted(), newest))
                .toList();
    }

    /** Whether the pointers vouch for it: then an entry without a hint is an old one. */
    private boolean isLatest(BackupHeader newest) {
        return pointer.latest().filter(latest -> latest.id().equals(newest.id())).isPresent();
    }

    private static boolean mayBeNewer(Optional<Hint> hint, BackupHeader newest) {
        return hint.map(said -> !said.id().equals(newest.id())
                        && (said.epoch() > newest.epoch()
                                || (said.epoch() == newest.epoch() && said.sequence() > newest.sequence())))
                .orElse(true);
    }

    /** Newest first, by authenticated headers; a backup's copies in the order of the sinks. */
    private List<Candidate> candidates() {
        Map<BackupId, List<CatalogEntry.Authenticated>> byId = new LinkedHashMap<>();
        for (SinkInventory answer : answers) {
            for (CatalogEntry copy : answer.entries()) {
                if (copy instanceof CatalogEntry.Authenticated readable) {
                    byId.computeIfAbsent(readable.header().id(), id -> new ArrayList<>())
                            .add(readable);
                }
            }
        }
        return byId.values().stream()
                .map(copies -> new Candidate(copies.get(0).header(), List.copyOf(copies)))
                .sorted((a, b) -> BackupHeader.OLDEST_FIRST.compare(b.header(), a.header()))
                .toList();
    }

    private void explain(SinkInventory answer) {
        String found = switch (answer.kind()) {
            case LISTED ->
                answer.entries().isEmpty() ? "empty" : count(answer.entries().size());
            case NOT_LISTABLE -> "cannot be listed: " + answer.why();
            case UNREACHABLE -> "unreachable: " + answer.why();
        };
        explanation.add(answer.sink() + ": " + found);
        for (CatalogEntry copy : answer.entries()) {
            if (copy instanceof CatalogEntry.Unreadable unreadable) {
                explanation.add(answer.sink() + ": " + copy.stored().location() + " cannot be opened: "
                        + unreadable.why().getMessage());
            }
        }
    }

    private static String count(int backups) {
        return backups == 1 ? "1 backup" : backups + " backups";
    }

    private Decision.Refuse refuse(String reason) {
        return new Decision.Refuse(reason, false, explanation);
    }
}
