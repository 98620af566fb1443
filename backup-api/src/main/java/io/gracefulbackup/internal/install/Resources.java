package io.gracefulbackup.internal.install;

import io.gracefulbackup.internal.report.Messages;
import io.gracefulbackup.internal.report.OperatorLog;
import io.gracefulbackup.internal.support.Failures;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/** What an installation gives back when it ends. Each is closed once, the last one first; one that fails does not stop the others. */
final class Resources {
    private final OperatorLog log;
    private final Deque<Resource> open = new ArrayDeque<>();

    private record Resource(String title, AutoCloseable closeable) {}

    Resources(OperatorLog log) {
        this.log = log;
    }

    /** Takes over a resource. */
    synchronized void add(String title, AutoCloseable closeable) {
        open.push(new Resource(title, closeable));
    }

    /** Closes everything, and the log at the end. Idempotent. */
    void close() {
        for (Resource next = poll(); next != null; next = poll()) {
            try {
                next.closeable.close();
            } catch (Exception | Error failed) {
                log.warn(Messages.notClosed(next.title, Failures.describe(failed)));
            }
        }
        log.close();
    }

    private synchronized @Nullable Resource poll() {
        return open.poll();
    }
}
