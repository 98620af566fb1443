package io.gracefulbackup.internal.restore;

import static org.assertj.core.api.Assertions.assertThat;

import io.gracefulbackup.BackupHeader;
import io.gracefulbackup.BackupId;
import io.gracefulbackup.internal.catalog.CatalogEntry;
import io.gracefulbackup.internal.catalog.Inventory;
import io.gracefulbackup.internal.catalog.SinkInventory;
import io.gracefulbackup.internal.fixtures.Lines;
import io.gracefulbackup.internal.fixtures.MemorySink;
import io.gracefulbackup.internal.format.UnreadableBackupException;
import io.gracefulbackup.spi.StoredBackup;
import io.gracefulbackup.spi.StoredBackup.Hint;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** When the last backup of another instance counts as damaged everywhere, so that an older one may take its place. */
class HandoffDecisionTest {
    private final UnreadableBackupException damage = new UnreadableBackupException.TamperedHeader("changed");
    private final UnreadableBackupException otherKey = new UnreadableBackupException.WrongKey("lost", "00");
    private final UnreadableBackupException newer = new UnreadableBackupException.NewerFormat("version 9");

    private final MemorySink sink = new MemorySink("memory");
    private final Lines line = Lines.root("instance");
    private final BackupHeader older = line.next();
    private final BackupHeader last = line.next();

    @Test
    void anEntryHintedAsItThatIsDamagedIsEnough() {
        assertThat(isDamaged(authenticated(older, hint(older)), unreadable(hint(last), damage)))
                .isTrue();
    }

    @Test
    void anEntryUnderAnUnknownKeyIsNotDamage() {
        assertThat(isDamaged(unreadable(hint(last), otherKey))).isFalse();
        assertThat(isDamaged(unreadable(hint(last), damage), unreadable(hint(last), otherKey)))
                .isFalse();
    }

    @Test
    void anEntryOfANewerFormatIsNotDamage() {
        assertThat(isDamaged(unreadable(hint(last), newer))).isFalse();
        assertThat(isDamaged(unreadable(hint(last), damage), unreadable(null, newer)))
                .isFalse();
    }

    @Test
    void aDamagedEntryWithoutAHintMayBeIt() {
        assertThat(isDamaged(authenticated(older, hint(older)), unreadable(null, damage)))
                .isTrue();
    }

    @Test
    void anEntryWithoutAHintThatCannotBeOpenedMayBeIntact() {
        assertThat(isDamaged(unreadable(hint(last), damage), unreadable(null, otherKey)))
                .isFalse();
        assertThat(isDamaged(unreadable(hint(last), damage), unavailable(null))).isFalse();
    }

    @Test
    void anEntryThatWasNotReadMayBeIntact() {
        assertThat(isDamaged(unreadable(hint(last), damage), unavailable(hint(last))))
                .isFalse();
        assertThat(isDamaged(
                        unreadable(hint(last), damage),
                        new CatalogEntry.Unread(sink, StoredBackup.at("there", hint(last)), false)))
                .isFalse();
    }

    @Test
    void hintsThatAHeaderContradictsExcludeNothing() {
        CatalogEntry liar = authenticated(older, hint(last));

        assertThat(isDamaged(liar, unreadable(hint(older), damage))).isTrue();
        assertThat(isDamaged(liar, unreadable(hint(older), damage), unreadable(hint(older), otherKey)))
                .isFalse();
    }

    @Test
    void hintsThatNothingContradictsAreTrusted() {
        CatalogEntry honest = authenticated(older, hint(older));

        assertThat(isDamaged(honest, unreadable(hint(last), damage), unreadable(hint(line.next()), otherKey)))
                .isTrue();
        assertThat(isDamaged(honest, unreadable(hint(line.next()), damage))).isFalse();
    }

    @Test
    void anAuthenticatedCopyIsNotDamagedWhateverItsHintSays() {
        assertThat(isDamaged(unreadable(hint(last), damage), authenticated(last, hint(older))))
                .isFalse();
    }

    @Test
    void aSinkThatCannotBeReachedMayHoldAnIntactCopy() {
        Inventory inventory = new Inventory(List.of(
                SinkInventory.listed(sink, List.of(unreadable(hint(last), damage))),
                SinkInventory.unreachable("other", "no route to host")));

        assertThat(HandoffDecision.isDamagedEverywhere(inventory, last.id())).isFalse();
    }

    @Test
    void aBackupThatNoSinkShowsIsNotDamaged() {
        assertThat(isDamaged(authenticated(older, hint(older)))).isFalse();
        assertThat(isDamaged()).isFalse();
    }

    private boolean isDamaged(CatalogEntry... entries) {
        BackupId id = last.id();
        return HandoffDecision.isDamagedEverywhere(
                new Inventory(List.of(SinkInventory.listed(sink, List.of(entries)))), id);
    }

    private static Hint hint(BackupHeader header) {
        return Hint.of(header, 1);
    }

    private CatalogEntry authenticated(BackupHeader header, Hint hint) {
        return new CatalogEntry.Authenticated(sink, StoredBackup.at("there", hint), header);
    }

    private CatalogEntry unreadable(@Nullable Hint hint, UnreadableBackupException why) {
        return new CatalogEntry.Unreadable(sink, StoredBackup.at("there", hint), why);
    }

    private CatalogEntry unavailable(@Nullable Hint hint) {
        return new CatalogEntry.Unavailable(sink, StoredBackup.at("there", hint), "504");
    }
}
