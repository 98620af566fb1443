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
 * Takes the first connection that any of its runners comes up with and ends all later ones. Each runs on a daemon thread of
 * its own, because looking up a name, connecting and logging in cannot be aborted, only abandoned.
 */
final class FirstConnection {
    private final CompletableFuture<Connection> winner = new CompletableFuture<>();
    private final CountDownLatch news = new CountDownLatch(1);
    /** Runners that may still win, and one for the start being open. */
    private final AtomicInteger hopes = new AtomicInteger(1);

    private volatile SQLException lastFailure = new SQLException("no answer to the attempt to connect", "08001");

    void enter(Runner runner) {
        hopes.incrementAndGet();
        Thread thread = new Thread(() -> run(runner), "graceful-backup-postgres-connect");
        thread.setDaemon(true);
        thread.start();
    }

    private void run(Runner runner) {
        try {
            Connection connection = runner.run(refusal -> lastFailure = refusal);
            if (!winner.complete(connection)) {
                Connections.discard(connection);
            }
        } catch (SQLException e) {
            lastFailure = e;
            giveUpHope();
        } catch (RuntimeException | Error e) {
            lastFailure = new SQLException("the driver failed: " + e, "08001", e);
            giveUpHope();
        } finally {
            news.countDown();
        }
    }

    private void giveUpHope() {
        if (hopes.decrementAndGet() == 0) {
            winner.completeExceptionally(lastFailure);
        }
    }

    /** Waits until a runner is through, well or not. */
    void awaitNews(Duration atMost) throws InterruptedIOException {
        try {
            boolean unused = news.await(atMost.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            throw interrupted();
        }
    }

    boolean isWon() {
        return winner.isDone();
    }

    /** The first connection; nobody enters any more. */
    Connection winner(Deadline deadline) throws SQLException, InterruptedIOException {
        giveUpHope();
        try {
            return winner.get(deadline.remaining().toNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            // Thrown anew, so that the stack is that of this thread.
            throw new SQLException(lastFailure.getMessage(), lastFailure.getSQLState(), e.getCause());
        } catch (TimeoutException e) {
            if (winner.cancel(false)) {
                throw new SQLException(lastFailure.getMessage(), lastFailure.getSQLState(), e);
            }
            return winner.join();
        } catch (InterruptedException e) {
            throw interrupted();
        }
    }

    private InterruptedIOException interrupted() {
        Thread.currentThread().interrupt();
        if (!winner.cancel(false) && !winner.isCompletedExceptionally()) {
            Connections.discard(winner.join());
        }
        return new InterruptedIOException("interrupted while waiting for a connection to PostgreSQL");
    }

    /** Comes up with a connection, and may say why it has none yet. */
    interface Runner {
        Connection run(Consumer<SQLException> refused) throws SQLException;
    }
}
