package io.gracefulbackup.internal.run;

import io.gracefulbackup.Deadline;
import io.gracefulbackup.NotAcknowledgedException;
import io.gracefulbackup.StateAction;
import io.gracefulbackup.internal.report.Messages;
import io.gracefulbackup.internal.support.ClockInterval;
import io.gracefulbackup.internal.support.ProcessTime;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The gate through which acknowledged changes pass. An open gate is first <em>shut</em>: new changes are refused, changes under
 * way may finish and are acknowledged. Then it is <em>sealed</em>: no change that entered before is acknowledged any more, and
 * the snapshot begins. So every acknowledged change has ended before the snapshot began.
 *
 * <p>The gate of the only instance is open until it is closed for good. Under a lease the gate is open for a limited time, and
 * may open again after it was sealed. Safe for use by several threads.
 */
public final class WriteGate {
    private final Object monitor = new Object();
    private final Supplier<ProcessTime> clock;
    private @Nullable Opening opening;
    private boolean closed;
    private boolean held;
    private boolean hasAcknowledged;

    /** The time from the opening of the gate until it is sealed. A change belongs to the opening in which it entered. */
    private static final class Opening {
        /** Changes that begin or end outside are not acknowledged; null without a limit. */
        @Nullable
        ClockInterval coverage;

        int underWay;
        boolean isShut;
        boolean isSealed;

        Opening(@Nullable ClockInterval coverage) {
            this.coverage = coverage;
        }

        /** Seals this opening once the clocks have left its coverage: it does not matter that they may come back. */
        boolean covers(ProcessTime now) {
            ClockInterval limit = coverage;
            if (limit != null && !limit.surelyContains(now)) {
                isSealed = true;
            }
            return !isSealed;
        }
    }

    private WriteGate(Supplier<ProcessTime> clock, @Nullable Opening opening) {
        this.clock = clock;
        this.opening = opening;
    }

    /** A gate that is open until it is closed for good. */
    public static WriteGate open() {
        return new WriteGate(ProcessTime::now, new Opening(null));
    }

    /** A gate that is opened by {@link #open(ClockInterval)} for a limited time. */
    public static WriteGate timed(Supplier<ProcessTime> clock) {
        return new WriteGate(clock, null);
    }

    /**
     * Runs a change.
     *
     * @throws NotAcknowledgedException if the gate is not open, so that the change did not run, or if the gate was sealed or its
     *     time ended meanwhile, so that the change may not be saved
     */
    public <T, X extends Exception> T pass(StateAction<T, X> action) throws X {
        Opening entered = enter();
        boolean acknowledged;
        T result;
        try {
            result = action.run();
        } finally {
            acknowledged = leave(entered);
        }
        if (!acknowledged) {
            throw new NotAcknowledgedException(Messages.CHANGE_NOT_SAVED);
        }
        return result;
    }

    /**
     * Opens the gate for changes that begin and end within the given time, or extends its time. Has no effect once the gate is
     * closed for good.
     */
    public void open(ClockInterval coverage) {
        synchronized (monitor) {
            Opening present = opening;
            if (closed) {
                return;
            }
            if (present != null && !present.isShut && !present.isSealed) {
                present.coverage = coverage;
            } else {
                if (present != null) {
                    present.isSealed = true;
                }
                opening = new Opening(coverage);
            }
            monitor.notifyAll();
        }
    }

    /** Refuses new changes. Changes under way may finish, unless the clocks have left the time of the gate. */
    public void shut() {
        synchronized (monitor) {
            if (opening != null) {
                opening.isShut = true;
                opening.covers(clock.get());
            }
        }
    }

    /**
     * Shuts the gate, waits for the changes under way, and seals it.
     *
     * @return the number of changes that did not end by the deadline
     */
    int seal(Deadline deadline) throws InterruptedException {
        synchronized (monitor) {
            Opening present = opening;
            if (present == null) {
                return 0;
            }
            present.isShut = true;
            try {
                while (present.underWay > 0 && !deadline.isExpired()) {
                    await(deadline);
                }
            } finally {
                present.isSealed = true;
            }
            return present.underWay;
        }
    }

    /** Seals the gate as {@link #seal} does, for good. */
    public int close(Deadline deadline) throws InterruptedException {
        synchronized (monitor) {
            closed = true;
            monitor.notifyAll();
        }
        return seal(deadline);
    }

    /** Whether a change that enters now is let in. */
    public boolean isOpen() {
        synchronized (monitor) {
            return isOpenNow();
        }
    }

    /** Waits until the gate is open; false if it does not open by the deadline, or was closed for good. */
    public boolean awaitOpen(Deadline deadline) throws InterruptedException {
        synchronized (monitor) {
            while (!isOpenNow() && !closed && !deadline.isExpired()) {
                await(deadline);
            }
            return isOpenNow();
        }
    }

    /**
     * Refuses new changes until {@link #release()}, and waits for the changes under way.
     *
     * @return false if these did not end by the deadline; then changes are let in again
     */
    public boolean hold(Deadline deadline) throws InterruptedException {
        synchronized (monitor) {
            Opening present = opening;
            if (present == null) {
                return false;
            }
            held = true;
            while (present.underWay > 0 && !present.isShut && !deadline.isExpired()) {
                await(deadline);
            }
            held = present.underWay == 0 && !present.isShut;
            return held;
        }
    }

    /** Lets changes in again after {@link #hold}. */
    public void release() {
        synchronized (monitor) {
            held = false;
        }
    }

    private Opening enter() {
        synchronized (monitor) {
            if (held) {
                throw new NotAcknowledgedException(Messages.RESTORING_NO_CHANGES);
            }
            Opening present = opening;
            if (present == null || !isOpenNow()) {
                throw new NotAcknowledgedException(
                        closed ? Messages.STOPPING_NO_CHANGES : Messages.OTHER_INSTANCE_NO_CHANGES);
            }
            present.underWay++;
            return present;
        }
    }

    private boolean isOpenNow() {
        Opening present = opening;
        return present != null && !present.isShut && present.covers(clock.get());
    }

    /** Whether the change ended in time for the next snapshot. */
    private boolean leave(Opening entered) {
        synchronized (monitor) {
            entered.underWay--;
            if (entered.underWay == 0 && (entered.isShut || held)) {
                monitor.notifyAll();
            }
            boolean acknowledged = entered.covers(clock.get());
            if (acknowledged && !hasAcknowledged) {
                hasAcknowledged = true;
                monitor.notifyAll();
            }
            return acknowledged;
        }
    }

    /** Waits until a change has been acknowledged; false if none is by the deadline. */
    public boolean awaitFirstChange(Deadline deadline) throws InterruptedException {
        synchronized (monitor) {
            while (!hasAcknowledged && !deadline.isExpired()) {
                await(deadline);
            }
            return hasAcknowledged;
        }
    }

    /** The caller holds the monitor, and checks its condition again. */
    private void await(Deadline deadline) throws InterruptedException {
        Deadline.Registration wakeUp = deadline.onExpiry(this::wakeWaiters);
        try {
            TimeUnit.NANOSECONDS.timedWait(monitor, deadline.remaining().toNanos() + 1);
        } finally {
            wakeUp.close();
        }
    }

    private void wakeWaiters() {
        synchronized (monitor) {
            monitor.notifyAll();
        }
    }
}
