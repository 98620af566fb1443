package io.gracefulbackup.internal.hook;

import io.gracefulbackup.ShutdownReason;
import java.util.Arrays;
import java.util.Map;

/**
 * Reads the reason of the exit off the thread that runs the hooks. The JVM names it after the signal, or
 * {@code DestroyJavaVM} when {@code main} has ended; anything else is somebody's call of {@code System.exit}. A virtual
 * thread is not seen at all, so what is not found is an exit, too.
 */
public final class ExitReason {
    private static final String HOOKS = "java.lang.ApplicationShutdownHooks";

    private ExitReason() {}

    /** To be asked while the hooks run. For the message only. */
    public static ShutdownReason detect() {
        return of(Thread.getAllStackTraces());
    }

    static ShutdownReason of(Map<Thread, StackTraceElement[]> threads) {
        return threads.entrySet().stream()
                .filter(thread -> Arrays.stream(thread.getValue())
                        .anyMatch(frame -> frame.getClassName().equals(HOOKS)))
                .map(thread -> reason(thread.getKey().getName()))
                .findFirst()
                .orElse(ShutdownReason.EXIT);
    }

    private static ShutdownReason reason(String threadName) {
        return switch (threadName) {
            case "SIGTERM handler" -> ShutdownReason.SIGTERM;
            case "SIGINT handler" -> ShutdownReason.SIGINT;
            case "SIGHUP handler" -> ShutdownReason.SIGHUP;
            case "DestroyJavaVM" -> ShutdownReason.END;
            default -> ShutdownReason.EXIT;
        };
    }
}
