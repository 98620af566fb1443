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
    private static final UnreadableBackupException DAMAGE = new UnreadableBackupException.TamperedHeader("changed");
    private static final UnreadableBackupException OTHER_KEY = new UnreadableBackupException.WrongKey("lost", "00");
    private static final UnreadableBackupException NEWER = new UnreadableBackupException.NewerFormat("version 9");

    private final MemorySink sink = new MemorySink("memory");
    private final Lines line = Lines.root("instance");
    private final BackupHeader older = line.next();
    private final BackupHeader last = line.next();

    @Test
    void anEntryHintedAsItThatIsDamagedIsEnough() {
        assertThat(isDamaged(authenticated(older, hint(older)), unreadable(hint(last), DAMAGE)))
                .isTrue();
    }

    @Test
    void anEntryUnderAnUnknownKeyIsNotDamage() {
        assertThat(isDamaged(unreadable(hint(last), OTHER_KEY))).isFalse();
        assertThat(isDamaged(unreadable(hint(last), DAMAGE), unreadable(hint(last), OTHER_KEY)))
                .isFalse();
    }

    @Test
    void anEntryOfANewerFormatIsNotDamage() {
        assertThat(isDamaged(unreadable(hint(last), NEWER))).isFalse();
        assertThat(isDamaged(unreadable(hint(last), DAMAGE), unreadable(null, NEWER)))
                .isFalse();
    }

    @Test
    void aDamagedEntryWithoutAHintMayBeIt() {
        assertThat(isDamaged(authenticated(older, hint(older)), unreadable(null, DAMAGE)))
                .isTrue();
    }

    @Test
    void anEntryWithoutAHintThatCannotBeOpenedMayBeIntact() {
        assertThat(isDamaged(unreadable(hint(last), DAMAGE), unreadable(null, OTHER_KEY)))
                .isFalse();
        assertThat(isDamaged(unreadable(hint(last), DAMAGE), unavailable(null))).isFalse();
    }

    @Test
    void anEntryThatWasNotReadMayBeIntact() {
        assertThat(isDamaged(unreadable(hint(last), DAMAGE), unavailable(hint(last))))
                .isFalse();
        assertThat(isDamaged(
                        unreadable(hint(last), DAMAGE),
                        new CatalogEntry.Unread(sink, StoredBackup.at("there", hint(last)))))
                .isFalse();
    }

    @Test
    void hintsThatAHeaderContradictsExcludeNothing() {
        CatalogEntry liar = authenticated(older, hint(last));

        assertThat(isDamaged(liar, unreadable(hint(older), DAMAGE))).isTrue();
        assertThat(isDamaged(liar, unreadable(hint(older), DAMAGE), unreadable(hint(older), OTHER_KEY)))
                .isFalse();
    }

    @Test
    void hintsThatNothingContradictsAreTrusted() {
        CatalogEntry honest = authenticated(older, hint(older));

        assertThat(isDamaged(honest, unreadable(hint(last), DAMAGE), unreadable(hint(line.next()), OTHER_KEY)))
                .isTrue();
        assertThat(isDamaged(honest, unreadable(hint(line.next()), DAMAGE))).isFalse();
    }

    @Test
    void anAuthenticatedCopyIsNotDamagedWhateverItsHintSays() {
        assertThat(isDamaged(unreadable(hint(last), DAMAGE), authenticated(last, hint(older))))
                .isFalse();
    }

    @Test
    void aSinkThatCannotBeReachedMayHoldAnIntactCopy() {
        Inventory inventory = new Inventory(List.of(
                SinkInventory.listed(sink, List.of(unreadable(hint(last), DAMAGE))),
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
