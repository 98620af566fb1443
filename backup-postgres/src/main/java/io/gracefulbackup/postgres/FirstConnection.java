package io.gracefulbackup.postgres;

import io.gracefulbackup.Deadline;
import java.io.InterruptedIOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * The first connection of several attempts to get one; connections of later attempts are closed. Each attempt runs on a daemon
 * thread of its own, because name resolution, connecting and authentication cannot be aborted, only abandoned.
 */
final class FirstConnection {
    private final CompletableFuture<Connection> first = new CompletableFuture<>();
    private final CountDownLatch attemptEnded = new CountDownLatch(1);
    /** Attempts that may still succeed, and one more as long as attempts may be started. */
    private final AtomicInteger pending = new AtomicInteger(1);

    private volatile SQLException lastFailure = new SQLException("no answer to the attempt to connect", "08001");

    void start(Attempt attempt) {
        pending.incrementAndGet();
        Thread thread = new Thread(() -> run(attempt), "graceful-backup-postgres-connect");
        thread.setDaemon(true);
        thread.start();
    }

    private void run(Attempt attempt) {
        try {
            Connection connection = attempt.connect(failure -> lastFailure = failure);
            if (!first.complete(connection)) {
                Connections.discard(connection);
            }
        } catch (SQLException e) {
            lastFailure = e;
            endOne();
        } catch (RuntimeException | Error e) {
            lastFailure = new SQLException("the driver failed: " + e, "08001", e);
            endOne();
        } finally {
            attemptEnded.countDown();
        }
    }

    private void endOne() {
        if (pending.decrementAndGet() == 0) {
            first.completeExceptionally(lastFailure);
        }
    }

    /** Waits until any attempt has succeeded or failed. */
    void awaitAttempt(Duration atMost) throws InterruptedIOException {
        try {
            boolean unused = attemptEnded.await(atMost.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            throw interrupted();
        }
    }

    /** Returns whether the outcome is decided. */
    boolean isDone() {
        return first.isDone();
    }

    /** Waits for the first connection. No attempt may be started afterwards. */
    Connection await(Deadline deadline) throws SQLException, InterruptedIOException {
        endOne();
        try {
            return first.get(deadline.remaining().toNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            // A new exception, so that its stack trace is that of this thread.
            throw new SQLException(lastFailure.getMessage(), lastFailure.getSQLState(), e.getCause());
        } catch (TimeoutException e) {
            if (first.cancel(false)) {
                throw new SQLException(lastFailure.getMessage(), lastFailure.getSQLState(), e);
            }
            return first.join();
        } catch (InterruptedException e) {
            throw interrupted();
        }
    }

    private InterruptedIOException interrupted() {
        Thread.currentThread().interrupt();
        if (!first.cancel(false) && !first.isCompletedExceptionally()) {
            Connections.discard(first.join());
        }
        return new InterruptedIOException("interrupted while waiting for a connection to PostgreSQL");
    }

    /** One attempt to get a connection. */
    interface Attempt {
        /**
         * Returns a connection.
         *
         * @param failed receives failures that the attempt does not end with
         */
        Connection connect(Consumer<SQLException> failed) throws SQLException;
    }
}
