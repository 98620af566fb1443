package io.gracefulbackup.internal.restore;

import static io.gracefulbackup.internal.fixtures.App.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gracefulbackup.BackupId;
import io.gracefulbackup.BackupRejectedException;
import io.gracefulbackup.GracefulShutdown;
import io.gracefulbackup.RestoreRefusedException;
import io.gracefulbackup.StateSource;
import io.gracefulbackup.internal.fixtures.App;
import io.gracefulbackup.internal.fixtures.Cell;
import io.gracefulbackup.internal.fixtures.JsonCell;
import io.gracefulbackup.internal.fixtures.MemorySink;
import io.gracefulbackup.internal.fixtures.SealedBackups;
import io.gracefulbackup.internal.format.BackupReader;
import io.gracefulbackup.internal.report.OperatorLog;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a start hands to the sources, and what it makes of their failures. */
@Timeout(60)
class SourceBinderTest {
    private final MemorySink sink = new MemorySink("memory");

    @Test
    void fallsBackWhenASourceRejectsTheState() {
        App.saveEach(sink, "good", "bad");
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
        App.saveEach(sink, "one", "two");
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
        List<BackupId> ids = App.saveEach(sink, "one");
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
    void aRefusalOfASourceStandsAsItIs() {
        App.saveEach(sink, "one");

        assertThatThrownBy(() -> App.builder(sink)
                        .source(text("text", () -> "", read -> {
                            throw new RestoreRefusedException(
                                    "the section \"text\" is too old; set BACKUP_START=empty");
                        }))
                        .install())
                .isInstanceOf(RestoreRefusedException.class)
                .hasMessageStartingWith("Refusing to start: the section \"text\" is too old; set BACKUP_START=empty.");
    }

    @Test
    void refusesASectionThatNobodyClaims() {
        App.saveEach(sink, "one");
        StateSource renamed = text("renamed", () -> "", state -> {});
        assertThatThrownBy(() -> App.builder(sink).source(renamed).install())
                .isInstanceOf(RestoreRefusedException.class)
                .hasMessageContaining("ignoreSection(\"text\")");
        App.builder(sink).source(renamed).ignoreSection("text").install().uninstall();
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
    void aStateThatIsNoJsonIsNotQuoted() {
        saveOnce(text("people", () -> "{\"pan\": 1234-SECRET}", state -> {}));
        StateSource people = StateSource.json("people", String.class, () -> "", state -> {});
        assertThatThrownBy(() -> App.builder(sink).source(people).install())
                .isInstanceOf(RestoreRefusedException.class)
                .hasMessageContaining("people")
                .hasStackTraceContaining("at byte")
                .satisfies(refused -> assertThat(stackTraceOf(refused)).doesNotContain("1234-SECRET"));
    }

    // ---- several restores in one process

    private final List<String> lines = new CopyOnWriteArrayList<>();
    private final OperatorLog log = new OperatorLog(line -> {
        lines.add(line);
        return line;
    });
    private final Cell plain = new Cell("text");
    private final Cell extra = new Cell("extra");

    @AfterEach
    void closeLog() {
        log.close();
    }

    @Test
    void leavesASourceWithoutASectionAloneAtTheFirstRestoreAndSaysSo() throws Exception {
        SourceBinder binder = binder(plain, extra);
        Backup backup = backup();

        binder.check(backup.contents);
        binder.apply(backup.contents, backup.pass());

        log.flush(Duration.ofSeconds(10));
        assertThat(plain.value).isEqualTo("state");
        assertThat(lines)
                .anyMatch(line -> line.contains("\"extra\"") && line.contains("as the application constructed"));
    }

    @Test
    void refusesALaterRestoreThatWouldHaveToEmptyASourceThatCannotBeEmptied() throws Exception {
        SourceBinder binder = binder(plain, extra);
        Backup backup = backup();
        binder.apply(backup.contents, backup.pass());

        assertThatThrownBy(() -> binder.check(backup.contents))
                .isInstanceOf(RestoreRefusedException.class)
                .hasMessageContainingAll("\"extra\"", "startEmpty")
                .hasMessageNotContaining("Refusing to start");
    }

    @Test
    void emptiesASourceAtALaterRestore() throws Exception {
        Cell emptiable = extra.thatCanBeEmptied();
        SourceBinder binder = binder(plain, emptiable);
        Backup backup = backup();
        binder.apply(backup.contents, backup.pass());
        emptiable.value = "changed since";

        binder.check(backup.contents);
        binder.apply(backup.contents, backup.pass());

        log.flush(Duration.ofSeconds(10));
        assertThat(emptiable.value).isEmpty();
        assertThat(lines).anyMatch(line -> line.contains("\"extra\"") && line.contains("emptied"));
    }

    @Test
    void refusesALaterEmptyStartOverAStateThatCannotBeEmptied() {
        SourceBinder binder = binder(plain);
        binder.startEmpty();

        assertThatThrownBy(binder::startEmpty)
                .isInstanceOf(RestoreRefusedException.class)
                .hasMessageContaining("\"text\"");
    }

    @Test
    void letsEverySourceLookAtItsStateOnceBeforeAnyIsChanged() throws Exception {
        List<String> calls = new ArrayList<>();
        Cell watching = new Cell("extra") {
            @Override
            public void beforeFirstRestore() {
                calls.add("before, text is \"" + plain.value + "\"");
            }

            @Override
            public void startEmpty() {
                calls.add("emptied");
            }
        };
        SourceBinder binder = binder(plain, watching);
        Backup backup = backup();

        binder.apply(backup.contents, backup.pass());
        binder.apply(backup.contents, backup.pass());

        assertThat(calls).containsExactly("before, text is \"\"", "emptied");
    }

    @Test
    void aSourceThatFailsToLookAtItsStateRefusesTheStart() {
        Cell broken = new Cell("extra") {
            @Override
            public void beforeFirstRestore() {
                throw new IllegalStateException("not yet");
            }
        };

        assertThatThrownBy(() -> App.builder(sink).source(broken).install())
                .isInstanceOf(RestoreRefusedException.class)
                .hasMessageContainingAll("Refusing to start", "\"extra\"", "not yet");
    }

    @Test
    void logsWhatASourceHasToSayAfterARead() throws Exception {
        JsonCell json = new JsonCell("text", "state");
        json.notices.add("the backup lacks the property \"sum\"");
        SourceBinder binder = binder(json);
        Backup backup = backup();

        binder.apply(backup.contents, backup.pass());
        binder.apply(backup.contents, backup.pass());

        log.flush(Duration.ofSeconds(10));
        assertThat(lines).containsOnlyOnce("⚠️ \"text\": the backup lacks the property \"sum\"");
    }

    private SourceBinder binder(StateSource... sources) {
        return new SourceBinder(List.of(sources), Set.of(), Map.of(), log, line -> line);
    }

    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Backup(byte[] sealed, BackupReader.Contents contents) {
        SourceBinder.Pass pass() {
            return handler -> SealedBackups.reader().restore(new ByteArrayInputStream(sealed), contents, handler);
        }
    }

    /** A backup with the one section "text". */
    private static Backup backup() throws IOException {
        MemorySink stored = new MemorySink("stored");
        SealedBackups.store(stored, 1, 1);
        byte[] sealed = stored.bytes.values().iterator().next();
        return new Backup(sealed, SealedBackups.reader().verify(new ByteArrayInputStream(sealed)));
    }

    private void saveOnce(StateSource source) {
        GracefulShutdown backup = App.builder(sink).source(source).install();
        backup.backupNow("once");
        backup.uninstall();
    }

    private static String stackTraceOf(Throwable failure) {
        StringWriter text = new StringWriter();
        failure.printStackTrace(new PrintWriter(text));
        return text.toString();
    }
}
