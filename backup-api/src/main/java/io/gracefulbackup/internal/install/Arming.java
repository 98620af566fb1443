package io.gracefulbackup.internal.install;

import io.gracefulbackup.BackupException;
import io.gracefulbackup.BackupStatus;
import io.gracefulbackup.internal.hook.ExitHook;
import io.gracefulbackup.internal.report.Messages;
import io.gracefulbackup.internal.report.StatusTracker;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Arms and disarms the exit: once per application and class loader, since two exits would make two backups and a fork. */
final class Arming {
    private static final Set<Deployment> ARMED = ConcurrentHashMap.newKeySet();

    private record Deployment(String application, ClassLoader classLoader) {}

    private final Deployment deployment;
    private final StatusTracker status;
    private final Runnable exit;
    private @Nullable ExitHook hook;

    Arming(String application, ClassLoader classLoader, StatusTracker status, Runnable exit) {
        this.deployment = new Deployment(application, classLoader);
        this.status = status;
        this.exit = exit;
    }

    /** Arms the exit; false if it has begun. */
    boolean arm(BackupStatus.State state) {
        if (!ARMED.add(deployment)) {
            throw new BackupException(Messages.installedAlready(deployment.application()));
        }
        hook = ExitHook.arm(exit).orElse(null);
        if (hook != null) {
            status.enter(state);
        }
        return hook != null;
    }

    /** Disarms the exit; false if it has begun, or is not armed. */
    boolean disarm() {
        ExitHook armed = hook;
        if (armed == null || !armed.disarm()) {
            return false;
        }
        hook = null;
        ARMED.remove(deployment);
        status.closed();
        return true;
    }
}
