package io.gracefulbackup.internal.restore;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gracefulbackup.BackupHeader;
import io.gracefulbackup.BackupId;
import io.gracefulbackup.RestoreRefusedException;
import io.gracefulbackup.RestoreReport.Outcome;
import io.gracefulbackup.internal.fixtures.App;
import io.gracefulbackup.internal.fixtures.MemorySink;
import io.gracefulbackup.spi.StoredBackup.Hint;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a start makes of what the sinks hold. */
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
        App.saveEach(sink, "one", "two");
        try (App app = App.start(sink)) {
            assertThat(app.state).isEqualTo("two");
            assertThat(app.backup().restoreReport().sink()).contains("memory");
        }
    }

    @Test
    void numbersTheNextBackupAndNamesItsAncestors() {
        App.saveEach(sink, "one", "two");
        BackupHeader before = App.newest(sink);
        try (App app = App.start(sink)) {
            app.save("three");
        }
        BackupHeader after = App.newest(sink);
        assertThat(after.epoch()).isEqualTo(before.epoch());
        assertThat(after.sequence()).isEqualTo(before.sequence() + 1);
        assertThat(after.parent()).contains(before.id());
        assertThat(after.ancestors()).startsWith(before.id()).hasSize(2);
    }

    @Test
    void fallsBackPastADamagedNewestOnANewEpoch() {
        List<BackupId> ids = App.saveEach(sink, "one", "two");
        sink.damage(ids.get(1));
        try (App app = App.start(sink)) {
            assertThat(app.state).isEqualTo("one");
            assertThat(app.backup().restoreReport().explanation()).anyMatch(line -> line.contains("damaged"));
            app.save("three");
        }
        BackupHeader after = App.newest(sink);
        assertThat(after.epoch()).isEqualTo(2);
        assertThat(after.sequence()).as("above every authenticated header").isEqualTo(2);
        assertThat(sink.bytes).containsKey(ids.get(1).value());
    }

    @Test
    void takesTheOtherCopyOfADamagedBackup() {
        List<BackupId> ids = new ArrayList<>();
        try (App app = App.start(sink, other)) {
            ids.add(app.save("one").id().orElseThrow());
        }
        sink.damage(ids.get(0));
        try (App app = App.start(sink, other)) {
            assertThat(app.state).isEqualTo("one");
            assertThat(app.backup().restoreReport().sink()).contains("other");
            app.save("two");
        }
        assertThat(App.newest(sink).epoch()).isEqualTo(1);
    }

    @Test
    void refusesWhenEverythingIsDamagedAndTouchesNothing() {
        List<BackupId> ids = App.saveEach(sink, "one");
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
    void oneBadAnswerOfAGatewayIsNoDamage() {
        List<BackupId> ids = App.saveEach(sink, "one", "two");
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
            assertThat(app.backup().restoreReport().sink()).contains("other");
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
    void isInstalledOnceInAProcess() {
        try (App app = App.start(sink)) {
            assertThatThrownBy(() -> App.start(other)).hasMessageContaining("installed already");
            assertThat(app.save("one").isStored()).isTrue();
        }
        App.start(other).close();
    }

    @Test
    void hintsThatLieChangeNothing() {
        App.saveEach(sink, "one", "two", "three", "four", "five", "six");
        sink.lie = hint -> new Hint(hint.id(), 100 - hint.epoch(), 100 - hint.sequence(), 1, Instant.EPOCH);
        try (App app = App.start(sink)) {
            assertThat(app.state).isEqualTo("six");
        }
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
}
