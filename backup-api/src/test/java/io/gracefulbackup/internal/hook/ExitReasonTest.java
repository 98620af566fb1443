package io.gracefulbackup.internal.hook;

import static org.assertj.core.api.Assertions.assertThat;

import io.gracefulbackup.ShutdownReason;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExitReasonTest {
    private static final StackTraceElement HOOKS =
            new StackTraceElement("java.lang.ApplicationShutdownHooks", "runHooks", "ApplicationShutdownHooks.java", 1);
    private static final StackTraceElement SHUTDOWN =
            new StackTraceElement("java.lang.Shutdown", "exit", "Shutdown.java", 1);

    @ParameterizedTest
    @CsvSource({
        "SIGTERM handler, SIGTERM",
        "SIGINT handler, SIGINT",
        "SIGHUP handler, SIGHUP",
        "DestroyJavaVM, END",
        "main, EXIT",
        "http-7, EXIT"
    })
    void findsTheReasonByTheThreadThatRunsTheHooks(String thread, ShutdownReason reason) {
        assertThat(ExitReason.of(Map.of(
                        new Thread(thread), new StackTraceElement[] {SHUTDOWN, HOOKS},
                        new Thread("other"), new StackTraceElement[] {SHUTDOWN})))
                .isEqualTo(reason);
    }

    @Test
    void ignoresASecondCallerOfExit() {
        assertThat(ExitReason.of(Map.of(
                        new Thread("SIGTERM handler"), new StackTraceElement[] {SHUTDOWN},
                        new Thread("main"), new StackTraceElement[] {HOOKS})))
                .isEqualTo(ShutdownReason.EXIT);
    }

    @Test
    void reportsAnExitIfNoThreadIsFound() {
        assertThat(ExitReason.of(Map.of())).isEqualTo(ShutdownReason.EXIT);
    }
}
