package io.gracefulbackup.file;

import io.gracefulbackup.Deadline;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * An exclusive lock on the backups in one directory: a semaphore within this JVM, and a lock on a file beside the
 * backups between processes.
 *
 * <p>The operating system releases the file lock when a process dies, so a killed writer blocks nobody. The lock file
 * itself is never removed: otherwise two processes could each lock a different file of the same name.
 *
 * <p>Some file systems have no locks. Then the lock {@linkplain #isExclusive keeps apart} the threads of this process only,
 * which is {@linkplain Shortcomings said}.
 */
final class DirectoryLock implements AutoCloseable {
    /**
     * One semaphore per lock file. Closing any channel to a file releases the lock of the whole process, so a process
     * never opens a second one.
     */
    private static final Map<Path, Semaphore> SEMAPHORES = new ConcurrentHashMap<>();

    /**
     * How often a lock is tried again. A blocking lock call would react sooner, but the kernel attributes it to the
     * process instead of the thread and reports deadlocks that do not exist.
     */
    private static final long POLL_MILLIS = 5;

    private final Semaphore semaphore;
    private final OpenFile file;

    private DirectoryLock(Semaphore semaphore, OpenFile file) {
        this.semaphore = semaphore;
        this.file = file;
    }

    /**
     * The open lock file.
     *
     * @param channel its channel; closing it releases the lock
     * @param isLocked false if the file system has no locks
     */
    private record OpenFile(FileChannel channel, boolean isLocked) {}

    /**
     * Acquires the lock, waiting until the deadline at most.
     *
     * @param lockFile the real path of the lock file; its directory must exist
     * @throws InterruptedIOException if the deadline expires or this thread is interrupted while waiting
     */
    static DirectoryLock acquire(Path lockFile, Shortcomings shortcomings, Deadline deadline) throws IOException {
        String activity = "waiting for another writer, which holds " + lockFile;
        Semaphore semaphore = SEMAPHORES.computeIfAbsent(lockFile, file -> new Semaphore(1, true));
        try {
            while (!semaphore.tryAcquire(POLL_MILLIS, TimeUnit.MILLISECONDS)) {
                Cancellation.check(deadline, activity);
            }
            try {
                return new DirectoryLock(semaphore, lock(lockFile, shortcomings, deadline, activity));
            } catch (Throwable e) {
                semaphore.release();
                throw e;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw (IOException) new InterruptedIOException("interrupted while " + activity).initCause(e);
        }
    }

    /** Whether other processes are excluded as well. */
    boolean isExclusive() {
        return file.isLocked();
    }

    @Override
    public void close() throws IOException {
        try {
            file.channel().close();
        } finally {
            semaphore.release();
        }
    }

    private static OpenFile lock(Path lockFile, Shortcomings shortcomings, Deadline deadline, String activity)
            throws IOException, InterruptedException {
        FileChannel channel = FileChannel.open(
                lockFile,
                Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS),
                DurableFiles.privateFile());
        try {
            while (true) {
                Optional<Boolean> locked = tryLock(channel, lockFile, shortcomings);
                if (locked.isPresent()) {
                    return new OpenFile(channel, locked.get());
                }
                Cancellation.check(deadline, activity);
                TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
            }
        } catch (Throwable e) {
            channel.close();
            throw e;
        }
    }

    /** Reports if the file system has no locks. The channel is one to any file beside the lock file, opened for writing. */
    static void reportMissingLocks(FileChannel channel, Path lockFile, Shortcomings shortcomings) throws IOException {
        Optional<Boolean> unused = tryLock(channel, lockFile, shortcomings);
    }

    /**
     * Tries to lock a file. Does not wait.
     *
     * @return true if it is locked now, false if the file system has no locks; empty if another process holds the lock
     */
    private static Optional<Boolean> tryLock(FileChannel channel, Path lockFile, Shortcomings shortcomings)
            throws IOException {
        try {
            FileLock lock = channel.tryLock();
            return lock == null ? Optional.empty() : Optional.of(true);
        } catch (OverlappingFileLockException e) {
            // This library was loaded a second time by another class loader of this JVM, and that copy holds the lock.
            return Optional.empty();
        } catch (ClosedChannelException e) {
            throw e;
        } catch (IOException e) {
            // Such as ENOLCK. If the disk itself fails, writing to it will tell.
            shortcomings.notLocked(lockFile, e);
            return Optional.of(false);
        }
    }
}
