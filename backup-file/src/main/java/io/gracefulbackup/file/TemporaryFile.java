package io.gracefulbackup.file;

import io.gracefulbackup.Deadline;
import io.gracefulbackup.spi.SealedBackup;
import java.io.ByteArrayInputStream;
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

/** Writes and verifies bytes under a temporary name. Closing deletes the file if it still has that name. */
final class TemporaryFile implements AutoCloseable {
    private final Path path;
    private final Content content;
    private final Deadline deadline;

    /** Creates nothing yet. Without the {@link DirectoryLock} a writer may take the file for one that a killed writer left. */
    TemporaryFile(Path path, Content content, Deadline deadline) {
        this.path = path;
        this.content = content;
        this.deadline = deadline;
    }

    /**
     * The bytes to write.
     *
     * @param size their number
     * @param sha256 their SHA-256, 64 lower-case hexadecimal digits
     * @param source opens a stream over them
     */
    record Content(long size, String sha256, Source source) {

        /** The sealed bytes of a backup. */
        static Content of(SealedBackup backup) {
            return new Content(backup.size(), backup.sha256(), backup::newStream);
        }

        /** These bytes, which must not be changed. */
        static Content of(byte[] bytes) {
            return new Content(
                    bytes.length,
                    HexFormat.of().formatHex(newSha256().digest(bytes)),
                    () -> new ByteArrayInputStream(bytes));
        }
    }

    /** Opens streams. */
    @FunctionalInterface
    interface Source {
        InputStream newStream() throws IOException;
    }

    Path path() {
        return path;
    }

    /** Writes the bytes and forces them to disk. */
    void write() throws IOException {
        String activity = "writing " + path;
        FileChannel channel = FileChannel.open(
                path, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), DurableFiles.privateFile());
        Deadline.Registration registration = deadline.onExpiry(() -> close(channel));
        long written = 0;
        try (channel;
                InputStream in = Cancellation.cancellable(content.source().newStream(), deadline, activity)) {
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

    /**
     * Reads the file back and compares it with the bytes.
     *
     * @throws FileSinkException if they differ
     */
    void verify() throws IOException {
        MessageDigest digest = newSha256();
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
        if (size != content.size() || !found.equals(content.sha256())) {
            throw new FileSinkException(path + " was written but reads back differently: " + size
                    + " bytes with SHA-256 " + found + " instead of " + content.size() + " bytes with "
                    + content.sha256() + "; check the disk, or point BACKUP_FILE at another one");
        }
    }

    @Override
    public void close() throws IOException {
        Files.deleteIfExists(path);
    }

    /**
     * Explains a failed write if the disk is full. The messages of operating systems for that differ, so the free space
     * is compared instead.
     */
    private IOException explain(long written, IOException error) {
        try {
            long free = Files.getFileStore(path).getUsableSpace() + written;
            if (free < content.size()) {
                return new FileSinkException(
                        "the disk is full: " + path + " needs " + content.size() + " bytes, " + free
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
            // The writing thread finds the channel closed or fails itself, and reports that.
        }
    }

    private static MessageDigest newSha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256, but this one does not", e);
        }
    }
}
