package io.gracefulbackup.internal.report;

import io.gracefulbackup.Deadline;
import io.gracefulbackup.internal.support.Printable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.helpers.NOPLogger;

/**
 * The log for the operator. A thread of its own calls the logger, in order, so that a logger that hangs blocks nothing else.
 *
 * <p>A line that the backend would lose goes to standard error. While the process runs, those are the warnings and errors that
 * nobody would see, because there is no backend or it has stopped. At the exit, they are all lines but DEBUG of which it is not
 * certain that the backend has written them; see {@link LoggingBackend}. What the backend has written goes to standard error
 * as a one-line summary.
 *
 * <p>Secrets are removed from every line, and what could forge a line is escaped.
 */
public final class OperatorLog {
    private static final String NAME = "io.gracefulbackup";

    private final LinkedBlockingQueue<Runnable> queue = new LinkedBlockingQueue<>();
    private final UnaryOperator<String> redact;
    private final Output output;
    private final Consumer<Thread> starter;
    private final RepeatedLines repeated = new RepeatedLines();
    private final StartProgress progress = new StartProgress(this::info);
    /** What the thread is writing; another thread writes it once more if the backend hangs. */
    private volatile @Nullable Runnable current;

    private volatile boolean exiting;
    private volatile boolean backendHangs;
    /** Whether a line of the exit went to the backend alone. */
    private volatile boolean summaryIsNews;

    /** Guarded by {@link #queue}. */
    private boolean hasWriter;

    /**
     * Where the lines go.
     *
     * @param fate tells what became of the line that the logger was given just now
     * @param standardError prints a line to standard error
     */
    record Output(
            Logger logger, Supplier<LoggingBackend.Fate> fate, ConsoleText console, Consumer<String> standardError) {
        static Output ofProcess() {
            return new Output(
                    LoggerFactory.getLogger(NAME),
                    LoggingBackend.ofProcess(NAME)::fate,
                    ConsoleText.ofProcess(),
                    line -> System.err.println(line));
        }
    }

    private enum Level {
        DEBUG,
        INFO,
        WARN,
        ERROR;

        void log(Logger logger, String line) {
            switch (this) {
                case DEBUG -> logger.debug(line);
                case INFO -> logger.info(line);
                case WARN -> logger.warn(line);
                case ERROR -> logger.error(line);
            }
        }
    }

    private record Line(Level level, String text) {}

    /** What ends the thread. */
    private enum Last implements Runnable {
        LINE;

        @Override
        public void run() {}
    }

    /**
     * Starts the thread. If the JVM cannot create one, lines are written by the threads that log them.
     *
     * @param redact removes secrets from a line
     */
    public OperatorLog(UnaryOperator<String> redact) {
        this(redact, Thread::start);
    }

    OperatorLog(UnaryOperator<String> redact, Consumer<Thread> starter) {
        this(redact, Output.ofProcess(), starter);
    }

    OperatorLog(UnaryOperator<String> redact, Output output, Consumer<Thread> starter) {
        this.redact = redact;
        this.output = output;
        this.starter = starter;
        hasWriter = startWriter();
    }

    /** Without a thread, to nowhere. */
    private OperatorLog() {
        redact = line -> "";
        output = new Output(
                NOPLogger.NOP_LOGGER, () -> LoggingBackend.Fate.WRITTEN, ConsoleText.ofProcess(), line -> {});
        starter = Thread::start;
    }

    /** A log that drops every line, for work that must go unnoticed. */
    public static OperatorLog silent() {
        return new OperatorLog();
    }

    private boolean startWriter() {
        Thread writer = new Thread(null, this::writeUntilEnd, "graceful-backup-console", 0, false);
        writer.setDaemon(true);
        writer.setContextClassLoader(Thread.currentThread().getContextClassLoader());
        try {
            starter.accept(writer);
            return true;
        } catch (OutOfMemoryError noThread) {
            return false;
        }
    }

    /** Logs a line at INFO. */
    public void info(String line) {
        log(List.of(new Line(Level.INFO, line)));
    }

    /**
     * Logs lines that stay together, at INFO. A warning among them is logged as by {@link #warnOnce(String)}: of the same
     * backup's outcome, it is what repeats from backup to backup.
     */
    public void info(List<String> block) {
        List<Line> lines = new ArrayList<>();
        for (String line : block) {
            if (Messages.isWarning(line)) {
                unlessRepeated(line, line).ifPresent(said -> lines.add(new Line(Level.WARN, said)));
            } else {
                lines.add(new Line(Level.INFO, line));
            }
        }
        log(lines);
    }

    /** Logs a line at WARN. */
    public void warn(String line) {
        log(List.of(new Line(Level.WARN, line)));
    }

    /** Logs a line at WARN, unless it was logged lately; see {@link RepeatedLines}. At the exit it always is. */
    public void warnOnce(String line) {
        warnOnce(line, line);
    }

    /**
     * As {@link #warnOnce(String)}, for a line with figures in it.
     *
     * @param topic what the line is about, whatever the figures are
     */
    public void warnOnce(String topic, String line) {
        unlessRepeated(topic, line).ifPresent(this::warn);
    }

    private Optional<String> unlessRepeated(String topic, String line) {
        return exiting ? Optional.of(line) : repeated.next(topic, line, System.nanoTime());
    }

    /** Logs a line at ERROR. */
    public void error(String line) {
        log(List.of(new Line(Level.ERROR, line)));
    }

    /** Logs a line at DEBUG. */
    public void debug(String line) {
        log(List.of(new Line(Level.DEBUG, line)));
    }

    /** What a start says about itself if it takes long. */
    public StartProgress progress() {
        return progress;
    }

    /** From here on the logging backend may stop at any time. */
    public void exitBegins() {
        exiting = true;
    }

    /** Writes the last line of an exit to standard error, unless every line went there; to the log if the process goes on. */
    public void summary(String line) {
        if (!exiting) {
            info(line);
        } else {
            add(() -> {
                if (summaryIsNews) {
                    print(shown(line));
                }
            });
        }
    }

    /** Ends the thread once everything logged so far is written. What is logged later is written by the thread that logs it. */
    public void close() {
        synchronized (queue) {
            if (hasWriter) {
                hasWriter = false;
                queue.add(Last.LINE);
            }
        }
    }

    /**
     * Waits until everything logged so far is written, until the deadline at most. If the backend hangs at the exit, what is
     * left goes to standard error.
     */
    public void flush(Deadline deadline) {
        CountDownLatch written = new CountDownLatch(1);
        add(written::countDown);
        try {
            Duration forBackend = exiting ? deadline.remaining().dividedBy(2) : deadline.remaining();
            if (!written.await(forBackend.toNanos(), TimeUnit.NANOSECONDS) && exiting) {
                passOverBackend();
                written.await(deadline.remaining().toNanos(), TimeUnit.NANOSECONDS);
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** As {@link #flush(Deadline)}. */
    public void flush(Duration limit) {
        flush(Deadline.after(limit));
    }

    private void log(List<Line> block) {
        add(() -> block.forEach(this::write));
    }

    private void add(Runnable lines) {
        synchronized (queue) {
            if (hasWriter) {
                queue.add(lines);
                return;
            }
        }
        lines.run();
    }

    private void writeUntilEnd() {
        while (true) {
            try {
                Runnable next = queue.take();
                if (next == Last.LINE) {
                    return;
                }
                current = next;
                next.run();
                current = null;
            } catch (InterruptedException e) {
                // A host that interrupts every thread must not silence the log. The library never interrupts this one.
            }
        }
    }

    /** Another thread takes the queue over. */
    private void passOverBackend() {
        backendHangs = true;
        Runnable interrupted = current;
        Thread successor = new Thread(
                null,
                () -> {
                    if (interrupted != null) {
                        interrupted.run();
                    }
                    writeUntilEnd();
                },
                "graceful-backup-stderr",
                0,
                false);
        successor.setDaemon(true);
        try {
            starter.accept(successor);
        } catch (OutOfMemoryError noThread) {
            // Nothing else may wait for the backend either.
        }
    }

    private void write(Line line) {
        String text = "";
        LoggingBackend.Fate fate = LoggingBackend.Fate.LOST;
        try {
            text = shown(line.text());
            if (!backendHangs) {
                line.level().log(output.logger(), text);
                fate = output.fate().get();
            }
        } catch (Throwable failed) {
            print("Graceful Backup: the logging backend threw "
                    + failed.getClass().getName());
        }
        if (!text.isEmpty() && goesToStandardError(line.level(), fate)) {
            print(text);
        } else if (exiting && line.level() != Level.DEBUG) {
            summaryIsNews = true;
        }
    }

    private boolean goesToStandardError(Level level, LoggingBackend.Fate fate) {
        return switch (fate) {
            case WRITTEN -> false;
            case UNCERTAIN -> exiting && level != Level.DEBUG;
            case LOST -> level.compareTo(exiting ? Level.INFO : Level.WARN) >= 0;
        };
    }

    /** A stream that the host put in the place of standard error must not end the thread. */
    private void print(String line) {
        try {
            output.standardError().accept(line);
        } catch (RuntimeException | Error failed) {
            // There is nowhere else to say it.
        }
    }

    private String shown(String line) {
        return output.console().of(Printable.text(redact.apply(line)));
    }
}
