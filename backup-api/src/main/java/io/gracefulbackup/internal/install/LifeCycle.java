package io.gracefulbackup.internal.install;

import io.gracefulbackup.BackupException;
import io.gracefulbackup.BackupReport;
import io.gracefulbackup.BackupStatus;
import io.gracefulbackup.NotAcknowledgedException;
import io.gracefulbackup.ShutdownReason;
import io.gracefulbackup.StartPlan;
import io.gracefulbackup.StateSource;
import io.gracefulbackup.internal.config.BuilderState;
import io.gracefulbackup.internal.report.Messages;
import io.gracefulbackup.internal.report.StatusTracker;
import io.gracefulbackup.internal.support.Timeouts;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** The life of one handle: prepared, started once, closed. */
public final class LifeCycle {
    private final BuilderState builder;
    /** Held while the handle starts. */
    private final ReentrantLock transition = new ReentrantLock();

    private volatile @Nullable Engine started;
    private volatile boolean closed;

    /** Prepares a handle. Touches nothing. */
    public LifeCycle(BuilderState builder) {
        this.builder = builder;
    }

    /** See {@code GracefulShutdown.Builder.dryRun()}. */
    public static StartPlan dryRun(BuilderState builder) {
        return Installation.dryRun(builder.with(List.of()));
    }

    /** See {@code GracefulShutdown.start}. */
    public void start(List<StateSource> sources) {
        transition.lock();
        try {
            if (closed) {
                throw new BackupException(Messages.CLOSED_BEFORE_START);
            }
            if (started != null || transition.getHoldCount() > 1) {
                throw new BackupException(Messages.STARTED_ALREADY);
            }
            Engine engine = Installation.install(builder.with(sources));
            if (closed) {
                engine.uninstall();
                throw new BackupException(Messages.CLOSED_BEFORE_START);
            }
            started = engine;
        } finally {
            transition.unlock();
        }
    }

    /**
     * The engine, for what needs one.
     *
     * @throws BackupException before the start, and if the handle was closed without one
     */
    public Engine engine() {
        Engine engine = started;
        if (engine == null) {
            throw new BackupException(notStarted());
        }
        return engine;
    }

    /**
     * The engine, for a change or a look at the state.
     *
     * @throws NotAcknowledgedException before the start, and if the handle was closed without one
     */
    public Engine engineForState() {
        Engine engine = started;
        if (engine == null) {
            throw new NotAcknowledgedException(notStarted());
        }
        return engine;
    }

    private String notStarted() {
        return closed ? Messages.NOT_ARMED : Messages.NOT_STARTED;
    }

    /** See {@code GracefulShutdown.status}. */
    public BackupStatus status() {
        Engine engine = started;
        if (engine != null) {
            return engine.status();
        }
        return StatusTracker.withoutStart(closed ? BackupStatus.State.CLOSED : BackupStatus.State.PREPARED);
    }

    /** See {@code GracefulShutdown.shutdown}. */
    public BackupReport shutdown(ShutdownReason reason, Duration timeout) {
        return engine().shutdown(reason, timeout);
    }

    /** See {@code GracefulShutdown.close}. */
    public void close() {
        end(Engine::close);
    }

    /** See {@code GracefulShutdown.uninstall}. */
    public void uninstall() {
        end(Engine::uninstall);
    }

    private interface End {
        void of(Engine engine);
    }

    private void end(End end) {
        if (transition.isHeldByCurrentThread()) {
            throw new BackupException(Messages.CALLED_FROM_START);
        }
        closed = true;
        awaitStart();
        Engine engine = started;
        if (engine != null) {
            end.of(engine);
        }
    }

    /** A start that takes longer finds out by itself that the handle is closed, before it accepts anything. */
    private void awaitStart() {
        try {
            if (transition.tryLock(Timeouts.START_UNDER_WAY.toMillis(), TimeUnit.MILLISECONDS)) {
                transition.unlock();
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public String toString() {
        Engine engine = started;
        return engine != null ? engine.toString() : status().state().toString();
    }
}
