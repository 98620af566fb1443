package io.gracefulbackup.internal.hook;

import java.util.Optional;

/** The JVM's shutdown hook, armed and disarmed. */
public final class ExitHook {
    private final Thread thread;

    private ExitHook(Thread thread) {
        this.thread = thread;
    }

    /** Arms the hook; empty if the exit has begun, so that nothing would run. */
    public static Optional<ExitHook> arm(Runnable action) {
        Thread thread = new Thread(action, "graceful-backup-exit") {
            /** Is not heard: a host that interrupts every thread while it stops must not cut its own backup short. */
            @Override
            public void interrupt() {}
        };
        try {
            Runtime.getRuntime().addShutdownHook(thread);
            return Optional.of(new ExitHook(thread));
        } catch (IllegalStateException exitHasBegun) {
            return Optional.empty();
        }
    }

    /** Takes the hook away; false if the exit has begun, so that it runs anyway. */
    public boolean disarm() {
        try {
            return Runtime.getRuntime().removeShutdownHook(thread);
        } catch (IllegalStateException exitHasBegun) {
            return false;
        }
    }
}
