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
import io.gracefulbackup.internal.fixtures.MemorySink;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
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
    void refusesASectionThatNobodyClaims() {
        App.saveEach(sink, "one");
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
    void aStateThatIsNoJsonIsNotQuoted() {
        saveOnce(text("people", () -> "{\"pan\": 1234-SECRET}", state -> {}));
        StateSource people = StateSource.json("people", String.class, () -> "", state -> {});
        assertThatThrownBy(() -> App.builder(sink).source(people).install())
                .isInstanceOf(RestoreRefusedException.class)
                .hasMessageContaining("people")
                .hasStackTraceContaining("at byte")
                .satisfies(refused -> assertThat(stackTraceOf(refused)).doesNotContain("1234-SECRET"));
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
