package io.gracefulbackup.internal.restore;

import static io.gracefulbackup.internal.fixtures.App.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gracefulbackup.BackupException;
import io.gracefulbackup.BackupHeader;
import io.gracefulbackup.BackupId;
import io.gracefulbackup.BackupReport;
import io.gracefulbackup.NotAcknowledgedException;
import io.gracefulbackup.RestoreRefusedException;
import io.gracefulbackup.RestoreReport;
import io.gracefulbackup.StateSource;
import io.gracefulbackup.internal.fixtures.App;
import io.gracefulbackup.internal.fixtures.Headers;
import io.gracefulbackup.internal.fixtures.MemorySink;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Restoring into a running application. */
@Timeout(60)
class LiveRestoreTest {
    private final MemorySink sink = new MemorySink("memory");
    private volatile boolean rejects;

    @Test
    void bringsTheOldStateBack() {
        try (App app = App.start(sink)) {
            BackupId old = app.save("old").id().orElseThrow();
            app.save("new");
            RestoreReport report = app.backup().restore(old);
            assertThat(app.state).isEqualTo("old");
            assertThat(report.restored().orElseThrow().id()).isEqualTo(old);
            assertThat(app.backup().restoreReport()).isEqualTo(report);
        }
    }

    @Test
    void savesThePresentStateFirst() {
        try (App app = App.start(sink)) {
            BackupId old = app.save("old").id().orElseThrow();
            app.state = "never saved";
            app.backup().restore(old);
            BackupId saved = named("Pre-restore backup");
            app.backup().restore(saved);
            assertThat(app.state).isEqualTo("never saved");
        }
    }

    @Test
    void staysMadeAfterTheNextStart() {
        BackupId old;
        try (App app = App.start(sink)) {
            old = app.save("old").id().orElseThrow();
            app.save("new");
            app.backup().restore(old);
        }
        try (App again = App.start(sink)) {
            assertThat(again.state).isEqualTo("old");
            BackupHeader newest = again.backup().restoreReport().restored().orElseThrow();
            assertThat(newest.parent()).contains(old);
            assertThat(newest.epoch()).isEqualTo(2);
            assertThat(newest.sequence())
                    .as("above that of the pre-restore backup")
                    .isEqualTo(4);
            assertThat(newest.reason()).isEqualTo("AFTER_RESTORE");
            assertThat(again.backup().restoreReport().explanation())
                    .as("what was left behind on purpose is no fork to warn of")
                    .noneMatch(line -> line.contains("another line"));
        }
    }

    @Test
    void putsThePresentStateBackWhenASourceFails() {
        StateSource second = StateSource.of("second", out -> out.write(1), in -> {
            if (rejects && in.read() == 1) {
                rejects = false;
                throw new IOException("torn");
            }
        });
        try (App app = App.start(builder -> builder.source(second), sink)) {
            BackupId old = app.save("old").id().orElseThrow();
            app.save("new");
            rejects = true;
            assertThatThrownBy(() -> app.backup().restore(old))
                    .isInstanceOf(BackupException.class)
                    .hasMessageContainingAll("torn", "The state from before is back");
            assertThat(app.state).isEqualTo("new");
            assertThat(app.save("newer").isStored()).isTrue();
        }
    }

    @Test
    void savesNothingMoreWhenThePresentStateCannotBePutBack() {
        StateSource second = StateSource.of("second", out -> out.write(1), in -> {
            if (rejects) {
                throw new IOException("torn");
            }
        });
        try (App app = App.start(builder -> builder.source(second), sink)) {
            BackupId old = app.save("old").id().orElseThrow();
            rejects = true;
            assertThatThrownBy(() -> app.backup().restore(old)).hasMessageContaining("what is in memory is neither");
            int before = sink.bytes.size();
            BackupReport report = app.save("torn state");
            assertThat(report.failure().orElseThrow())
                    .contains(
                            "what is in memory is neither",
                            named("Pre-restore backup").value());
            assertThat(sink.bytes).hasSize(before);
        }
    }

    @Test
    void changesNothingWhenThePresentStateCannotBeSaved() {
        try (App app = App.start(sink)) {
            BackupId old = app.save("old").id().orElseThrow();
            app.state = "new";
            sink.store = () -> {
                throw new IOException("disk full");
            };
            assertThatThrownBy(() -> app.backup().restore(old))
                    .isInstanceOf(BackupException.class)
                    .hasMessageContaining("nothing has changed");
            assertThat(app.state).isEqualTo("new");
            assertThat(app.backup().<Integer, RuntimeException>write(() -> 1)).isEqualTo(1);
        }
    }

    @Test
    void namesTheBackupsThatThereAre() {
        try (App app = App.start(sink)) {
            BackupId there = app.save("old").id().orElseThrow();
            assertThatThrownBy(() -> app.backup().restore(new BackupId("0".repeat(32))))
                    .isInstanceOf(BackupException.class)
                    .hasMessageContainingAll("nothing has changed", there.value());
        }
    }

    @Test
    void aDamagedBackupChangesNothing() {
        try (App app = App.start(sink)) {
            BackupId old = app.save("old").id().orElseThrow();
            app.save("new");
            sink.damage(old);
            assertThatThrownBy(() -> app.backup().restore(old)).hasMessageContaining("nothing has changed");
            assertThat(app.state).isEqualTo("new");
        }
    }

    @Test
    void takesTheOtherCopyOfADamagedBackup() {
        MemorySink other = new MemorySink("other");
        try (App app = App.start(sink, other)) {
            BackupId old = app.save("old").id().orElseThrow();
            app.save("new");
            sink.damage(old);
            assertThat(app.backup().restore(old).sink()).contains("other");
            assertThat(app.state).isEqualTo("old");
        }
    }

    @Test
    void refusesASectionOfANewerVersion() {
        BackupId newer;
        try (App app = App.start(builder -> builder.source(versioned(2)), sink)) {
            newer = app.save("old").id().orElseThrow();
        }
        MemorySink copy = new MemorySink("copy");
        try (App app = App.start(builder -> builder.source(versioned(1)), copy)) {
            app.save("new");
            copy.bytes.putAll(sink.bytes);
            copy.hints.putAll(sink.hints);
            assertThatThrownBy(() -> app.backup().restore(newer)).isInstanceOf(RestoreRefusedException.class);
            assertThat(app.state).isEqualTo("new");
        }
    }

    @Test
    void acknowledgesNothingMeanwhile() throws Exception {
        CountDownLatch reading = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        StateSource slow = StateSource.of("slow", out -> {}, in -> {
            if (rejects) {
                reading.countDown();
                await(goOn);
            }
        });
        try (App app = App.start(builder -> builder.source(slow), sink)) {
            BackupId old = app.save("old").id().orElseThrow();
            rejects = true;
            FutureTask<RestoreReport> restore =
                    new FutureTask<>(() -> app.backup().restore(old));
            new Thread(restore).start();
            assertThat(reading.await(20, TimeUnit.SECONDS)).isTrue();
            assertThatThrownBy(() -> app.backup().write(() -> {})).isInstanceOf(NotAcknowledgedException.class);
            goOn.countDown();
            restore.get(20, TimeUnit.SECONDS);
            app.backup().write(() -> {});
        }
    }

    private static StateSource versioned(int version) {
        StateSource plain = text("versioned", () -> "x", read -> {});
        return new StateSource() {
            @Override
            public String name() {
                return plain.name();
            }

            @Override
            public int version() {
                return version;
            }

            @Override
            public void writeTo(OutputStream out) throws IOException {
                plain.writeTo(out);
            }

            @Override
            public void readFrom(InputStream in, int written) throws IOException {
                plain.readFrom(in, written);
            }
        };
    }

    private BackupId named(String name) {
        List<BackupId> found = Headers.of(sink).stream()
                .filter(header -> header.name().startsWith(name))
                .map(BackupHeader::id)
                .toList();
        return found.get(0);
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await(20, TimeUnit.SECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
