package io.gracefulbackup.internal.hook;

import java.util.Optional;

/** The library's shutdown hook in the JVM. */
public final class ExitHook {
    private final Thread thread;

    private ExitHook(Thread thread) {
        this.thread = thread;
    }

    /** Registers the hook; empty if the exit has begun, so the action would not run. */
    public static Optional<ExitHook> arm(Runnable action) {
        Thread thread = new Thread(action, "graceful-backup-exit") {
            /** Ignored: a host that interrupts every thread while it stops must not cut its own backup short. */
            @Override
            public void interrupt() {}
        };
        try {
            Runtime.getRuntime().addShutdownHook(thread);
            return Optional.of(new ExitHook(thread));
        } catch (IllegalStateException e) {
            return Optional.empty();
        }
    }

    /** Whether the exit of the process has begun. */
    public static boolean isExiting() {
        return arm(() -> {}).map(probe -> !probe.disarm()).orElse(true);
    }

    /** Removes the hook; false if it was not registered any more, or the exit has begun and runs it. */
    public boolean disarm() {
        try {
            return Runtime.getRuntime().removeShutdownHook(thread);
        } catch (IllegalStateException e) {
            return false;
        }
    }
}
