package io.gracefulbackup.internal.restore;

import io.gracefulbackup.BackupHeader;
import io.gracefulbackup.BackupId;
import io.gracefulbackup.internal.catalog.Ancestry;
import io.gracefulbackup.internal.catalog.BackupCopies;
import io.gracefulbackup.internal.catalog.CatalogEntry;
import io.gracefulbackup.internal.catalog.Inventory;
import io.gracefulbackup.internal.catalog.SinkInventory;
import io.gracefulbackup.internal.config.DiskLifetime;
import io.gracefulbackup.internal.config.RestoreTarget;
import io.gracefulbackup.internal.config.StartPolicy;
import io.gracefulbackup.internal.pointers.LatestPointer;
import io.gracefulbackup.internal.report.Finding;
import io.gracefulbackup.internal.report.Messages;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Decides how to start, from what the sinks and the pointer stores answered and what the operator chose. Pure: no input, no
 * output, no clock.
 */
public final class StartDecision {
    private final Inventory inventory;
    private final LatestPointer pointer;
    private final StartSettings settings;
    private final List<BackupCopies> candidates;
    private final @Nullable BackupHeader newest;
    private final List<Finding> findings = new ArrayList<>();

    private StartDecision(Inventory inventory, LatestPointer pointer, StartSettings settings) {
        this.inventory = inventory;
        this.pointer = pointer;
        this.settings = settings;
        candidates = inventory.backups();
        newest = candidates.isEmpty() ? null : candidates.get(0).header();
    }

    /** Decides; the first rule that applies does. */
    static Decision decide(Inventory inventory, LatestPointer pointer, StartSettings settings) {
        StartDecision rules = new StartDecision(inventory, pointer, settings);
        rules.explainInventory();
        return rules.refuseIfARequiredSinkIsUnreachable()
                .or(rules::followExplicitChoice)
                .or(rules::refuseIfAnEntryThatMayBeNewerCannotBeOpened)
                .or(rules::refuseIfTheNewestByThePointersIsMissing)
                .or(rules::restoreNewest)
                .or(rules::refuseIfEverythingIsDamaged)
                .or(rules::refuseIfASinkMayHoldABackup)
                .or(rules::refuseIfNoDurableSinkProvesEmptiness)
                .or(rules::refuseIfABackupIsRequired)
                .orElseGet(rules::startEmpty);
    }

    /** How an explicit choice is written in headers; null without one. */
    public static @Nullable String choice(StartPolicy policy, Optional<RestoreTarget> target) {
        return target.map(RestoreTarget::choice).orElse(policy == StartPolicy.EMPTY ? "empty" : null);
    }

    // ---- what was found

    private void explainInventory() {
        for (SinkInventory sink : inventory.sinks()) {
            note(sink.sink() + ": "
                    + switch (sink.kind()) {
                        case LISTED ->
                            sink.entries().isEmpty()
                                    ? "empty"
                                    : count(sink.entries().size());
                        case NOT_LISTABLE -> "cannot be listed: " + sink.why();
                        case UNREACHABLE -> "unreachable: " + sink.why();
                    });
            for (CatalogEntry entry : sink.entries()) {
                if (entry instanceof CatalogEntry.Unreadable unreadable) {
                    note(sink.sink() + ": " + entry.location() + " cannot be opened: "
                            + unreadable.why().getMessage());
                }
            }
        }
    }

    private static String count(int backups) {
        return backups == 1 ? "1 backup" : backups + " backups";
    }

    // ---- requireAllSinks()

    private Optional<Decision> refuseIfARequiredSinkIsUnreachable() {
        return settings.requireAllSinks()
                ? inventory.unreachable().stream()
                        .findFirst()
                        .map(sink -> refuseUntilItPasses(Messages.allSinksRequired(sink.sink(), sink.why())))
                : Optional.empty();
    }

    // ---- explicit choices: BACKUP_RESTORE_ID, PINATA_RESTORE_CID, BACKUP_START=empty

    private Optional<Decision> followExplicitChoice() {
        String choice = settings.choice();
        if (choice == null || wasFollowedAlready(choice)) {
            return Optional.empty();
        }
        return Optional.of(refuseIfItMayHaveBeenFollowedAlready()
                .orElseGet(() -> settings.target().map(this::restoreChosen).orElseGet(this::startEmptyAsChosen)));
    }

    /** Whether the choice was followed and saved upon; following it again would discard everything saved since. */
    private boolean wasFollowedAlready(String choice) {
        if (newest == null || !newest.choice().equals(Optional.of(choice))) {
            return false;
        }
        findings.add(Finding.warning(Messages.choiceIsIgnored(settings.choiceAsWritten())));
        return true;
    }

    private Optional<Decision> refuseIfItMayHaveBeenFollowedAlready() {
        return inventory.unreachable().stream()
                .map(sink -> Messages.unreachable(sink.sink(), sink.why()))
                .findFirst()
                .or(() -> entriesThatMayBeNewer().stream()
                        .filter(CatalogEntry.Unavailable.class::isInstance)
                        .map(CatalogEntry.Unavailable.class::cast)
                        .map(entry -> Messages.entryCouldNotBeRead(
                                entry.location(), entry.sink().name(), entry.why()))
                        .findFirst())
                .map(why -> refuseUntilItPasses(Messages.choiceMayHaveBeenFollowed(settings.choiceAsWritten(), why)));
    }

    private Decision restoreChosen(RestoreTarget target) {
        Ancestry ancestry = new Ancestry(inventory.headers());
        for (BackupCopies candidate : candidates) {
            if (isTarget(target, candidate)) {
                note(Messages.chosen(candidate.header().id(), target.toString()));
                boolean choosesAgainstOthers = !candidate.header().equals(newest)
                        || !ancestry.forks(candidate.header()).isEmpty();
                return new Decision.Restore(List.of(candidate), choosesAgainstOthers, false, findings);
            }
        }
        List<BackupId> found =
                candidates.stream().map(candidate -> candidate.header().id()).toList();
        return refuse(Messages.chosenBackupNotFound(target.toString(), found));
    }

    private static boolean isTarget(RestoreTarget target, BackupCopies candidate) {
        return candidate.header().id().value().equals(target.value())
                || candidate.copies().stream().anyMatch(copy -> copy.location().equals(target.value()));
    }

    private Decision startEmptyAsChosen() {
        note(Messages.STARTING_EMPTY_BY_CHOICE);
        return new Decision.StartEmpty(true, findings);
    }

    // ---- nothing that may be newer is passed over

    private Optional<Decision> refuseIfAnEntryThatMayBeNewerCannotBeOpened() {
        return entriesThatMayBeNewer().stream()
                .flatMap(entry -> refuseIfItCannotBeOpened(entry).stream())
                .findFirst();
    }

    private Optional<Decision> refuseIfItCannotBeOpened(CatalogEntry entry) {
        String sink = entry.sink().name();
        String location = entry.location();
        if (entry instanceof CatalogEntry.Unavailable unavailable) {
            return Optional.of(refuseUntilItPasses(Messages.newestCouldNotBeRead(sink, location, unavailable.why())));
        }
        if (!(entry instanceof CatalogEntry.Unreadable unreadable)) {
            return Optional.empty();
        }
        String why = unreadable.why().getMessage();
        return switch (unreadable.failure()) {
            case UNKNOWN_KEY -> Optional.of(refuse(Messages.unknownKey(sink, location, why)));
            case NEWER_FORMAT -> Optional.of(refuse(Messages.newerFormat(sink, location, why)));
            case OTHER_APPLICATION ->
                newest == null ? Optional.of(refuse(Messages.otherApplication(sink, location, why))) : Optional.empty();
            case DAMAGED, NOT_A_BACKUP -> Optional.empty();
        };
    }

    /** Entries without an authenticated header that may be newer than the newest backup, by their hint or for lack of one. */
    private List<CatalogEntry> entriesThatMayBeNewer() {
        return inventory
                .entries()
                .filter(entry -> entry instanceof CatalogEntry.Unreadable || entry instanceof CatalogEntry.Unavailable)
                .filter(entry -> newest == null || (!isVouchedForByPointers(newest) && mayBeNewer(entry, newest)))
                .toList();
    }

    /** Whether the pointers name that backup as the newest; an entry that is not it must be older then. */
    private boolean isVouchedForByPointers(BackupHeader backup) {
        return pointer.latest()
                .filter(latest -> latest.id().equals(backup.id()))
                .isPresent();
    }

    private static boolean mayBeNewer(CatalogEntry entry, BackupHeader backup) {
        return entry.hint()
                .map(hint -> !hint.id().equals(backup.id()) && hint.version().isNewerThan(backup.version()))
                .orElse(true);
    }

    private boolean newestIsDamaged() {
        return entriesThatMayBeNewer().stream()
                .anyMatch(entry -> entry instanceof CatalogEntry.Unreadable unreadable && unreadable.isDamaged());
    }

    /** A pointer knows a newer backup than any sink shows, and no damage explains that. */
    private Optional<Decision> refuseIfTheNewestByThePointersIsMissing() {
        return newestIsDamaged()
                ? Optional.empty()
                : pointer.latest()
                        .filter(latest -> newest == null || latest.version().isNewerThan(newest.version()))
                        .map(latest -> refuseUntilItPasses(Messages.newestIsMissing(latest, newest)));
    }

    // ---- the newest backup, or an older one past a damaged newest

    private Optional<Decision> restoreNewest() {
        if (newest == null) {
            return Optional.empty();
        }
        boolean fallsBack = newestIsDamaged();
        if (fallsBack) {
            findings.add(Finding.warning(Messages.NEWEST_IS_DAMAGED));
        }
        return Optional.of(new Decision.Restore(candidates, fallsBack, true, findings));
    }

    private Optional<Decision> refuseIfEverythingIsDamaged() {
        return newestIsDamaged() ? Optional.of(refuse(Messages.EVERY_BACKUP_IS_DAMAGED)) : Optional.empty();
    }

    // ---- an empty start, if the answers prove that there is no backup

    private Optional<Decision> refuseIfASinkMayHoldABackup() {
        return inventory.sinks().stream()
                .filter(sink -> !provesEmptiness(sink))
                .findFirst()
                .map(sink -> refuse(Messages.sinkMayHoldABackup(sink.sink(), sink.why(), sink.isUnreachable())));
    }

    /** Whether the sink proves that it holds nothing: by its list or, if it cannot list, by the pointers. */
    private boolean provesEmptiness(SinkInventory sink) {
        return switch (sink.kind()) {
            case LISTED -> true;
            case NOT_LISTABLE -> pointer.provesEmptiness();
            case UNREACHABLE -> false;
        };
    }

    private Optional<Decision> refuseIfNoDurableSinkProvesEmptiness() {
        return inventory.sinks().stream().noneMatch(SinkInventory::durable) && settings.disk() != DiskLifetime.CONTAINER
                ? Optional.of(refuse(Messages.noDurableSink(settings.disk() != DiskLifetime.LASTING)))
                : Optional.empty();
    }

    private Optional<Decision> refuseIfABackupIsRequired() {
        return settings.policy() == StartPolicy.REQUIRE
                ? Optional.of(refuse(Messages.BACKUP_REQUIRED))
                : Optional.empty();
    }

    private Decision startEmpty() {
        note("There is no backup yet: starting empty");
        return new Decision.StartEmpty(false, findings);
    }

    // ----

    private void note(String line) {
        findings.add(Finding.note(line));
    }

    private Decision refuse(String reason) {
        return new Decision.Refuse(reason, false, findings);
    }

    private Decision refuseUntilItPasses(String reason) {
        return new Decision.Refuse(reason, true, findings);
    }
}
