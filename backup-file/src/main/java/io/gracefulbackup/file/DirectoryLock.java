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
 * The right to change the backups of one place. Within a JVM a semaphore gives it, among processes a lock on a file beside
 * the backups. The system lets go of that lock when a process dies, so a killed writer blocks nobody; the file itself stays,
 * because removing it would let two processes lock two files of the same name.
 */
final class DirectoryLock implements AutoCloseable {
    /** By lock file. A process loses its lock when it closes any channel to that file, so it never opens a second one. */
    private static final Map<Path, Semaphore> SEMAPHORES = new ConcurrentHashMap<>();

    /** Waiting in the system call would be shorter, but the kernel takes threads for their process and sees deadlocks. */
    private static final long POLL_MILLIS = 5;

    private final Semaphore semaphore;
    private final FileChannel channel;

    private DirectoryLock(Semaphore semaphore, FileChannel channel) {
        this.semaphore = semaphore;
        this.channel = channel;
    }

    /**
     * Waits for the turn, at most until the deadline.
     *
     * @param lockFile its real path, in a directory that exists
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
            return false; // Held by this library in the same JVM, loaded a second time by another class loader.
        }
    }
}
