package io.gracefulbackup.internal.restore;

import io.gracefulbackup.BackupHeader;
import io.gracefulbackup.internal.catalog.Inventory;
import io.gracefulbackup.internal.config.StartChoice;
import io.gracefulbackup.internal.report.Messages;
import java.util.List;
import java.util.Optional;

/**
 * The choices that a refusal prints, as they are to be set: each goes past what cannot be opened, and is one that has not been
 * followed already. So the next start follows it if the sinks answer the same.
 */
final class NextChoices {
    private final Optional<BackupHeader> newest;
    private final List<String> followed;
    private final List<String> unopened;

    NextChoices(Inventory inventory) {
        newest = inventory.newestHeader();
        followed = inventory.honouredTexts();
        unopened = UnopenedEntries.names(new UnopenedEntries(inventory, newest.orElse(null), Optional.empty()).open());
    }

    /** The choice of that backup. */
    StartChoice of(BackupHeader backup) {
        return of(StartChoice.ofBackup(backup.id().value()));
    }

    /** The choice of none. */
    StartChoice ofNone() {
        return of(StartChoice.ofNone());
    }

    /** That choice, which also goes past all that cannot be opened, and past the newest backup if it is made anew. */
    StartChoice of(StartChoice choice) {
        StartChoice past = choice.despite(unopened);
        return newest.filter(header -> past.repeated(followed).isPresent())
                .map(header -> past.despite(List.of(header.id().value())))
                .orElse(past);
    }

    /** The choices of these backups, newest first, as a refusal lists them. */
    List<String> ofEach(List<BackupHeader> backups) {
        return backups.stream()
                .map(backup -> Messages.candidate(of(backup).toString(), backup))
                .toList();
    }
}
