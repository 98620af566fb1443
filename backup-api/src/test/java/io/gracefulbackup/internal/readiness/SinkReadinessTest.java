package io.gracefulbackup.internal.readiness;

import static org.assertj.core.api.Assertions.assertThat;

import io.gracefulbackup.BackupListener;
import io.gracefulbackup.BackupStatus.State;
import io.gracefulbackup.ReadinessFinding;
import io.gracefulbackup.internal.fixtures.MemorySink;
import io.gracefulbackup.internal.readiness.SinkReadiness.Sinks;
import io.gracefulbackup.internal.report.Listeners;
import io.gracefulbackup.internal.report.OperatorLog;
import io.gracefulbackup.internal.report.StatusTracker;
import io.gracefulbackup.internal.support.Threads;
import io.gracefulbackup.spi.BackupSink;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Sinks that could not store at the start are asked again, and only changes are said. */
@Timeout(60)
class SinkReadinessTest {
    private static final Duration SOON = Duration.ofMillis(5);

    private final List<String> lines = new CopyOnWriteArrayList<>();
    private final LinkedBlockingQueue<List<ReadinessFinding>> told = new LinkedBlockingQueue<>();
    private final OperatorLog log = new OperatorLog(line -> {
        lines.add(line);
        return line;
    });
    private final Threads threads = new Threads(getClass().getClassLoader());
    private final StatusTracker status = new StatusTracker(new Listeners(
            List.of(new BackupListener() {
                @Override
                public void onFindings(List<ReadinessFinding> findings) {
                    told.add(findings);
                }
            }),
            log,
            getClass().getClassLoader()));
    private final MemorySink disk = new MemorySink("disk");
    private final MemorySink database = new MemorySink("database");
    private SinkReadiness readiness;

    private SinkReadiness settled(BackupSink... sinks) throws InterruptedException {
        readiness = new SinkReadiness(
                new Sinks(List.of(sinks), Map.of(), false), new Findings(status), SOON, log, line -> line, threads);
        readiness.settle(true);
        return readiness;
    }

    @AfterEach
    void stop() {
        if (readiness != null) {
            readiness.stop();
        }
        log.close();
    }

    private List<ReadinessFinding> nextTold() throws InterruptedException {
        return told.poll(20, TimeUnit.SECONDS);
    }

    private List<String> linesWith(String sign) {
        log.flush(Duration.ofSeconds(5));
        return lines.stream().filter(line -> line.contains(sign)).toList();
    }

    private static void fail(String why) throws IOException {
        throw new IOException(why);
    }

    @Test
    void saysWhenASinkCanStoreAgain() throws InterruptedException {
        AtomicInteger asked = new AtomicInteger();
        disk.probe = () -> {
            if (asked.incrementAndGet() < 4) {
                fail("disk full");
            }
        };

        settled(disk, database);

        assertThat(nextTold()).hasSize(1);
        assertThat(nextTold()).isEmpty();
        assertThat(linesWith("❌")).singleElement().asString().contains("disk cannot store backups: disk full");
        assertThat(linesWith("✅")).singleElement().asString().contains("disk can store backups again");
        assertThat(status.status(0).findings()).isEmpty();
        assertThat(status.status(0).state()).isEqualTo(State.PREPARED);
    }

    @Test
    void repeatsNothing() throws InterruptedException {
        CountDownLatch oftenEnough = new CountDownLatch(10);
        disk.probe = () -> {
            oftenEnough.countDown();
            fail("only " + oftenEnough.getCount() + " bytes are free");
        };

        settled(disk);
        assertThat(oftenEnough.await(20, TimeUnit.SECONDS)).isTrue();

        assertThat(linesWith("❌")).hasSize(1);
        assertThat(nextTold()).hasSize(1);
        assertThat(told).isEmpty();
    }

    @Test
    void saysWhenTheReasonHasChanged() throws InterruptedException {
        AtomicInteger asked = new AtomicInteger();
        disk.probe = () -> fail(asked.incrementAndGet() < 3 ? "connection refused" : "wrong password");

        settled(disk);

        assertThat(nextTold())
                .first()
                .extracting(ReadinessFinding::message)
                .asString()
                .contains("refused");
        assertThat(nextTold())
                .singleElement()
                .extracting(ReadinessFinding::message)
                .asString()
                .contains("wrong password");
        assertThat(linesWith("❌")).hasSize(2);
        assertThat(linesWith("again:")).isEmpty();
        assertThat(linesWith("✅")).isEmpty();
    }

    @Test
    void asksNobodyOnceItIsStopped() throws InterruptedException {
        CountDownLatch watched = new CountDownLatch(3);
        disk.probe = () -> {
            watched.countDown();
            fail("disk full");
        };
        SinkReadiness running = settled(disk);
        assertThat(watched.await(20, TimeUnit.SECONDS)).isTrue();

        running.stop();

        assertThat(ended("graceful-backup-sink-watch")).isTrue();
    }

    /** Waits until no thread of this name is left. */
    private static boolean ended(String name) throws InterruptedException {
        Optional<Thread> running = Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals(name))
                .findFirst();
        if (running.isPresent()) {
            running.get().join(20_000);
        }
        return running.isEmpty() || !running.get().isAlive();
    }

    @Test
    void asksNoSinkAgainThatCanStore() throws InterruptedException {
        AtomicInteger asked = new AtomicInteger();
        CountDownLatch watched = new CountDownLatch(5);
        database.probe = asked::incrementAndGet;
        disk.probe = () -> {
            watched.countDown();
            fail("disk full");
        };

        settled(disk, database);
        assertThat(watched.await(20, TimeUnit.SECONDS)).isTrue();

        assertThat(asked).hasValue(1);
    }

    @Test
    void aSinkThatHangsHasFailedAtItsDeadlineAndDelaysNobodyElse() throws InterruptedException {
        CountDownLatch never = new CountDownLatch(1);
        disk.probe = () -> {
            try {
                never.await();
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
        };

        SinkProbes probes = SinkProbes.start(List.of(disk, database), Duration.ofMillis(200), threads);

        assertThat(probes.await())
                .satisfiesExactly(
                        answer -> assertThat(answer.why())
                                .hasValueSatisfying(why -> assertThat(why).startsWith("it did not answer within")),
                        answer -> assertThat(answer.why()).isEmpty());
    }

    @Test
    void aSinkCountsAsFailedIfTheJvmCanCreateNoThread() throws InterruptedException {
        Threads none = new Threads(getClass().getClassLoader(), thread -> {
            throw new OutOfMemoryError("unable to create native thread");
        });

        assertThat(SinkProbes.start(List.of(disk), SOON, none).await())
                .singleElement()
                .satisfies(answer -> assertThat(answer.why()).isPresent());
    }
}
