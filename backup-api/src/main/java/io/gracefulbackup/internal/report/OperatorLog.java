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
 * The log for the operator. A thread of its own calls the logger, in order, so that a logger that hangs blocks nothing else. If the
 * backend stops in a shutdown hook of its own, or there is none, every line of the exit also goes to standard error; with any
 * other backend only a one-line summary goes there. Secrets are removed from every line.
 */
public final class OperatorLog {
    private static final Logger LOG = LoggerFactory.getLogger("io.gracefulbackup");
    private static final List<String> SILENT_AT_EXIT =
            List.of("org.apache.logging.", "org.slf4j.jul.", "org.slf4j.helpers.");

    private final LinkedBlockingQueue<Runnable> lines = new LinkedBlockingQueue<>();
    private final UnaryOperator<String> redact;
    private volatile boolean exiting;

    /** What ends the thread. */
    private enum Last implements Runnable {
        LINE;

        @Override
        public void run() {}
    }

    /** Guarded by {@link #lines}. */
    private boolean hasWriter;

    /**
     * Starts the thread. If the JVM cannot create one, lines are written by the threads that log them.
     *
     * @param redact removes secrets from a line
     */
    public OperatorLog(UnaryOperator<String> redact) {
        this(redact, Thread::start);
    }

    OperatorLog(UnaryOperator<String> redact, Consumer<Thread> starter) {
        this.redact = redact;
        Thread writer = new Thread(null, this::writeUntilEnd, "graceful-backup-console", 0, false);
        writer.setDaemon(true);
        writer.setContextClassLoader(Thread.currentThread().getContextClassLoader());
        try {
            starter.accept(writer);
            hasWriter = true;
        } catch (OutOfMemoryError noThread) {
            hasWriter = false;
        }
    }

    /** Logs a line at INFO. */
    public void info(String line) {
        log(List.of(line), LOG::info);
    }

    /** Logs lines that stay together. */
    public void info(List<String> block) {
        log(block, LOG::info);
    }

    /** Logs a line at WARN. */
    public void warn(String line) {
        log(List.of(line), LOG::warn);
    }

    /** Logs a line at ERROR. */
    public void error(String line) {
        log(List.of(line), LOG::error);
    }

    /** Logs a line at DEBUG. */
    public void debug(String line) {
        log(List.of(line), LOG::debug);
    }

    /** From here on the logging backend may stop at any time. */
    public void exitBegins() {
        exiting = true;
    }

    /** Writes the last line of an exit to standard error, unless every line goes there; to the log if the process goes on. */
    public void summary(String line) {
        if (!exiting) {
            info(line);
        } else if (!isSilentAtExit()) {
            add(() -> System.err.println(redact.apply(line)));
        }
    }

    /** Ends the thread once everything logged so far is written. What is logged later is written by the thread that logs it. */
    public void close() {
        synchronized (lines) {
            if (hasWriter) {
                hasWriter = false;
                lines.add(Last.LINE);
            }
        }
    }

    /** Waits until everything logged so far is written, until the deadline at most. */
    public void flush(Deadline deadline) {
        CountDownLatch written = new CountDownLatch(1);
        add(written::countDown);
        try {
            written.await(deadline.remaining().toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** As {@link #flush(Deadline)}. */
    public void flush(Duration limit) {
        flush(Deadline.after(limit));
    }

    private void log(List<String> block, Consumer<String> level) {
        boolean alsoToStandardError = exiting && isSilentAtExit();
        add(() -> block.stream().map(redact).forEach(line -> {
            level.accept(line);
            if (alsoToStandardError) {
                System.err.println(line);
            }
        }));
    }

    private void add(Runnable line) {
        synchronized (lines) {
            if (hasWriter) {
                lines.add(line);
                return;
            }
        }
        write(line);
    }

    private void writeUntilEnd() {
        while (true) {
            try {
                Runnable line = lines.take();
                if (line == Last.LINE) {
                    return;
                }
                write(line);
            } catch (InterruptedException e) {
                // A host that interrupts every thread must not silence the log. The library never interrupts this one.
            }
        }
    }

    private static void write(Runnable line) {
        try {
            line.run();
        } catch (Throwable failed) {
            System.err.println("Graceful Backup: the logging backend threw "
                    + failed.getClass().getName());
        }
    }

    private static boolean isSilentAtExit() {
        String backend = LoggerFactory.getILoggerFactory().getClass().getName();
        return SILENT_AT_EXIT.stream().anyMatch(backend::startsWith);
    }
}
