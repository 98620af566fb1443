package io.gracefulbackup.internal.restore;

import static io.gracefulbackup.internal.fixtures.App.text;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gracefulbackup.BackupHeader;
import io.gracefulbackup.BackupId;
import io.gracefulbackup.BackupRejectedException;
import io.gracefulbackup.Deadline;
import io.gracefulbackup.GracefulShutdown;
import io.gracefulbackup.RestoreRefusedException;
import io.gracefulbackup.RestoreReport.Outcome;
import io.gracefulbackup.StartPlan;
import io.gracefulbackup.StateSource;
import io.gracefulbackup.internal.fixtures.App;
import io.gracefulbackup.internal.fixtures.MemoryPointers;
import io.gracefulbackup.internal.fixtures.MemorySink;
import io.gracefulbackup.internal.format.BackupReader;
import io.gracefulbackup.internal.format.KeyRing;
import io.gracefulbackup.internal.install.PreviousKeyCheck;
import io.gracefulbackup.spi.PointerStore;
import io.gracefulbackup.spi.StoredBackup.Hint;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a start makes of what the sinks hold, through the public API. */
@Timeout(60)
class RestoreTest {
    private final MemorySink sink = new MemorySink("memory");
    private final MemorySink other = new MemorySink("other");

    @Test
    void startsEmptyWhereNothingIs() {
        try (App app = App.start(sink)) {
            assertThat(app.backup().restoreReport().outcome()).isEqualTo(Outcome.EMPTY);
            assertThat(app.toldEmpty).isTrue();
        }
    }

    @Test
    void restoresWhatWasSavedLast() {
        saved("one", "two");
        try (App app = App.start(sink)) {
            assertThat(app.state).isEqualTo("two");
            assertThat(app.backup().restoreReport().sink()).isEqualTo("memory");
        }
    }

    @Test
    void numbersTheNextBackupAndNamesItsAncestors() {
        saved("one", "two");
        BackupHeader before = restored();
        try (App app = App.start(sink)) {
            app.save("three");
        }
        BackupHeader after = restored();
        assertThat(after.epoch()).isEqualTo(before.epoch());
        assertThat(after.sequence()).isEqualTo(before.sequence() + 1);
        assertThat(after.parent()).isEqualTo(before.id());
        assertThat(after.ancestors()).startsWith(before.id()).hasSize(2);
    }

    @Test
    void fallsBackPastADamagedNewestOnANewEpoch() {
        List<BackupId> ids = saved("one", "two");
        sink.damage(ids.get(1));
        try (App app = App.start(sink)) {
            assertThat(app.state).isEqualTo("one");
            assertThat(app.backup().restoreReport().explanation()).anyMatch(line -> line.contains("damaged"));
            app.save("three");
        }
        BackupHeader after = restored();
        assertThat(after.epoch()).isEqualTo(2);
        assertThat(after.sequence()).as("above every authenticated header").isEqualTo(2);
        assertThat(sink.bytes).containsKey(ids.get(1).value());
    }

    @Test
    void takesTheOtherCopyOfADamagedBackup() {
        List<BackupId> ids = new ArrayList<>();
        try (App app = App.start(sink, other)) {
            ids.add(app.save("one").id());
        }
        sink.damage(ids.get(0));
        try (App app = App.start(sink, other)) {
            assertThat(app.state).isEqualTo("one");
            assertThat(app.backup().restoreReport().sink()).isEqualTo("other");
            app.save("two");
        }
        assertThat(restored().epoch()).isEqualTo(1);
    }

    @Test
    void refusesWhenEverythingIsDamagedAndTouchesNothing() {
        List<BackupId> ids = saved("one");
        sink.damage(ids.get(0));
        assertThatThrownBy(() -> App.start(sink))
                .isInstanceOf(RestoreRefusedException.class)
                .hasMessageContaining("BACKUP_START=empty");
        assertThat(sink.bytes).hasSize(1);
        assertThat(sink.deleted).isEmpty();
    }

    @Test
    void aFileOfZerosOrOfNothingIsDamageAndNotAnEmptyStart() {
        for (byte[] rest : List.of(new byte[0], new byte[8192])) {
            sink.bytes.put("rest", rest);
            assertThatThrownBy(() -> App.start(sink))
                    .isInstanceOf(RestoreRefusedException.class)
                    .hasMessageContaining("damaged");
        }
        sink.bytes.put(
                "rest",
                "some text that never was a backup of anything".repeat(9).getBytes(UTF_8));
        App.start(sink).close();
    }

    @Test
    void fallsBackWhenASourceRejectsTheState() {
        saved("good", "bad");
        List<String> read = new ArrayList<>();
        GracefulShutdown backup = App.builder(sink)
                .source(text("text", () -> "", state -> {
                    read.add(state);
                    if (state.equals("bad")) {
                        throw new BackupRejectedException("the chain is broken");
                    }
                }))
                .install();
        backup.uninstall();
        assertThat(read).containsExactly("bad", "good");
    }

    @Test
    void refusesWhenASourceFailsForAnyOtherReason() {
        saved("one", "two");
        assertThatThrownBy(() -> App.builder(sink)
                        .source(text("text", () -> "", state -> {
                            throw new IllegalStateException("no room");
                        }))
                        .install())
                .isInstanceOf(RestoreRefusedException.class)
                .hasMessageContainingAll("text", "no room");
    }

    @Test
    void noByteReachesASourceBeforeTheWholeBackupIsAuthenticated() {
        List<BackupId> ids = saved("one");
        byte[] held = sink.bytes.get(ids.get(0).value());
        held[held.length - 1] ^= 1;
        List<String> read = new ArrayList<>();
        assertThatThrownBy(() -> App.builder(sink)
                        .source(text("text", () -> "", read::add))
                        .install())
                .isInstanceOf(RestoreRefusedException.class);
        assertThat(read).isEmpty();
    }

    @Test
    void refusesASectionThatNobodyClaims() {
        saved("one");
        StateSource renamed = text("renamed", () -> "", state -> {});
        assertThatThrownBy(() -> App.builder(sink).source(renamed).install())
                .isInstanceOf(RestoreRefusedException.class)
                .hasMessageContaining("ignoreSection(\"text\")");
        App.builder(sink).source(renamed).ignoreSection("text").install().uninstall();
    }

    @Test
    void tellsASourceWithoutASectionThatItStartsEmpty() {
        saveOnce(text("older", () -> "x", state -> {}));
        try (App app = App.start(builder -> builder.source(text("older", () -> "x", state -> {})), sink)) {
            assertThat(app.toldEmpty).isTrue();
        }
    }

    @Test
    void givesBackTheVersionUnderWhichASectionWasWritten() {
        StateSource first = StateSource.of("text", 1, out -> out.write(1), (in, version) -> {});
        saveOnce(first);
        List<Integer> versions = new ArrayList<>();
        saveOnce(StateSource.of("text", 3, out -> out.write(3), (in, version) -> versions.add(version)));
        assertThat(versions).containsExactly(1);
        assertThatThrownBy(() -> App.builder(sink).source(first).install())
                .isInstanceOf(RestoreRefusedException.class)
                .hasMessageContainingAll("version 3", "up to version 1");
    }

    @Test
    void refusesAnotherKeyAndOpensWithThePreviousOne() {
        saved("one");
        assertThatThrownBy(() -> App.start(builder -> builder.setting("SECRET_KEY", "another-key-0123456789"), sink))
                .isInstanceOf(RestoreRefusedException.class)
                .hasMessageContainingAll("SECRET_KEY", "SECRET_KEY_PREVIOUS");
        try (App app = App.start(
                builder ->
                        builder.setting("SECRET_KEY", "another-key-0123456789").setting("SECRET_KEY_PREVIOUS", App.KEY),
                sink)) {
            assertThat(app.state).isEqualTo("one");
            app.save("two");
        }
        try (App app = App.start(builder -> builder.setting("SECRET_KEY", "another-key-0123456789"), sink)) {
            assertThat(app.state).isEqualTo("two");
        }
    }

    @Test
    void refusesToTakeAnUnreachableSinkForAnEmptyOne() {
        other.list = () -> {
            throw new IOException("connection refused");
        };
        assertThatThrownBy(() -> App.start(RestoreTest::impatient, sink, other))
                .isInstanceOf(RestoreRefusedException.class)
                .hasMessageContainingAll("other", "connection refused");
    }

    @Test
    void anErrorOrAHangOfASinkIsUnreachableToo() {
        other.list = () -> {
            throw new StackOverflowError();
        };
        assertThatThrownBy(() -> App.start(RestoreTest::impatient, sink, other))
                .isInstanceOf(RestoreRefusedException.class);
        other.list = () -> {
            try {
                Thread.currentThread().join();
            } catch (InterruptedException given) {
                throw new IOException("interrupted", given);
            }
        };
        assertThatThrownBy(() -> App.start(RestoreTest::impatient, sink, other))
                .isInstanceOf(RestoreRefusedException.class)
                .hasMessageContaining("did not answer in time");
    }

    @Test
    void asksASinkAgainThatCannotBeReachedAtFirst() {
        saved("one");
        int[] asked = {0};
        sink.list = () -> {
            if (asked[0]++ == 0) {
                throw new IOException("starting up");
            }
        };
        try (App app = App.start(builder -> builder, sink)) {
            assertThat(app.state).isEqualTo("one");
        }
    }

    @Test
    void asksASinkAgainThatIsUnreachableWhileAnotherHasAnOlderBackup() {
        try (App app = App.start(sink, other)) {
            app.save("old");
            sink.store = () -> {
                throw new IOException("disk full");
            };
            app.save("new");
        }
        int[] asked = {0};
        other.list = () -> {
            if (asked[0]++ < 2) {
                throw new IOException("starting up");
            }
        };
        try (App app = App.start(sink, other)) {
            assertThat(app.state).isEqualTo("new");
        }
    }

    @Test
    void oneBadAnswerOfAGatewayIsNoDamage() {
        List<BackupId> ids = saved("one", "two");
        byte[] good = sink.bytes.get(ids.get(1).value());
        int[] opened = {0};
        sink.open =
                () -> sink.bytes.put(ids.get(1).value(), opened[0]++ == 0 ? "<html>429</html>".getBytes(UTF_8) : good);
        try (App app = App.start(sink)) {
            assertThat(app.state).isEqualTo("two");
        }
    }

    @Test
    void takesTheOtherCopyWhenOneCannotBeRead() {
        try (App app = App.start(sink, other)) {
            app.save("one");
        }
        int[] opened = {0};
        sink.open = () -> {
            if (opened[0]++ > 0) {
                throw new IOException("gateway 504");
            }
        };
        try (App app = App.start(sink, other)) {
            assertThat(app.state).isEqualTo("one");
            assertThat(app.backup().restoreReport().sink()).isEqualTo("other");
        }
    }

    @Test
    void looksAtAllEntriesBeforeItFallsBackToAnotherSinksOlderOne() {
        try (App app = App.start(sink, other)) {
            app.save("oldest");
            other.store = () -> {
                throw new IOException("out of order");
            };
            for (int i = 1; i <= 4; i++) {
                app.save("state " + i);
            }
        }
        List<String> ids = List.copyOf(sink.bytes.keySet());
        for (String id : ids.subList(2, 5)) {
            byte[] held = sink.bytes.get(id);
            held[held.length - 1] ^= 1;
        }
        try (App app = App.start(sink, other)) {
            assertThat(app.state).isEqualTo("state 1");
        }
    }

    @Test
    void reportsHoldNoSecretsOfSinks() {
        saved("one");
        other.list = () -> {
            throw new IOException("password " + App.KEY + " refused");
        };
        try (App app = App.start(builder -> builder.setting("BACKUP_START_TIMEOUT", "8s"), sink, other)) {
            assertThat(app.backup().status().toString()).contains("***").doesNotContain(App.KEY);
        }
    }

    @Test
    void aStateThatIsNoJsonIsNotQuoted() {
        saveOnce(text("people", () -> "{\"pan\": 1234-SECRET}", state -> {}));
        StateSource people = StateSource.json("people", String.class, () -> "", state -> {});
        assertThatThrownBy(() -> App.builder(sink).source(people).install())
                .isInstanceOf(RestoreRefusedException.class)
                .hasMessageContaining("people")
                .hasStackTraceContaining("at byte")
                .satisfies(refused -> assertThat(stackTraceOf(refused)).doesNotContain("1234-SECRET"));
    }

    private static String stackTraceOf(Throwable failure) {
        StringWriter text = new StringWriter();
        failure.printStackTrace(new PrintWriter(text));
        return text.toString();
    }

    @Test
    void isInstalledOnceInAProcess() {
        try (App app = App.start(sink)) {
            assertThatThrownBy(() -> App.start(other)).hasMessageContaining("installed already");
            assertThat(app.save("one").isStored()).isTrue();
        }
        App.start(other).close();
    }

    @Test
    void hintsThatLieChangeNothing() {
        saved("one", "two", "three", "four", "five", "six");
        sink.lie = hint -> new Hint(hint.id(), 100 - hint.epoch(), 100 - hint.sequence(), 1, Instant.EPOCH);
        try (App app = App.start(sink)) {
            assertThat(app.state).isEqualTo("six");
        }
    }

    @Test
    void restoresTheChosenBackupOnceAndIgnoresTheChoiceWhenItWasSavedUpon() {
        List<BackupId> ids = saved("one", "two", "three");
        String chosen = ids.get(0).value();
        try (App app = App.start(builder -> builder.setting("BACKUP_RESTORE_ID", chosen), sink)) {
            assertThat(app.state).isEqualTo("one");
            app.save("four");
        }
        try (App app = App.start(builder -> builder.setting("BACKUP_RESTORE_ID", chosen), sink)) {
            assertThat(app.state).isEqualTo("four");
            assertThat(app.backup().restoreReport().explanation()).anyMatch(line -> line.contains("Unset it"));
        }
        assertThat(restored().epoch()).isEqualTo(2);
    }

    @Test
    void startsEmptyOnceWhenToldSo() {
        saved("one", "two");
        try (App app = App.start(builder -> builder.setting("BACKUP_START", "empty"), sink)) {
            assertThat(app.state).isEmpty();
            app.save("fresh");
        }
        try (App app = App.start(builder -> builder.setting("BACKUP_START", "empty"), sink)) {
            assertThat(app.state).isEqualTo("fresh");
            app.save("fresh and on");
        }
        try (App app = App.start(sink)) {
            assertThat(app.state).isEqualTo("fresh and on");
            app.save("later");
        }
        try (App app = App.start(builder -> builder.setting("BACKUP_START", "empty"), sink)) {
            assertThat(app.state)
                    .as("a new choice, after the old one was unset")
                    .isEmpty();
        }
        assertThat(sink.bytes).hasSize(5);
    }

    @Test
    void keepsAPointerToTheNewestAndRefusesAnOlderCopyByName() {
        MemoryPointers pointers = new MemoryPointers();
        BackupId newest;
        try (App app = App.start(builder -> builder.pointerStore(pointers), sink)) {
            app.save("one");
            newest = app.save("two").id();
        }
        assertThat(pointers.values).containsEntry(PointerStore.BACKUP_LATEST, "1.2." + newest);
        sink.bytes.remove(newest.value());
        assertThatThrownBy(() -> App.start(builder -> impatient(builder).pointerStore(pointers), sink))
                .isInstanceOf(RestoreRefusedException.class)
                .hasMessageContaining(newest.value());
        try (App app = App.start(builder -> builder.pointerStore(pointers).setting("BACKUP_START", "empty"), sink)) {
            app.save("three");
        }
        try (App app = App.start(builder -> builder.pointerStore(pointers).setting("BACKUP_START", "empty"), sink)) {
            assertThat(app.state).as("the choice lies above the missing backup").isEqualTo("three");
        }
    }

    @Test
    void aPointerIsKeptOnlyToWhatOutlivesTheInstance() {
        MemoryPointers pointers = new MemoryPointers();
        sink.durable = false;
        try (App app = App.start(builder -> builder.pointerStore(pointers).setting("BACKUP_START", "empty"), sink)) {
            app.save("one");
        }
        assertThat(pointers.values).isEmpty();
    }

    @Test
    void anotherApplicationsBackupIsNeverRestored() {
        try (App app = App.start(builder -> builder.application("carts"), sink)) {
            app.save("carts");
        }
        assertThatThrownBy(() -> App.start(sink))
                .isInstanceOf(RestoreRefusedException.class)
                .hasMessageContaining("BACKUP_APP");
        try (App app = App.start(builder -> builder.setting("BACKUP_START", "empty"), sink)) {
            app.save("blocks");
        }
        try (App app = App.start(sink)) {
            assertThat(app.state).isEqualTo("blocks");
        }
    }

    @Test
    void refusesAnEmptyStartWhenABackupIsRequired() {
        assertThatThrownBy(() -> App.start(builder -> builder.setting("BACKUP_START", "require"), sink))
                .isInstanceOf(RestoreRefusedException.class);
    }

    private static GracefulShutdown.Builder impatient(GracefulShutdown.Builder builder) {
        return builder.setting("BACKUP_START_TIMEOUT", "1s");
    }

    @Test
    void plansARestoreWithoutDoingIt() {
        try (App app = App.start(sink)) {
            app.save("state");
        }
        boolean[] touched = {false};
        StartPlan plan = App.builder(sink)
                .source(text("text", () -> "", read -> touched[0] = true))
                .plan();
        assertThat(plan.action()).isEqualTo(StartPlan.Action.RESTORE);
        assertThat(plan.backupToRestore().orElseThrow().name()).isEqualTo("save state");
        assertThat(plan.explanation()).contains("memory: 1 backup");
        assertThat(touched[0]).isFalse();
        assertThat(sink.bytes).hasSize(1);
        App.start(sink).close(); // No hook was armed, so nothing stands in the way of an installation.
    }

    @Test
    void plansARefusalWithItsReason() {
        sink.list = () -> {
            throw new IOException("down");
        };
        StartPlan plan = App.builder(sink)
                .setting("BACKUP_START_TIMEOUT", "1s")
                .source(text("text", () -> "", read -> {}))
                .plan();
        assertThat(plan.action()).isEqualTo(StartPlan.Action.REFUSE);
        assertThat(plan.reason()).contains("memory", "down");
    }

    @Test
    void refusesWhileOneSinkIsSilentIfAllAreRequired() {
        MemorySink silent = new MemorySink("silent");
        try (App app = App.start(sink, silent)) {
            app.save("state");
        }
        silent.list = () -> {
            throw new IOException("down");
        };
        assertThatThrownBy(() -> App.start(
                        builder -> builder.requireAllSinks().setting("BACKUP_START_TIMEOUT", "1s"), sink, silent))
                .isInstanceOf(RestoreRefusedException.class)
                .hasMessageContainingAll("silent is unreachable", "requireAllSinks()");
        try (App app = App.start(builder -> builder.setting("BACKUP_START_TIMEOUT", "1s"), sink, silent)) {
            assertThat(app.state).isEqualTo("state");
        }
    }

    @Test
    void tellsWhenThePreviousKeyIsNeededNoLonger() {
        MemorySink other = new MemorySink("other");
        try (App app = App.start(sink, other)) {
            app.save("state");
        }
        BackupReader reader = new BackupReader(
                new KeyRing(
                        "another-key-for-tests-0123456789".getBytes(StandardCharsets.UTF_8),
                        List.of(App.KEY.getBytes(StandardCharsets.UTF_8))),
                "blockchain");
        Deadline deadline = Deadline.after(Duration.ofSeconds(30));
        assertThat(new PreviousKeyCheck(reader).report(List.of(sink, other), deadline))
                .contains("1 in memory, 1 in other", "is needed until they are gone");
        sink.bytes.clear();
        other.list = () -> {
            throw new IOException("down");
        };
        assertThat(new PreviousKeyCheck(reader).report(List.of(sink, other), deadline))
                .contains("cannot be told", "other (", "down");
        other.list = () -> {};
        other.bytes.clear();
        assertThat(new PreviousKeyCheck(reader).report(List.of(sink, other), deadline))
                .contains("take it out");
    }

    @Test
    void sealsWithTheNewKeyAfterARestoreWithThePreviousOne() {
        try (App app = App.start(sink)) {
            app.save("state");
        }
        String key = "another-key-for-tests-0123456789";
        try (App app = App.start(
                builder -> builder.setting("SECRET_KEY", key).setting("SECRET_KEY_PREVIOUS", App.KEY), sink)) {
            app.save("newer");
        }
        try (App app = App.start(builder -> builder.setting("SECRET_KEY", key), sink)) {
            assertThat(app.state).isEqualTo("newer");
        }
    }

    private void saveOnce(StateSource source) {
        GracefulShutdown backup = App.builder(sink).source(source).install();
        backup.backupNow("once");
        backup.uninstall();
    }

    /** Saves these states, each in a life of its own. */
    private List<BackupId> saved(String... states) {
        List<BackupId> ids = new ArrayList<>();
        try (App app = App.start(sink)) {
            for (String state : states) {
                ids.add(app.save(state).id());
            }
        }
        return ids;
    }

    private BackupHeader restored() {
        try (App app = App.start(sink)) {
            return app.backup().restoreReport().restoredBackup().orElseThrow();
        }
    }
}
