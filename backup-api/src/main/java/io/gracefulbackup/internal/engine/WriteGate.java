package io.gracefulbackup.internal.engine;

import io.gracefulbackup.NotAcknowledgedException;
import io.gracefulbackup.WriteAction;
import io.gracefulbackup.spi.Deadline;
import java.util.concurrent.TimeUnit;

/**
 * The gate through which acknowledged changes go. It is open, then shut (new changes are refused, those inside may finish
 * and are acknowledged), then sealed: from that moment on nothing is acknowledged any more, and the snapshot begins. A
 * change that was acknowledged had therefore ended before the snapshot began.
 */
final class WriteGate {
    private final Object monitor = new Object();
    private int inside;
    private boolean shut;
    private boolean sealed;
    private boolean held;

    <T, X extends Exception> T pass(WriteAction<T, X> action) throws X {
        enter();
        boolean acknowledged;
        T result;
        try {
            result = action.run();
        } finally {
            acknowledged = leave();
        }
        if (!acknowledged) {
            throw new NotAcknowledgedException("The application began its final backup while this change was being"
                    + " made; it may not have been saved. Try again when the application is back");
        }
        return result;
    }

    /** Shuts the gate, waits for the changes inside until the deadline, then seals it. For ever. */
    int close(Deadline patience) throws InterruptedException {
        synchronized (monitor) {
            shut = true;
            try {
                while (inside > 0 && !patience.isExpired()) {
                    TimeUnit.NANOSECONDS.timedWait(monitor, patience.remaining().toNanos() + 1);
                }
            } finally {
                sealed = true;
            }
            return inside;
        }
    }

    /**
     * Holds new changes off and waits for those inside, for a while: until {@link #release()}.
     *
     * @return false if they did not end in time; then nothing is held off
     */
    boolean hold(Deadline patience) throws InterruptedException {
        synchronized (monitor) {
            held = true;
            while (inside > 0 && !shut && !patience.isExpired()) {
                TimeUnit.NANOSECONDS.timedWait(monitor, patience.remaining().toNanos() + 1);
            }
            held = inside == 0 && !shut;
            return held;
        }
    }

    void release() {
        synchronized (monitor) {
            held = false;
        }
    }

    private void enter() {
        synchronized (monitor) {
            if (held) {
                throw new NotAcknowledgedException(
                        "The application is restoring a backup and accepts no changes. Try again in a moment");
            }
            if (shut) {
                throw new NotAcknowledgedException(
                        "The application is stopping and accepts no changes. Try again when it is back");
            }
            inside++;
        }
    }

    /** Whether the change ended in time to be in the final backup. */
    private boolean leave() {
        synchronized (monitor) {
            inside--;
            if (inside == 0 && (shut || held)) {
                monitor.notifyAll();
            }
            return !sealed;
        }
    }
}
