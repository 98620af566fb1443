package io.gracefulbackup.file;

import io.gracefulbackup.Deadline;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
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
    private final FileChannel channel;

    private DirectoryLock(Semaphore semaphore, FileChannel channel) {
        this.semaphore = semaphore;
        this.channel = channel;
    }

    /**
     * Acquires the lock, waiting until the deadline at most.
     *
     * @param lockFile the real path of the lock file; its directory must exist
     * @throws InterruptedIOException if the deadline expires or this thread is interrupted while waiting
     */
    static DirectoryLock acquire(Path lockFile, Deadline deadline) throws IOException {
        String activity = "waiting for another writer, which holds " + lockFile;
        Semaphore semaphore = SEMAPHORES.computeIfAbsent(lockFile, file -> new Semaphore(1, true));
        try {
            while (!semaphore.tryAcquire(POLL_MILLIS, TimeUnit.MILLISECONDS)) {
                Cancellation.check(deadline, activity);
            }
            try {
                return new DirectoryLock(semaphore, lock(lockFile, deadline, activity));
            } catch (Throwable e) {
                semaphore.release();
                throw e;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw (IOException) new InterruptedIOException("interrupted while " + activity).initCause(e);
        }
    }

    @Override
    public void close() throws IOException {
        try {
            channel.close();
        } finally {
            semaphore.release();
        }
    }

    private static FileChannel lock(Path lockFile, Deadline deadline, String activity)
            throws IOException, InterruptedException {
        FileChannel channel = FileChannel.open(
                lockFile,
                Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS),
                DurableFiles.privateFile());
        try {
            while (!tryLock(channel)) {
                Cancellation.check(deadline, activity);
                TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
            }
            return channel;
        } catch (Throwable e) {
            channel.close();
            throw e;
        }
    }

    private static boolean tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock() != null;
        } catch (OverlappingFileLockException e) {
            // This library was loaded a second time by another class loader of this JVM, and that copy holds the lock.
            return false;
        }
    }
}
