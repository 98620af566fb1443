package io.gracefulbackup.testkit;

import io.gracefulbackup.BackupHeader;
import io.gracefulbackup.Deadline;
import io.gracefulbackup.RetentionPolicy;
import io.gracefulbackup.spi.BackupSink;
import io.gracefulbackup.spi.Listing;
import io.gracefulbackup.spi.SealedBackup;
import io.gracefulbackup.spi.StoredBackup;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Copies backups to temporary files, so that they can be read after the backup run has ended. Its listing is empty. */
final class CapturingSink implements BackupSink {
    private final Path directory = Files.createTempDirectory("backup-testkit");
    private final List<Captured> all = new ArrayList<>();

    CapturingSink() throws IOException {}

    private record Captured(
            BackupHeader header, long size, String sha256, String contentDigest, long stateBytes, Path file)
            implements SealedBackup {
        @Override
        public InputStream newStream() throws IOException {
            return Files.newInputStream(file);
        }
    }

    @Override
    public String name() {
        return "capturing";
    }

    @Override
    public synchronized StoredBackup store(SealedBackup backup, Deadline deadline) throws IOException {
        Path file = directory.resolve(backup.header().id().value());
        try (InputStream in = backup.newStream()) {
            Files.copy(in, file);
        }
        all.add(new Captured(
                backup.header(), backup.size(), backup.sha256(), backup.contentDigest(), backup.stateBytes(), file));
        return StoredBackup.at(file.toString(), null);
    }

    @Override
    public Listing list(Deadline deadline) {
        return Listing.of(List.of());
    }

    @Override
    public InputStream open(StoredBackup backup, Deadline deadline) throws IOException {
        throw new IOException("This sink lists nothing, so there is nothing to open");
    }

    @Override
    public void delete(StoredBackup backup, Deadline deadline) {}

    @Override
    public RetentionPolicy defaultRetention() {
        return RetentionPolicy.keepAll();
    }

    /** The newest backup. */
    synchronized SealedBackup last() {
        return all.get(all.size() - 1);
    }

    /** Deletes a backup. */
    synchronized void forget(SealedBackup backup) {
        all.removeIf(captured -> captured == backup && delete(captured.file()));
    }

    synchronized void removeAll() throws IOException {
        all.removeIf(captured -> delete(captured.file()));
        Files.deleteIfExists(directory);
    }

    private static boolean delete(Path file) {
        try {
            return Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
