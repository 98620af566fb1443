package io.gracefulbackup.internal.install;

import io.gracefulbackup.BackupStatus;
import io.gracefulbackup.internal.hook.ExitHook;
import io.gracefulbackup.internal.report.StatusTracker;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Arms and disarms the final backup: with a shutdown hook, unless the application calls {@code shutdown} or {@code close} itself. */
final class Arming {
    private final boolean usesHook;
    private final StatusTracker status;
    private final Runnable exit;
    private @Nullable ExitHook hook;
    private boolean isArmed;

    Arming(boolean usesHook, StatusTracker status, Runnable exit) {
        this.usesHook = usesHook;
        this.status = status;
        this.exit = exit;
    }

    /** Arms the exit and enters the state; false if the exit of the process has begun. */
    synchronized boolean arm(BackupStatus.State state) {
        if (usesHook) {
            Optional<ExitHook> armed = ExitHook.arm(exit);
            hook = armed.orElse(null);
            isArmed = armed.isPresent();
        } else {
            isArmed = !ExitHook.isExiting();
        }
        if (isArmed) {
            status.enter(state);
        }
        return isArmed;
    }

    /** Disarms the exit; false if it is not armed, or the exit of the process has begun and runs the hook. */
    synchronized boolean disarm() {
        ExitHook armed = hook;
        if (!isArmed || (armed != null && !armed.disarm())) {
            return false;
        }
        isArmed = false;
        hook = null;
        return true;
    }
}
