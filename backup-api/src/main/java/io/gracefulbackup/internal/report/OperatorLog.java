package io.gracefulbackup.internal.report;

import io.gracefulbackup.Deadline;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the operator reads, in order. A thread of its own speaks to the logger, so that a logger that hangs holds
 * nothing up. Backends that stop in a shutdown hook of their own (or are not there) get every line of the exit on
 * standard error as well; with others a one-line summary goes there.
 */
public final class OperatorLog {
    private static final Logger LOG = LoggerFactory.getLogger("io.gracefulbackup");
    private static final List<String> MUTE_AT_EXIT =
            List.of("org.apache.logging.", "org.slf4j.jul.", "org.slf4j.helpers.");

    private final LinkedBlockingQueue<Runnable> lines = new LinkedBlockingQueue<>();
    private final UnaryOperator<String> redact;
    private volatile boolean exiting;
    private volatile boolean closed;

    public OperatorLog(UnaryOperator<String> redact) {
        this.redact = redact;
        Thread speaker = new Thread(this::speak, "graceful-backup-console");
        speaker.setDaemon(true);
        speaker.start();
    }

    public void info(String line) {
        say(List.of(line), LOG::info);
    }

    /** Lines that stay together. */
    public void info(List<String> block) {
        say(block, LOG::info);
    }

    public void warn(String line) {
        say(List.of(line), LOG::warn);
    }

    public void error(String line) {
        say(List.of(line), LOG::error);
    }

    public void debug(String line) {
        say(List.of(line), LOG::debug);
    }

    /** From now on the logging backend may stop at any time. */
    public void exitBegins() {
        exiting = true;
    }

    /** The last line of an exit. */
    public void summary(String line) {
        if (!isMuteAtExit()) {
            lines.add(() -> System.err.println(redact.apply(line)));
        }
    }

    /** Ends the thread when everything said so far is out. */
    public void close() {
        lines.add(() -> {
            closed = true;
        });
    }

    /** Waits until everything said so far is out, or the deadline is over. */
    public void flush(Deadline deadline) {
        CountDownLatch said = new CountDownLatch(1);
        lines.add(said::countDown);
        try {
            said.await(deadline.remaining().toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    public void flush(Duration patience) {
        flush(Deadline.after(patience));
    }

    private void say(List<String> block, Consumer<String> level) {
        boolean alsoToStandardError = exiting && isMuteAtExit();
        lines.add(() -> block.stream().map(redact).forEach(line -> {
            level.accept(line);
            if (alsoToStandardError) {
                System.err.println(line);
            }
        }));
    }

    private void speak() {
        while (!closed) {
            try {
                lines.take().run();
            } catch (InterruptedException notOurs) {
                // Nobody who knows this thread interrupts it; a host that interrupts all threads must not silence us.
            } catch (Throwable brokenBackend) {
                System.err.println("Graceful Backup: the logging backend threw "
                        + brokenBackend.getClass().getName());
            }
        }
    }

    private static boolean isMuteAtExit() {
        String backend = LoggerFactory.getILoggerFactory().getClass().getName();
        return MUTE_AT_EXIT.stream().anyMatch(backend::startsWith);
    }
}
