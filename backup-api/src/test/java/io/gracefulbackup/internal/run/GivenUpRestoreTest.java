package io.gracefulbackup.internal.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gracefulbackup.BackupId;
import io.gracefulbackup.RestoreReport;
import io.gracefulbackup.StateSource;
import io.gracefulbackup.internal.fixtures.App;
import io.gracefulbackup.internal.fixtures.MemorySink;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A live restore whose caller waits no longer. */
@Timeout(60)
class GivenUpRestoreTest {
    private final MemorySink sink = new MemorySink("memory");
    private final CountDownLatch reached = new CountDownLatch(1);
    private final CountDownLatch goOn = new CountDownLatch(1);

    private void pause() {
        reached.countDown();
        boolean isInterrupted = false;
        while (true) {
            try {
                goOn.await();
                break;
            } catch (InterruptedException e) {
                isInterrupted = true;
            }
        }
        if (isInterrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void interruptTheCallerOf(FutureTask<RestoreReport> restore) throws InterruptedException {
        Thread caller = new Thread(restore);
        caller.setDaemon(true);
        caller.start();
        assertThat(reached.await(20, TimeUnit.SECONDS)).isTrue();
        caller.interrupt();
    }

    @Test
    void changesNothingIfTheSourcesHaveNotBegun() throws Exception {
        BackupId old = App.saveEach(sink, "old").get(0);
        try (App app = App.start(sink)) {
            app.save("present");
            sink.open = this::pause;
            FutureTask<RestoreReport> restore =
                    new FutureTask<>(() -> app.backup().restore(old));

            interruptTheCallerOf(restore);

            assertThatThrownBy(restore::get)
                    .cause()
                    .hasMessageStartingWith("Interrupted while waiting. ")
                    .hasMessageEndingWith(" is cancelled, and changes nothing");
            sink.open = () -> {};
            goOn.countDown();
            app.backup().backupNow("after");
            assertThat(app.state).isEqualTo("present");
            assertThat(app.backup().<Boolean, RuntimeException>write(() -> true))
                    .isTrue();
        }
    }

    @Test
    void goesOnIfTheSourcesHaveBegun() throws Exception {
        App.saveEach(sink, "old");
        boolean[] isLive = {false};
        StateSource slow = StateSource.of("slow", out -> out.write("x".getBytes(StandardCharsets.UTF_8)), in -> {
            if (isLive[0]) {
                pause();
            }
            in.readAllBytes();
        });
        BackupId both;
        try (App app = App.start(builder -> builder.source(slow), sink)) {
            assertThat(app.state).isEqualTo("old");
            both = app.save("both").id().orElseThrow();
            app.save("present");
            isLive[0] = true;
            FutureTask<RestoreReport> restore =
                    new FutureTask<>(() -> app.backup().restore(both));

            interruptTheCallerOf(restore);

            assertThatThrownBy(restore::get).cause().hasMessageEndingWith(" goes on");
            goOn.countDown();
            app.backup().backupNow("after");
            assertThat(app.state).isEqualTo("both");
        }
    }
}
