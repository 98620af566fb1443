package io.gracefulbackup.internal.restore;

import io.gracefulbackup.BackupHeader;
import io.gracefulbackup.BackupId;
import io.gracefulbackup.internal.catalog.Ancestry;
import io.gracefulbackup.internal.catalog.BackupCopies;
import io.gracefulbackup.internal.catalog.CatalogEntry;
import io.gracefulbackup.internal.catalog.Inventory;
import io.gracefulbackup.internal.catalog.SinkInventory;
import io.gracefulbackup.internal.config.DiskLifetime;
import io.gracefulbackup.internal.config.StartChoice;
import io.gracefulbackup.internal.config.StartPolicy;
import io.gracefulbackup.internal.pointers.LatestPointer;
import io.gracefulbackup.internal.report.Finding;
import io.gracefulbackup.internal.report.Messages;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Decides how to start, from what the sinks and the pointer stores answered and what the operator chose. Pure: no input, no
 * output, no clock.
 */
final class StartDecision {
    private final Inventory inventory;
    private final LatestPointer pointer;
    private final StartSettings settings;
    /** The backups without a copy that may be usable. */
    private final Set<BackupId> failed;

    private final List<BackupCopies> candidates;
    private final @Nullable BackupHeader newest;
    private final UnopenedEntries unopened;
    private final List<Finding> findings = new ArrayList<>();

    private StartDecision(
            Inventory inventory,
            LatestPointer pointer,
            StartSettings settings,
            Set<CatalogEntry.Authenticated> unusable) {
        this.inventory = inventory;
        this.pointer = pointer;
        this.settings = settings;
        candidates = inventory.backups().stream()
                .flatMap(backup -> backup.without(unusable).stream())
                .toList();
        failed = unusable.stream().map(copy -> copy.header().id()).collect(Collectors.toSet());
        candidates.forEach(candidate -> failed.remove(candidate.header().id()));
        newest = candidates.isEmpty() ? null : candidates.get(0).header();
        unopened =
                new UnopenedEntries(inventory, newest, settings.choice().filter(choice -> !wasFollowedAlready(choice)));
    }

    /**
     * Decides; the first rule that applies does.
     *
     * @param unusable the copies that have been read and cannot be used
     */
    static Decision decide(
            Inventory inventory,
            LatestPointer pointer,
            StartSettings settings,
            Set<CatalogEntry.Authenticated> unusable) {
        StartDecision rules = new StartDecision(inventory, pointer, settings, unusable);
        rules.explainInventory();
        return rules.refuseIfARequiredSinkIsUnreachable()
                .or(rules::followExplicitChoice)
                .or(rules::refuseIfAnEntryThatMayBeNewerCannotBeOpened)
                .or(rules::refuseIfTheNewestByThePointersIsMissing)
                .or(rules::restoreNewest)
                .or(rules::refuseIfEverythingIsDamaged)
                .or(rules::refuseIfOnlyAnotherApplicationHasBackups)
                .or(rules::refuseIfASinkMayHoldABackup)
                .or(rules::refuseIfNoDurableSinkProvesEmptiness)
                .or(rules::refuseIfABackupIsRequired)
                .orElseGet(rules::startEmpty);
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
                } else if (entry instanceof CatalogEntry.Unavailable unavailable) {
                    note(sink.sink() + ": " + entry.location() + " cannot be read: " + unavailable.why());
                }
            }
            warnOfUnread(sink);
        }
    }

    private void warnOfUnread(SinkInventory sink) {
        long unread = sink.entries().stream()
                .filter(entry -> entry instanceof CatalogEntry.Unread missed && missed.isForLackOfTime())
                .count();
        if (unread > 0) {
            findings.add(Finding.warning(Messages.unreadForLackOfTime(sink.sink(), unread)));
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
                        .map(sink -> refuseWhileUnreachable(sink, Messages.allSinksRequired(sink.sink(), sink.why())))
                : Optional.empty();
    }

    // ---- explicit choices: BACKUP_RESTORE_ID, PINATA_RESTORE_CID, BACKUP_START=empty

    private Optional<Decision> followExplicitChoice() {
        return settings.choice()
                .filter(choice -> !isIgnored(choice))
                .map(choice -> refuseIfItMayHaveBeenFollowedAlready(choice)
                        .orElseGet(() -> target(choice)
                                .map(chosen -> restoreChosen(chosen, choice))
                                .orElseGet(this::startEmptyAsChosen)));
    }

    /** Whether the choice was followed and saved upon; following it again would discard everything saved since. */
    private boolean wasFollowedAlready(StartChoice choice) {
        return choice.repeated(inventory.honouredTexts()).isPresent();
    }

    private boolean isIgnored(StartChoice choice) {
        boolean isIgnored = wasFollowedAlready(choice);
        if (isIgnored) {
            String again = choice.isNone() || target(choice).isPresent()
                    ? Messages.followOnceMore(
                            nextChoices().of(choice.despiteNothing()).toString())
                    : "";
            findings.add(Finding.warning(Messages.choiceIsIgnored(choice.toString()) + again));
        }
        return isIgnored;
    }

    private NextChoices nextChoices() {
        return new NextChoices(inventory);
    }

    private Optional<Decision> refuseIfItMayHaveBeenFollowedAlready(StartChoice choice) {
        return inventory.unreachable().stream()
                .findFirst()
                .map(sink -> refuseWhileUnreachable(
                        sink,
                        Messages.choiceMayHaveBeenFollowed(
                                choice.toString(),
                                Messages.unreachable(sink.sink(), sink.why()),
                                Messages.takeOut(sink.sink()))))
                .or(() -> refuseIfTheChosenOneIsNotThere(choice))
                .or(() -> refuseWhileUnopened(choice));
    }

    private Optional<Decision> refuseIfTheChosenOneIsNotThere(StartChoice choice) {
        if (choice.isNone() || target(choice).isPresent()) {
            return Optional.empty();
        }
        NextChoices next = nextChoices();
        String wayOut = Messages.otherChoices(
                next.ofEach(inventory.headers()), next.ofNone().toString());
        return Optional.of(inventory
                .entries()
                .filter(entry -> entry.headerIfAuthenticated().isEmpty())
                .filter(entry -> entry.location().equals(choice.value())
                        || entry.hint()
                                .filter(hint -> hint.id().value().equals(choice.value()))
                                .isPresent())
                .findFirst()
                .map(entry -> refuseUnopened(
                        entry, Messages.chosenCannotBeOpened(choice.toString(), describe(entry)) + wayOut))
                .orElseGet(() -> refuse(Messages.chosenBackupNotFound(choice.toString()) + wayOut)));
    }

    private Optional<Decision> refuseWhileUnopened(StartChoice choice) {
        return unopened.open().stream()
                .findFirst()
                .map(entry -> refuseUnopened(
                        entry,
                        Messages.choiceMayHaveBeenFollowed(
                                choice.toString(),
                                describe(entry),
                                Messages.goPast(nextChoices().of(choice).toString()))));
    }

    private Decision restoreChosen(BackupCopies chosen, StartChoice choice) {
        note(Messages.chosen(chosen.header().id(), choice.toString()));
        return new Decision.Restore(List.of(chosen), !isBeyondDoubt(chosen.header()), false, findings);
    }

    private Optional<BackupCopies> target(StartChoice choice) {
        return candidates.stream()
                .filter(candidate -> candidate.header().id().value().equals(choice.value())
                        || candidate.copies().stream()
                                .anyMatch(copy -> copy.location().equals(choice.value())))
                .findFirst();
    }

    /** Whether nothing that is known, or suspected, is newer than that backup, or beside it. */
    private boolean isBeyondDoubt(BackupHeader chosen) {
        boolean pointsBeyond = pointer.latest()
                .filter(latest -> latest.version().isNewerThan(chosen.version()))
                .isPresent();
        return chosen.equals(newest)
                && failed.isEmpty()
                && !pointsBeyond
                && settings.choice()
                        .filter(choice -> !choice.despite().isEmpty())
                        .isEmpty()
                && unopened.damaged().findAny().isEmpty()
                && unopened.accepted().isEmpty()
                && new Ancestry(inventory.headers()).forks(chosen).isEmpty();
    }

    private Decision startEmptyAsChosen() {
        note(Messages.STARTING_EMPTY_BY_CHOICE);
        return new Decision.StartEmpty(true, findings);
    }

    // ---- nothing that may be newer is passed over

    private Optional<Decision> refuseIfAnEntryThatMayBeNewerCannotBeOpened() {
        return unopened.open().stream()
                .findFirst()
                .map(entry -> refuseUnopened(
                        entry,
                        describe(entry) + ". " + Messages.goPast(withoutThem().toString())));
    }

    private String describe(CatalogEntry entry) {
        String sink = entry.sink().name();
        if (entry instanceof CatalogEntry.Unreadable unreadable) {
            String why = String.valueOf(unreadable.why().getMessage());
            return switch (unreadable.failure()) {
                case UNKNOWN_KEY -> Messages.unknownKey(sink, entry.location(), why, settings.application());
                case NEWER_FORMAT -> Messages.newerFormat(sink, entry.location(), why);
                default -> Messages.entryCouldNotBeRead(entry.location(), sink, why);
            };
        }
        return entry instanceof CatalogEntry.Unavailable unavailable
                ? Messages.entryCouldNotBeRead(entry.location(), sink, unavailable.why())
                : Messages.entryUnread(entry.location(), sink);
    }

    /** What an operator chooses who goes past what cannot be opened: the newest backup that can be, or none. */
    private StartChoice withoutThem() {
        return newest == null ? nextChoices().ofNone() : nextChoices().of(newest);
    }

    /** A pointer knows a newer backup than any sink shows, and that one is not known to be damaged. */
    private Optional<Decision> refuseIfTheNewestByThePointersIsMissing() {
        return pointer.latest()
                .filter(latest -> newest == null || latest.version().isNewerThan(newest.version()))
                .filter(latest -> !isKnownToBeUnusable(latest.id()))
                .map(latest -> refuseUntilItPasses(Messages.newestIsMissing(latest, newest)
                        + Messages.goPast(withoutThem().toString())));
    }

    private boolean isKnownToBeUnusable(BackupId id) {
        return failed.contains(id) || unopened.damaged().anyMatch(entry -> entry.isHintedAs(id));
    }

    // ---- the newest backup, or an older one past a damaged newest

    private Optional<Decision> restoreNewest() {
        if (newest == null) {
            return Optional.empty();
        }
        if (!failed.isEmpty()
                || unopened.damaged().anyMatch(entry -> entry.hint().isPresent())) {
            findings.add(Finding.warning(Messages.NEWEST_IS_DAMAGED));
        }
        unopened.damaged()
                .filter(entry -> entry.hint().isEmpty())
                .forEach(entry -> findings.add(
                        Finding.warning(Messages.mayHaveBeenNewer(entry.sink().name(), entry.location()))));
        warnOfAccepted();
        return Optional.of(new Decision.Restore(candidates, newestIsDamaged(), true, findings));
    }

    private void warnOfAccepted() {
        List<CatalogEntry> accepted = unopened.accepted();
        accepted.stream()
                .findFirst()
                .ifPresent(entry -> findings.add(Finding.warning(Messages.unopenedPassedOver(
                        entry.location(), entry.sink().name(), accepted.size()))));
    }

    private boolean newestIsDamaged() {
        return !failed.isEmpty() || unopened.damaged().findAny().isPresent();
    }

    private Optional<Decision> refuseIfEverythingIsDamaged() {
        if (!newestIsDamaged()) {
            return Optional.empty();
        }
        String none = nextChoices().ofNone().toString();
        return Optional.of(
                refuse(failed.isEmpty() ? Messages.everyBackupIsDamaged(none) : Messages.noBackupCanBeUsed(none)));
    }

    // ---- an empty start, if the answers prove that there is no backup

    /** The name of the application may be mistyped. */
    private Optional<Decision> refuseIfOnlyAnotherApplicationHasBackups() {
        return OtherApplications.found(inventory, unopened, pointer)
                .map(other -> refuse(
                        Messages.onlyAnotherApplication(settings.application(), other.place(), other.application())));
    }

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

    /** In a container that lives as long as nobody replaces it, a first start is more likely than a lost disk. */
    private Optional<Decision> refuseIfNoDurableSinkProvesEmptiness() {
        if (inventory.sinks().stream().anyMatch(SinkInventory::durable)) {
            return Optional.empty();
        }
        if (settings.disk() == DiskLifetime.CONTAINER) {
            findings.add(Finding.warning(Messages.DISK_OF_CONTAINER));
            return Optional.empty();
        }
        return Optional.of(refuse(Messages.noDurableSink(settings.disk() == DiskLifetime.INSTANCE)));
    }

    private Optional<Decision> refuseIfABackupIsRequired() {
        return settings.policy() == StartPolicy.REQUIRE
                ? Optional.of(refuse(Messages.BACKUP_REQUIRED))
                : Optional.empty();
    }

    private Decision startEmpty() {
        note(Messages.noBackupYet(settings.application(), inventory.places()));
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

    private Decision refuseWhileUnreachable(SinkInventory sink, String reason) {
        return new Decision.Refuse(reason, !sink.isPermanent(), findings);
    }

    /** Bytes that could not be fetched may come at the next attempt. */
    private Decision refuseUnopened(CatalogEntry entry, String reason) {
        boolean mayPass = entry instanceof CatalogEntry.Unavailable unavailable && !unavailable.isPermanent();
        return new Decision.Refuse(reason, mayPass, findings);
    }
}
