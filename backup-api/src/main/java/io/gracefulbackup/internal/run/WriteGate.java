package io.gracefulbackup.internal.run;

import io.gracefulbackup.Deadline;
import io.gracefulbackup.NotAcknowledgedException;
import io.gracefulbackup.WriteAction;
import io.gracefulbackup.internal.support.ProcessTime;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The gate through which acknowledged changes go. While it is open it may be shut (new changes are refused, those inside may
 * finish and are acknowledged), then sealed: from that moment on nothing that went in is acknowledged any more, and the
 * snapshot begins. A change that was acknowledged had therefore ended before the snapshot began. Where instances take turns
 * it is open for a time only, and may be opened again.
 */
public final class WriteGate {
    private final Object monitor = new Object();
    private final Supplier<ProcessTime> clock;
    private @Nullable Opening opening;
    private boolean closed;
    private boolean held;

    /** From one opening to the next sealing; a change belongs to the one in which it went in. */
    private static final class Opening {
        /** No change that ends later is acknowledged; null where there is no such limit. */
        @Nullable
        ProcessTime until;

        int inside;
        boolean shut;
        boolean sealed;

        Opening(@Nullable ProcessTime until) {
            this.until = until;
        }

        boolean covers(ProcessTime now) {
            ProcessTime end = until;
            return end == null || now.isSurelyBefore(end);
        }
    }

    private WriteGate(Supplier<ProcessTime> clock, @Nullable Opening opening) {
        this.clock = clock;
        this.opening = opening;
    }

    /** One that is open until it is closed for ever. */
    public static WriteGate open() {
        return new WriteGate(ProcessTime::now, new Opening(null));
    }

    /** One that must be opened first, and is open for a time. */
    public static WriteGate timed(Supplier<ProcessTime> clock) {
        return new WriteGate(clock, null);
    }

    public <T, X extends Exception> T pass(WriteAction<T, X> action) throws X {
        Opening mine = enter();
        boolean acknowledged;
        T result;
        try {
            result = action.run();
        } finally {
            acknowledged = leave(mine);
        }
        if (!acknowledged) {
            throw new NotAcknowledgedException("The application began its final backup while this change was being"
                    + " made; it may not have been saved. Try again when the application is back");
        }
        return result;
    }

    /** Opens it until then, or longer than before. Has no effect once it is closed for ever. */
    public void open(ProcessTime until) {
        synchronized (monitor) {
            Opening present = opening;
            if (closed) {
                return;
            }
            if (present != null && !present.shut) {
                present.until = until;
            } else {
                if (present != null) {
                    present.sealed = true;
                }
                opening = new Opening(until);
            }
            monitor.notifyAll();
        }
    }

    /** Lets nobody in from now on; those inside may finish. */
    public void shut() {
        synchronized (monitor) {
            if (opening != null) {
                opening.shut = true;
            }
        }
    }

    /** Shuts the gate, waits for the changes inside until the deadline, then seals it; returns how many were left inside. */
    int seal(Deadline patience) throws InterruptedException {
        synchronized (monitor) {
            Opening present = opening;
            if (present == null) {
                return 0;
            }
            present.shut = true;
            try {
                while (present.inside > 0 && !patience.isExpired()) {
                    TimeUnit.NANOSECONDS.timedWait(monitor, patience.remaining().toNanos() + 1);
                }
            } finally {
                present.sealed = true;
            }
            return present.inside;
        }
    }

    /** Seals the gate for ever. */
    public int close(Deadline patience) throws InterruptedException {
        synchronized (monitor) {
            closed = true;
            monitor.notifyAll();
        }
        return seal(patience);
    }

    public boolean isOpen() {
        synchronized (monitor) {
            return isOpenNow();
        }
    }

    /** Waits until it is open; false if that does not come in time, or not at all. */
    public boolean awaitOpen(Deadline patience) throws InterruptedException {
        synchronized (monitor) {
            while (!isOpenNow() && !closed && !patience.isExpired()) {
                TimeUnit.NANOSECONDS.timedWait(monitor, patience.remaining().toNanos() + 1);
            }
            return isOpenNow();
        }
    }

    /**
     * Holds new changes off and waits for those inside, for a while: until {@link #release()}.
     *
     * @return false if they did not end in time; then nothing is held off
     */
    public boolean hold(Deadline patience) throws InterruptedException {
        synchronized (monitor) {
            Opening present = opening;
            if (present == null) {
                return false;
            }
            held = true;
            while (present.inside > 0 && !present.shut && !patience.isExpired()) {
                TimeUnit.NANOSECONDS.timedWait(monitor, patience.remaining().toNanos() + 1);
            }
            held = present.inside == 0 && !present.shut;
            return held;
        }
    }

    public void release() {
        synchronized (monitor) {
            held = false;
        }
    }

    private Opening enter() {
        synchronized (monitor) {
            if (held) {
                throw new NotAcknowledgedException(
                        "The application is restoring a backup and accepts no changes. Try again in a moment");
            }
            Opening present = opening;
            if (present == null || !isOpenNow()) {
                throw new NotAcknowledgedException(
                        closed
                                ? "The application is stopping and accepts no changes. Try again when it is back"
                                : "Another instance of the application has the state, or is about to get it; this one"
                                        + " accepts no changes. Try again in a moment");
            }
            present.inside++;
            return present;
        }
    }

    private boolean isOpenNow() {
        Opening present = opening;
        return present != null && !present.shut && present.covers(clock.get());
    }

    /** Whether the change ended in time to be in the next final backup. */
    private boolean leave(Opening mine) {
        synchronized (monitor) {
            mine.inside--;
            if (mine.inside == 0 && (mine.shut || held)) {
                monitor.notifyAll();
            }
            return !mine.sealed && mine.covers(clock.get());
        }
    }
}
