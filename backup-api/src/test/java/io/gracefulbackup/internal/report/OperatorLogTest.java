package io.gracefulbackup.internal.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.gracefulbackup.Deadline;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class OperatorLogTest {
    private static final Deadline LONG = Deadline.after(Duration.ofMinutes(1));

    private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
    private final BlockingQueue<Thread> writers = new LinkedBlockingQueue<>();

    private String note(String line) {
        writers.add(Thread.currentThread());
        lines.add(line);
        return line;
    }

    private String next() throws InterruptedException {
        return String.valueOf(lines.poll(20, TimeUnit.SECONDS));
    }

    @Test
    void writesLinesInOrderOnAThreadOfItsOwn() throws Exception {
        OperatorLog log = new OperatorLog(this::note);

        log.info("one");
        log.error("two");
        log.debug("three");
        log.flush(LONG);

        assertThat(lines).containsExactly("one", "two", "three");
        assertThat(writers).doesNotContain(Thread.currentThread());
        log.close();
    }

    @Test
    void leavesNoThreadBehind() throws Exception {
        OperatorLog log = new OperatorLog(this::note);
        log.info("before");
        log.close();
        log.close();

        assertThat(next()).isEqualTo("before");
        Thread writer = writers.take();
        writer.join(20_000);
        assertThat(writer.isAlive()).isFalse();
    }

    @Test
    void writesEveryLineThatWasLoggedBeforeItWasClosed() throws Exception {
        CountDownLatch mayWrite = new CountDownLatch(1);
        OperatorLog log = new OperatorLog(line -> {
            try {
                mayWrite.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return note(line);
        });
        log.info("one");
        log.info("two");
        log.close();
        mayWrite.countDown();

        assertThat(next()).isEqualTo("one");
        assertThat(next()).isEqualTo("two");
    }

    @Test
    void writesALateLineOnTheThreadThatLogsIt() {
        OperatorLog log = new OperatorLog(this::note);
        log.close();

        log.warn("late");
        log.flush(LONG);

        assertThat(lines).containsExactly("late");
        assertThat(writers).containsExactly(Thread.currentThread());
    }

    @Test
    void writesOnTheThreadThatLogsIfThereIsNoOther() {
        OperatorLog log = new OperatorLog(this::note, thread -> {
            throw new OutOfMemoryError("unable to create native thread");
        });

        log.info("alone");
        log.flush(LONG);

        assertThat(lines).containsExactly("alone");
        assertThat(writers).containsExactly(Thread.currentThread());
    }

    @Test
    void aBackendThatThrowsDoesNotStopTheLog() throws Exception {
        OperatorLog log = new OperatorLog(line -> {
            if (line.equals("bad")) {
                throw new NoClassDefFoundError("in the backend");
            }
            return note(line);
        });

        log.info("bad");
        log.info("good");

        assertThat(next()).isEqualTo("good");
        log.close();
    }
}
