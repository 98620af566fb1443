package io.gracefulbackup.internal.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.gracefulbackup.internal.support.Threads;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class StartProgressTest {
    private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
    private final Threads threads = new Threads(StartProgressTest.class.getClassLoader());

    private String next() throws InterruptedException {
        return String.valueOf(lines.poll(20, TimeUnit.SECONDS));
    }

    @Test
    void saysAtGrowingIntervalsWhatASlowStartIsDoing() throws Exception {
        StartProgress progress = new StartProgress(lines::add, Duration.ofMillis(20));
        AtomicInteger received = new AtomicInteger();
        progress.step(() -> "received " + received.incrementAndGet());

        Runnable ended = progress.begin(threads);
        assertThat(next()).isEqualTo("⏳ Starting, after 0 s: received 1");
        assertThat(next()).endsWith("received 2");
        progress.step("the source \"x\" reads");
        assertThat(next()).endsWith(": the source \"x\" reads");
        ended.run();
    }

    @Test
    void saysNothingAboutAQuickStartAndEndsItsThread() throws Exception {
        AtomicReference<Thread> watcher = new AtomicReference<>();
        Threads watched = new Threads(StartProgressTest.class.getClassLoader(), thread -> {
            watcher.set(thread);
            thread.start();
        });

        new StartProgress(lines::add, Duration.ofMinutes(1)).begin(watched).run();

        watcher.get().join(20_000);
        assertThat(watcher.get().isAlive()).isFalse();
        assertThat(lines).isEmpty();
    }

    @Test
    void aStartGoesOnWithoutAThreadForIt() {
        Threads none = new Threads(StartProgressTest.class.getClassLoader(), thread -> {
            throw new OutOfMemoryError("unable to create native thread");
        });

        new StartProgress(lines::add, Duration.ZERO).begin(none).run();

        assertThat(lines).isEmpty();
    }
}
