package io.gracefulbackup.file;

import io.gracefulbackup.Deadline;
import io.gracefulbackup.spi.SealedBackup;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Set;

/** A backup that is written and verified under a name of its own, before it takes its place. Gone when closed, if it has not. */
final class TemporaryFile implements AutoCloseable {
    private final Path path;
    private final SealedBackup backup;
    private final Deadline deadline;

    /** Begins nothing yet; to be used while holding the {@link DirectoryLock}. */
    TemporaryFile(Path path, SealedBackup backup, Deadline deadline) {
        this.path = path;
        this.backup = backup;
        this.deadline = deadline;
    }

    Path path() {
        return path;
    }

    /** Writes the sealed bytes, and returns when they are on disk. */
    void write() throws IOException {
        String activity = "writing " + path;
        FileChannel channel = FileChannel.open(
                path, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), DurableFiles.privateFile());
        Deadline.Registration registration = deadline.onExpiry(() -> close(channel));
        long written = 0;
        try (channel;
                InputStream in = Cancellation.cancellable(backup.newStream(), deadline, activity)) {
            byte[] buffer = new byte[Cancellation.BUFFER_SIZE];
            for (int n = in.readNBytes(buffer, 0, buffer.length); n > 0; n = in.readNBytes(buffer, 0, buffer.length)) {
                ByteBuffer remaining = ByteBuffer.wrap(buffer, 0, n);
                while (remaining.hasRemaining()) {
                    written += channel.write(remaining);
                }
            }
            channel.force(true);
        } catch (ClosedChannelException e) {
            Cancellation.check(deadline, activity);
            throw e;
        } catch (InterruptedIOException e) {
            throw e;
        } catch (IOException e) {
            throw explain(written, e);
        } finally {
            registration.close();
        }
    }

    /** Reads back what the file system holds. */
    void verify() throws IOException {
        MessageDigest digest = sha256();
        long size = 0;
        try (InputStream in = Cancellation.cancellable(
                Files.newInputStream(path, LinkOption.NOFOLLOW_LINKS), deadline, "reading " + path + " again")) {
            byte[] buffer = new byte[Cancellation.BUFFER_SIZE];
            for (int n = in.read(buffer); n > 0; n = in.read(buffer)) {
                digest.update(buffer, 0, n);
                size += n;
            }
        }
        String found = HexFormat.of().formatHex(digest.digest());
        if (size != backup.size() || !found.equals(backup.sha256())) {
            throw new FileSinkException(path + " was written but reads back differently: " + size
                    + " bytes with SHA-256 " + found + " instead of " + backup.size() + " bytes with "
                    + backup.sha256() + "; check the disk, or point BACKUP_FILE at another one");
        }
    }

    @Override
    public void close() throws IOException {
        Files.deleteIfExists(path);
    }

    /** What an error while writing means: systems say "no space" in many ways and languages, but all know the space. */
    private IOException explain(long written, IOException error) {
        try {
            long free = Files.getFileStore(path).getUsableSpace() + written;
            if (free < backup.size()) {
                return new FileSinkException(
                        "the disk is full: " + path + " needs " + backup.size() + " bytes, " + free
                                + " were free; make room, or point BACKUP_FILE at another disk",
                        error);
            }
        } catch (IOException e) {
            error.addSuppressed(e);
        }
        return error;
    }

    private static void close(FileChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            // The writer finds the channel closed, or the disk says again what is wrong with it.
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256, but this one has not", e);
        }
    }
}
