package io.gracefulbackup.internal.report;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.core.AsyncAppender;
import ch.qos.logback.core.OutputStreamAppender;
import io.gracefulbackup.internal.report.LoggingBackend.Fate;
import org.junit.jupiter.api.Test;
import org.slf4j.ILoggerFactory;
import org.slf4j.helpers.NOPLoggerFactory;
import org.slf4j.simple.SimpleLoggerFactory;

class LoggingBackendTest {
    /** The superclass of Logback's console and file appenders, subclassed as they do. */
    public static class FileAppender extends OutputStreamAppender {
        public FileAppender(boolean immediateFlush) {
            super(immediateFlush);
        }
    }

    private final LoggerContext logback = new LoggerContext();
    private final LoggingBackend backend = new LoggingBackend(logback, "io.gracefulbackup");

    private static Fate fate(ILoggerFactory factory) {
        return new LoggingBackend(factory, "io.gracefulbackup").fate();
    }

    @Test
    void knowsWhatBecomesOfALineByTheNameOfTheBackend() {
        assertThat(fate(new NOPLoggerFactory())).isEqualTo(Fate.LOST);
        assertThat(fate(new SimpleLoggerFactory())).isEqualTo(Fate.WRITTEN);
    }

    @Test
    void doesNotTrustABackendThatItDoesNotKnow() {
        assertThat(fate(name -> new SimpleLoggerFactory().getLogger(name))).isEqualTo(Fate.UNCERTAIN);
    }

    @Test
    void logbackLosesLinesWhenItHasStopped() {
        logback.getLogger("ROOT").appenders.add(new FileAppender(true));
        assertThat(backend.fate()).isEqualTo(Fate.WRITTEN);

        logback.stop();

        assertThat(backend.fate()).isEqualTo(Fate.LOST);
    }

    @Test
    void anAppenderThatHasStoppedWritesNothing() {
        FileAppender file = new FileAppender(true);
        logback.getLogger("ROOT").appenders.add(file);

        file.stop();

        assertThat(backend.fate()).isEqualTo(Fate.LOST);
    }

    @Test
    void aLineInAQueueOrABufferIsNotWritten() {
        logback.getLogger("ROOT").appenders.add(new AsyncAppender());
        assertThat(backend.fate()).isEqualTo(Fate.UNCERTAIN);

        logback.getLogger("io").appenders.add(new FileAppender(false));
        assertThat(backend.fate()).isEqualTo(Fate.UNCERTAIN);

        logback.getLogger("io.gracefulbackup").appenders.add(new FileAppender(true));
        assertThat(backend.fate()).isEqualTo(Fate.WRITTEN);
    }

    @Test
    void aLoggerOfItsOwnDoesNotReachTheRoot() {
        logback.getLogger("ROOT").appenders.add(new FileAppender(true));
        logback.getLogger("io.gracefulbackup").additive = false;

        assertThat(backend.fate()).isEqualTo(Fate.LOST);
    }

    @Test
    void doesNotTrustALogbackThatAnswersOtherwise() {
        logback.getLogger("ROOT").appenders.add("no appender");

        assertThat(backend.fate()).isEqualTo(Fate.UNCERTAIN);
    }
}
