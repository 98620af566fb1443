package io.gracefulbackup.internal.hook;

import io.gracefulbackup.ShutdownReason;
import java.util.Arrays;
import java.util.Map;

/**
 * Finds the reason of the exit from the thread that runs the shutdown hooks. The JVM names that thread after the signal,
 * or {@code DestroyJavaVM} when {@code main} has ended; any other thread has called {@code System.exit}. A virtual thread
 * does not show up in the list of threads, so if no thread is found, the reason is a call of {@code System.exit} as well.
 */
public final class ExitReason {
    private static final String HOOKS = "java.lang.ApplicationShutdownHooks";

    private ExitReason() {}

    /** The reason of the present exit; call this while the hooks run. Serves messages only. */
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
