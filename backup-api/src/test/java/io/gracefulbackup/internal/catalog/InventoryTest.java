package io.gracefulbackup.internal.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import io.gracefulbackup.BackupHeader;
import io.gracefulbackup.BackupId;
import io.gracefulbackup.BackupVersion;
import io.gracefulbackup.internal.fixtures.MemorySink;
import io.gracefulbackup.internal.format.UnreadableBackupException;
import io.gracefulbackup.spi.StoredBackup;
import io.gracefulbackup.spi.StoredBackup.Hint;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class InventoryTest {
    private final MemorySink database = new MemorySink("postgres");
    private final MemorySink file = new MemorySink("file");
    private final UnreadableBackupException notABackup = new UnreadableBackupException.NotABackup("text");
    private int drawn;

    @Test
    void listsEachBackupOnceNewestFirstWithItsCopiesInTheOrderOfTheSinks() {
        BackupHeader old = header(1, 9);
        BackupHeader newest = header(2, 1);
        Inventory inventory = new Inventory(List.of(
                listed(file, authenticated(file, old), authenticated(file, newest)),
                listed(database, authenticated(database, newest))));

        assertThat(inventory.headers()).containsExactly(newest, old);
        assertThat(inventory.backups().get(0).sinkNames()).containsExactly("file", "postgres");
        assertThat(inventory.find(newest.id())).contains(inventory.backups().get(0));
        assertThat(inventory.copiesOf(newest.id()))
                .extracting(copy -> copy.sink().name())
                .containsExactly("file", "postgres");
        assertThat(inventory.copiesOf(old.id())).hasSize(1);
    }

    @Test
    void findsNoBackupByAHintAlone() {
        BackupHeader backup = header(1, 1);
        Inventory inventory =
                new Inventory(List.of(listed(file, new CatalogEntry.Unread(file, stored(Hint.of(backup, 1)), false))));

        assertThat(inventory.find(backup.id())).isEmpty();
        assertThat(inventory.copiesOf(backup.id())).isEmpty();
        assertThat(inventory.shows(backup.id())).isTrue();
    }

    @Test
    void believesTheHeaderRatherThanTheHint() {
        BackupHeader backup = header(1, 1);
        BackupHeader hinted = header(1, 2);
        Inventory inventory = new Inventory(List.of(
                listed(file, new CatalogEntry.Authenticated(file, stored(Hint.of(hinted, 1)), backup))));

        assertThat(inventory.shows(backup.id())).isTrue();
        assertThat(inventory.shows(hinted.id())).isFalse();
    }

    @Test
    void theHighestEpochAndTheHighestSequenceMayComeFromDifferentBackups() {
        Inventory inventory = new Inventory(List.of(
                listed(file, authenticated(file, header(1, 9))),
                listed(database, authenticated(database, header(3, 2)))));

        assertThat(inventory.highest(new BackupVersion(2, 4))).isEqualTo(new BackupVersion(3, 9));
        assertThat(inventory.highest(new BackupVersion(7, 1))).isEqualTo(new BackupVersion(7, 9));
        assertThat(inventory.highest(new BackupVersion(1, 11))).isEqualTo(new BackupVersion(3, 11));
    }

    @Test
    void noHintCountsForTheHighestVersion() {
        Inventory inventory = new Inventory(List.of(listed(file, unreadable(Hint.of(header(8, 8), 1), notABackup))));

        assertThat(inventory.highest(new BackupVersion(1, 0))).isEqualTo(new BackupVersion(1, 0));
    }

    @Test
    void tellsWhichSinksDidNotAnswerAndWhichGaveNoList() {
        Inventory inventory = new Inventory(List.of(listed(file)))
                .plus(List.of(
                        SinkInventory.unreachable("ipfs", "timeout"),
                        SinkInventory.notListable(database, "write-only")));

        assertThat(inventory.unreachable()).extracting(SinkInventory::sink).containsExactly("ipfs");
        assertThat(inventory.notListed()).extracting(SinkInventory::sink).containsExactly("ipfs", "postgres");
    }

    // ---- one definition of damage

    @Test
    void aBackupWhoseBytesHaveChangedIsDamaged() {
        assertThat(List.of(
                        new UnreadableBackupException.DamagedPreamble("checksum"),
                        new UnreadableBackupException.TamperedHeader("MAC"),
                        new UnreadableBackupException.DamagedPayload("cut")))
                .allSatisfy(why -> {
                    assertThat(unreadable(null, why).isDamaged()).isTrue();
                    assertThat(unreadable(null, why).mayBeOpenedElsewhere()).isFalse();
                });
    }

    @Test
    void bytesThatAreNoBackupAreDamageOnlyWhereTheCatalogueSaysThatOneWasStored() {
        assertThat(unreadable(Hint.of(header(1, 1), 1), notABackup).isDamaged()).isTrue();
        assertThat(unreadable(null, notABackup).isDamaged()).isFalse();
    }

    @Test
    void aBackupUnderAnUnknownKeyOrOfANewerFormatIsNotDamagedAndMayBeOpenedElsewhere() {
        Hint hint = Hint.of(header(1, 1), 1);
        assertThat(List.of(
                        new UnreadableBackupException.WrongKey("ab12", "ab12"),
                        new UnreadableBackupException.NewerFormat("version 2")))
                .allSatisfy(why -> {
                    assertThat(unreadable(hint, why).isDamaged()).isFalse();
                    assertThat(unreadable(hint, why).mayBeOpenedElsewhere()).isTrue();
                });
    }

    @Test
    void aBackupOfAnotherApplicationIsNeitherDamagedNorOursToOpenElsewhere() {
        CatalogEntry.Unreadable entry =
                unreadable(Hint.of(header(1, 1), 1), new UnreadableBackupException.OtherApplication("carts"));

        assertThat(entry.isDamaged()).isFalse();
        assertThat(entry.mayBeOpenedElsewhere()).isFalse();
    }

    private static SinkInventory listed(MemorySink sink, CatalogEntry... entries) {
        return SinkInventory.listed(sink, List.of(entries));
    }

    private static CatalogEntry authenticated(MemorySink sink, BackupHeader header) {
        return new CatalogEntry.Authenticated(sink, stored(Hint.of(header, 1)), header);
    }

    private CatalogEntry.Unreadable unreadable(@Nullable Hint hint, UnreadableBackupException why) {
        return new CatalogEntry.Unreadable(file, stored(hint), why);
    }

    private static StoredBackup stored(@Nullable Hint hint) {
        return StoredBackup.at("there", hint);
    }

    private BackupHeader header(long epoch, long sequence) {
        return BackupHeader.builder(
                        "blockchain", new BackupId(String.format("%032x", ++drawn)), new BackupVersion(epoch, sequence))
                .name("name")
                .reason("MANUAL")
                .instance("instance")
                .build();
    }
}
