package io.gracefulbackup.internal.restore;

import static org.assertj.core.api.Assertions.assertThat;

import io.gracefulbackup.BackupHeader;
import io.gracefulbackup.BackupHeader.Choice;
import io.gracefulbackup.BackupId;
import io.gracefulbackup.BackupVersion;
import io.gracefulbackup.internal.catalog.CatalogEntry;
import io.gracefulbackup.internal.catalog.Inventory;
import io.gracefulbackup.internal.catalog.SinkInventory;
import io.gracefulbackup.internal.config.DiskLifetime;
import io.gracefulbackup.internal.config.StartChoice;
import io.gracefulbackup.internal.config.StartPolicy;
import io.gracefulbackup.internal.fixtures.MemorySink;
import io.gracefulbackup.internal.format.UnreadableBackupException;
import io.gracefulbackup.internal.pointers.LatestPointer;
import io.gracefulbackup.spi.PointerStore.Latest;
import io.gracefulbackup.spi.StoredBackup;
import io.gracefulbackup.spi.StoredBackup.Hint;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class StartDecisionTest {
    private final MemorySink database = new MemorySink("postgres");
    private LatestPointer pointer = LatestPointer.NONE;
    private final MemorySink file = new MemorySink("file");

    @Test
    void startsEmptyWhenEverySinkIsEmpty() {
        assertThat(decide(listed(database), listed(file)))
                .isInstanceOfSatisfying(
                        Decision.StartEmpty.class,
                        empty -> assertThat(empty.newEpoch()).isFalse());
    }

    @Test
    void refusesWhenASinkThatCannotBeReachedMayHoldABackup() {
        assertThat(refusal(decide(SinkInventory.unreachable("postgres", "connection refused"), listed(file))))
                .contains("postgres", "connection refused", "take it out of the settings");
    }

    @Test
    void refusesWhenASinkCannotList() {
        assertThat(refusal(decide(SinkInventory.notListable(database, "the key may only upload"), listed(file))))
                .contains("the key may only upload");
    }

    @Test
    void refusesWhenOnlyAWipedDiskIsEmpty() {
        file.durable = false;
        assertThat(refusal(decide(onAnEphemeralDisk(), listed(file))))
                .contains("disk", "DATABASE_URL", "BACKUP_START=empty");
    }

    @Test
    void aDurableEmptySinkProvesThatThereIsNothing() {
        file.durable = false;
        assertThat(decide(onAnEphemeralDisk(), listed(file), listed(database))).isInstanceOf(Decision.StartEmpty.class);
    }

    @Test
    void refusesAnEmptyStartWhenABackupIsRequired() {
        assertThat(refusal(decide(StartPolicy.REQUIRE, null, listed(database)))).contains("BACKUP_START=require");
    }

    @Test
    void restoresTheNewestByEpochThenSequenceWhateverTheClockSays() {
        BackupHeader newest = header(2, 3, Instant.EPOCH);
        BackupHeader laterByClock = header(2, 2, Instant.parse("2030-01-01T00:00:00Z"));
        BackupHeader higherSequence = header(1, 9, Instant.EPOCH);
        assertThat(restore(decide(
                                listed(file, authenticated(file, laterByClock)),
                                listed(
                                        database,
                                        authenticated(database, higherSequence),
                                        authenticated(database, newest))))
                        .candidates())
                .extracting(candidate -> candidate.header().id())
                .containsExactly(newest.id(), laterByClock.id(), higherSequence.id());
    }

    @Test
    void restoresTheNewestReachableWhenAnotherSinkIsUnreachable() {
        Decision.Restore restore = restore(decide(
                SinkInventory.unreachable("postgres", "down"), listed(file, authenticated(file, header(1, 1)))));
        assertThat(restore.newEpoch()).isFalse();
        assertThat(restore.explanation()).anyMatch(line -> line.contains("postgres: unreachable: down"));
    }

    @Test
    void knowsAllCopiesOfABackup() {
        BackupHeader header = header(1, 1);
        Decision.Restore restore = restore(
                decide(listed(database, authenticated(database, header)), listed(file, authenticated(file, header))));
        assertThat(restore.candidates())
                .singleElement()
                .satisfies(candidate -> assertThat(candidate.copies())
                        .extracting(copy -> copy.sink().name())
                        .containsExactly("postgres", "file"));
    }

    @Test
    void aCopyThatTurnsUpIsTriedBeforeAnOlderBackup() {
        BackupHeader newest = header(1, 2);
        CatalogEntry.Authenticated damaged = (CatalogEntry.Authenticated) authenticated(file, newest);
        CatalogEntry older = authenticated(file, header(1, 1));
        Inventory inventory =
                new Inventory(List.of(listed(file, damaged, older), listed(database, authenticated(database, newest))));

        Decision.Restore restore =
                restore(StartDecision.decide(inventory, pointer, settings(Optional.empty()), Set.of(damaged)));

        assertThat(restore.newEpoch()).isFalse();
        assertThat(restore.candidates().get(0).header()).isEqualTo(newest);
        assertThat(restore.candidates().get(0).sinkNames()).containsExactly("postgres");
    }

    @Test
    void anEntryOfTheSameVersionThatCannotBeReadMayBeNewer() {
        CatalogEntry unread = new CatalogEntry.Unavailable(file, StoredBackup.at("x", hint(1, 2)), "timeout");
        assertThat(refusal(decide(listed(file, unread, authenticated(file, header(1, 2))))))
                .contains("timeout");
    }

    @Test
    void aChoiceWithFewerDespitesThanTheOneThatWasFollowedIsNoNewChoice() {
        BackupHeader old = header(1, 1);
        BackupHeader since = withChoice(header(2, 3), "id:" + old.id() + ",despite:x,despite:y");
        StartChoice chosen = StartChoice.ofBackup(old.id().value());
        SinkInventory sink = listed(file, authenticated(file, since), authenticated(file, old));

        Decision.Restore ignored = restore(decide(settings(Optional.of(chosen.despite(List.of("y")))), sink));
        assertThat(ignored.candidates().get(0).header()).isEqualTo(since);
        assertThat(ignored.explanation())
                .anyMatch(line -> line.contains(
                        "set BACKUP_RESTORE_ID=" + old.id() + ",despite:" + since.id() + " to follow it once more"));

        Decision.Restore anew = restore(decide(settings(Optional.of(chosen.despite(List.of("z")))), sink));
        assertThat(anew.candidates().get(0).header()).isEqualTo(old);
    }

    @Test
    void allThatWasPassedOverStaysPassedOverWithAWarningAndWhatCameSinceDoesNot() {
        BackupHeader since = withChoice(header(2, 3), "empty,despite:all");
        CatalogEntry thereThen = new CatalogEntry.Unavailable(file, StoredBackup.at("x", null), "timeout");
        CatalogEntry cameSince = new CatalogEntry.Unavailable(file, StoredBackup.at("y", hint(2, 4)), "timeout");

        Decision passed = decide(listed(file, thereThen, authenticated(file, since)));
        assertThat(restore(passed).findings())
                .anyMatch(finding -> finding.isWarning() && finding.line().contains("x in file cannot be opened"));
        assertThat(refusal(decide(listed(file, cameSince, authenticated(file, since)))))
                .contains("BACKUP_RESTORE_ID=" + since.id() + ",despite:");
    }

    private static StartSettings settings(Optional<StartChoice> choice) {
        return new StartSettings("blockchain", StartPolicy.AUTO, choice, false, DiskLifetime.LASTING);
    }

    @Test
    void refusesWhenAnUnknownKeySealedWhatMayBeTheNewest() {
        var wrongKey = new UnreadableBackupException.WrongKey("sealed with ab12", "ab12");
        assertThat(refusal(decide(listed(file, unreadable(file, null, wrongKey), authenticated(file, header(1, 1))))))
                .contains("SECRET_KEY", "SECRET_KEY_PREVIOUS", "ab12");
        assertThat(refusal(decide(
                        listed(file, unreadable(file, hint(1, 2), wrongKey), authenticated(file, header(1, 1))))))
                .contains("ab12");
    }

    @Test
    void anUnknownKeyOfAnOlderBackupDoesNotMatter() {
        var wrongKey = new UnreadableBackupException.WrongKey("sealed with ab12", "ab12");
        assertThat(restore(decide(listed(
                                file, unreadable(file, hint(1, 1), wrongKey), authenticated(file, header(1, 2)))))
                        .newEpoch())
                .isFalse();
    }

    @Test
    void refusesANewerFormat() {
        var newer = new UnreadableBackupException.NewerFormat("version 2");
        assertThat(refusal(
                        decide(listed(file, unreadable(file, hint(1, 2), newer), authenticated(file, header(1, 1))))))
                .contains("version 2");
    }

    @Test
    void refusesWhenTheNewestCannotBeRead() {
        CatalogEntry gone = new CatalogEntry.Unavailable(file, StoredBackup.at("x", hint(1, 2)), "timeout");
        assertThat(refusal(decide(listed(file, gone, authenticated(file, header(1, 1))))))
                .contains("timeout");
    }

    @Test
    void fallsBackPastADamagedNewestOnANewLine() {
        var damaged = new UnreadableBackupException.TamperedHeader("MAC");
        Decision.Restore restore =
                restore(decide(listed(file, unreadable(file, hint(1, 2), damaged), authenticated(file, header(1, 1)))));
        assertThat(restore.newEpoch()).isTrue();
        assertThat(restore.mayFallBack()).isTrue();
    }

    @Test
    void aDamagedOlderBackupDoesNotMatter() {
        var damaged = new UnreadableBackupException.DamagedPreamble("checksum");
        assertThat(restore(decide(
                                listed(file, unreadable(file, hint(1, 1), damaged), authenticated(file, header(1, 2)))))
                        .newEpoch())
                .isFalse();
    }

    @Test
    void refusesWhenEverythingIsDamaged() {
        var damaged = new UnreadableBackupException.DamagedPreamble("checksum");
        assertThat(refusal(decide(listed(file, unreadable(file, null, damaged)), listed(database))))
                .contains("damaged", "BACKUP_START=empty");
    }

    @Test
    void whatIsNoBackupOfThisApplicationIsNothing() {
        var foreign = new UnreadableBackupException.NotABackup("text");
        assertThat(decide(listed(file, unreadable(file, null, foreign)))).isInstanceOf(Decision.StartEmpty.class);
    }

    @Test
    void refusesToStartEmptyBesideABackupUnderItsOwnKeyForAnotherName() {
        var other = new UnreadableBackupException.OtherApplication(
                "it is of carts",
                BackupHeader.builder("carts", id(), new BackupVersion(1, 1)).build());
        assertThat(refusal(decide(listed(file, unreadable(file, null, other)))))
                .contains("BACKUP_APP=carts", "BACKUP_START=empty");
        assertThat(restore(decide(listed(file, unreadable(file, null, other), authenticated(file, header(1, 1)))))
                        .newEpoch())
                .isFalse();
    }

    @Test
    void anOldDamagedFileDoesNotHideThatTheNewestIsMissing() {
        BackupHeader newest = header(1, 7);
        var damaged = new UnreadableBackupException.TamperedHeader("MAC");
        pointer = new LatestPointer(Optional.of(Latest.of(newest)), true);
        assertThat(restore(decide(listed(file, unreadable(file, null, damaged), authenticated(file, newest))))
                        .newEpoch())
                .as("nobody knows whether the damaged file was newer")
                .isTrue();
    }

    @Test
    void bytesThatAreNoBackupAreDamageWhereTheCatalogueSaysThatOneWasStored() {
        var foreign = new UnreadableBackupException.NotABackup("zeros");
        assertThat(decide(listed(database, unreadable(database, hint(1, 1), foreign))))
                .isInstanceOf(Decision.Refuse.class);
    }

    @Test
    void refusesByNameWhenThePointersKnowANewerBackupThanAnySinkShows() {
        BackupId missing = id();
        pointer = new LatestPointer(Optional.of(new Latest(1, 7, missing)), true);
        assertThat(decide(listed(file, authenticated(file, header(1, 6)))))
                .isInstanceOfSatisfying(Decision.Refuse.class, refuse -> {
                    assertThat(refuse.reason()).contains(missing.value(), "sequence 7", "BACKUP_RESTORE_ID");
                    assertThat(refuse.mayPass()).isTrue();
                });
        assertThat(refusal(decide(listed(file)))).contains(missing.value(), "BACKUP_START=empty");
    }

    @Test
    void anOlderPointerDoesNotMatter() {
        pointer = new LatestPointer(Optional.of(new Latest(1, 5, id())), true);
        assertThat(restore(decide(listed(file, authenticated(file, header(1, 6)))))
                        .newEpoch())
                .isFalse();
    }

    @Test
    void aNewestThatIsDamagedIsNotMissing() {
        Hint newest = hint(1, 7);
        pointer = new LatestPointer(Optional.of(new Latest(1, 7, newest.id())), true);
        var damaged = new UnreadableBackupException.TamperedHeader("MAC");
        assertThat(restore(decide(listed(file, unreadable(file, newest, damaged), authenticated(file, header(1, 6)))))
                        .newEpoch())
                .isTrue();
    }

    @Test
    void anExplicitChoiceBeatsThePointers() {
        BackupHeader old = header(1, 6);
        pointer = new LatestPointer(Optional.of(new Latest(1, 7, id())), true);
        assertThat(decide(StartPolicy.AUTO, old.id(), listed(file, authenticated(file, old))))
                .isInstanceOf(Decision.Restore.class);
        assertThat(decide(StartPolicy.EMPTY, null, listed(file))).isInstanceOf(Decision.StartEmpty.class);
    }

    @Test
    void emptyPointersProveThatASinkWhichCannotListIsEmpty() {
        pointer = new LatestPointer(Optional.empty(), true);
        assertThat(decide(SinkInventory.notListable(database, "the key may only upload"), listed(file)))
                .isInstanceOf(Decision.StartEmpty.class);
    }

    @Test
    void restoresTheChosenBackupOnANewLine() {
        BackupHeader old = header(1, 1);
        Decision.Restore restore = restore(decide(
                StartPolicy.AUTO, old.id(), listed(file, authenticated(file, header(1, 2)), authenticated(file, old))));
        assertThat(restore.candidates())
                .singleElement()
                .satisfies(candidate -> assertThat(candidate.header()).isEqualTo(old));
        assertThat(restore.newEpoch()).isTrue();
        assertThat(restore.mayFallBack()).isFalse();
    }

    @Test
    void restoresTheBackupAtTheChosenLocation() {
        BackupHeader old = header(1, 1);
        StartChoice target =
                new StartChoice(StartChoice.Setting.PINATA_RESTORE_CID, old.id().value(), List.of());
        Decision decision = decide(
                new StartSettings("blockchain", StartPolicy.AUTO, Optional.of(target), false, DiskLifetime.LASTING),
                listed(file, authenticated(file, header(1, 2)), authenticated(file, old)));
        assertThat(restore(decision).candidates().get(0).header()).isEqualTo(old);
    }

    @Test
    void choosingTheNewestIsNoNewLine() {
        BackupHeader newest = header(1, 2);
        assertThat(restore(decide(StartPolicy.AUTO, newest.id(), listed(file, authenticated(file, newest))))
                        .newEpoch())
                .isFalse();
    }

    @Test
    void refusesAChoiceThatIsNotThere() {
        assertThat(refusal(decide(StartPolicy.AUTO, id(), listed(file, authenticated(file, header(1, 1))))))
                .contains("BACKUP_RESTORE_ID");
    }

    @Test
    void ignoresAChoiceThatHasBeenSavedUpon() {
        BackupHeader old = header(1, 1);
        BackupHeader since = withChoice(header(2, 3), "id:" + old.id());
        Decision.Restore restore = restore(
                decide(StartPolicy.AUTO, old.id(), listed(file, authenticated(file, since), authenticated(file, old))));
        assertThat(restore.candidates().get(0).header()).isEqualTo(since);
        assertThat(restore.explanation()).anyMatch(line -> line.contains("Unset it"));
    }

    @Test
    void startsEmptyWhenToldSoWhateverIsThere() {
        assertThat(decide(StartPolicy.EMPTY, null, listed(file, authenticated(file, header(1, 1))), listed(database)))
                .isInstanceOfSatisfying(
                        Decision.StartEmpty.class,
                        empty -> assertThat(empty.newEpoch()).isTrue());
    }

    @Test
    void repeatsNoChoiceWhileItCannotBeSeenWhetherItWasFollowedAlready() {
        Decision decision =
                decide(StartPolicy.EMPTY, null, listed(file), SinkInventory.unreachable("postgres", "down"));
        assertThat(decision).isInstanceOfSatisfying(Decision.Refuse.class, refuse -> {
            assertThat(refuse.reason()).contains("BACKUP_START=empty", "postgres", "down");
            assertThat(refuse.mayPass()).isTrue();
        });
        CatalogEntry unread = new CatalogEntry.Unavailable(file, StoredBackup.at("x", hint(1, 9)), "timeout");
        assertThat(decide(StartPolicy.AUTO, header(1, 1).id(), listed(file, unread)))
                .isInstanceOf(Decision.Refuse.class);
    }

    @Test
    void offersToFollowAnIgnoredChoiceOnceMoreOnlyIfThatBackupCanBeFound() {
        BackupHeader since = withChoice(header(2, 3), "id:" + id());
        StartChoice gone = StartChoice.ofBackup(since.choices().get(0).text().substring("id:".length()));
        assertThat(decide(settings(Optional.of(gone)), listed(file, authenticated(file, since)))
                        .explanation())
                .contains("⚠️ " + gone + " was followed at an earlier start and the state has been saved since; it is"
                        + " ignored now. Unset it");
    }

    @Test
    void ignoresAnEmptyStartThatHasBeenSavedUpon() {
        BackupHeader since = withChoice(header(2, 3), "empty");
        Decision.Restore restore = restore(decide(StartPolicy.EMPTY, null, listed(file, authenticated(file, since))));
        assertThat(restore.candidates().get(0).header()).isEqualTo(since);
        assertThat(restore.explanation())
                .anyMatch(line -> line.contains("BACKUP_START=empty") && line.contains("Unset"));
    }

    private Decision decide(SinkInventory... sinks) {
        return decide(StartPolicy.AUTO, null, sinks);
    }

    private Decision decide(StartPolicy policy, @Nullable BackupId chosen, SinkInventory... sinks) {
        Optional<StartChoice> target = Optional.ofNullable(chosen)
                .map(id -> StartChoice.ofBackup(id.value()))
                .or(() -> policy == StartPolicy.EMPTY ? Optional.of(StartChoice.ofNone()) : Optional.empty());
        return decide(new StartSettings("blockchain", policy, target, false, DiskLifetime.LASTING), sinks);
    }

    private Decision decide(StartSettings settings, SinkInventory... sinks) {
        return StartDecision.decide(new Inventory(List.of(sinks)), pointer, settings, Set.of());
    }

    private static StartSettings onAnEphemeralDisk() {
        return new StartSettings("blockchain", StartPolicy.AUTO, Optional.empty(), false, DiskLifetime.INSTANCE);
    }

    private static Decision.Restore restore(Decision decision) {
        assertThat(decision).isInstanceOf(Decision.Restore.class);
        return (Decision.Restore) decision;
    }

    private static String refusal(Decision decision) {
        assertThat(decision).isInstanceOf(Decision.Refuse.class);
        return ((Decision.Refuse) decision).reason();
    }

    private static SinkInventory listed(MemorySink sink, CatalogEntry... entries) {
        return SinkInventory.listed(sink, List.of(entries));
    }

    private static CatalogEntry authenticated(MemorySink sink, BackupHeader header) {
        return new CatalogEntry.Authenticated(sink, StoredBackup.at(header.id().value(), Hint.of(header, 100)), header);
    }

    private static CatalogEntry unreadable(MemorySink sink, @Nullable Hint hint, UnreadableBackupException why) {
        return new CatalogEntry.Unreadable(sink, StoredBackup.at("there", hint), why);
    }

    private static Hint hint(long epoch, long sequence) {
        return new Hint(id(), epoch, sequence, 100, Instant.EPOCH);
    }

    private static BackupHeader header(long epoch, long sequence) {
        return header(epoch, sequence, Instant.EPOCH);
    }

    private static BackupHeader header(long epoch, long sequence, Instant createdAt) {
        return BackupHeader.builder("blockchain", id(), new BackupVersion(epoch, sequence))
                .name("name")
                .createdAt(createdAt)
                .reason("MANUAL")
                .instance("test")
                .build();
    }

    private static BackupHeader withChoice(BackupHeader header, String choice) {
        return header.toBuilder()
                .choices(List.of(new Choice(choice, header.version())))
                .build();
    }

    private static int ids;

    private static BackupId id() {
        return new BackupId(String.format("%032x", ++ids));
    }
}
