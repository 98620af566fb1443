package io.gracefulbackup.file;

import io.gracefulbackup.BackupHeader;
import io.gracefulbackup.BackupId;
import io.gracefulbackup.Deadline;
import io.gracefulbackup.spi.Inspection;
import io.gracefulbackup.spi.Listing;
import io.gracefulbackup.spi.SealedBackup;
import io.gracefulbackup.spi.StoredBackup;
import io.gracefulbackup.testkit.TestSinkContext;
import io.gracefulbackup.testkit.internal.SyntheticBackup;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A sink on an empty directory, and helpers for its tests. */
abstract class SinkTest {
    static final Instant LONG_AGO = Instant.parse("2000-01-01T00:00:00Z");

    @TempDir
    Path directory;

    final TestInspector inspector = new TestInspector();
    final TestSinkContext context = new TestSinkContext(SyntheticBackup.APPLICATION, inspector);
    Path main;
    FileSink sink;

    @BeforeEach
    void createSink() {
        main = directory.resolve("data.enc");
        sink = newSink(main, context, Files::createLink);
    }

    /** A sink that uses the system's clock. */
    static FileSink newSink(Path main, TestSinkContext context) {
        return newSink(main, context, Files::createLink, InstantSource.system());
    }

    /** A sink whose clock makes every file look recently changed, unless a test made it {@linkplain #LONG_AGO old}. */
    static FileSink newSink(Path main, TestSinkContext context, DurableFiles.Linker linker) {
        return newSink(main, context, linker, InstantSource.fixed(LONG_AGO.plusSeconds(1)));
    }

    static FileSink newSink(Path main, TestSinkContext context, DurableFiles.Linker linker, InstantSource clock) {
        return new FileSink(new FileNames(main.toString()), context, linker, clock);
    }

    static Deadline enough() {
        return Deadline.after(Duration.ofSeconds(30));
    }

    StoredBackup store(SealedBackup backup) throws IOException {
        return sink.store(backup, enough());
    }

    List<StoredBackup> list() throws IOException {
        return ((Listing.Listed) sink.list(enough())).backups();
    }

    Path side(SyntheticBackup backup) {
        return side(backup.header().id());
    }

    Path side(BackupId id) {
        return main.resolveSibling(main.getFileName() + "." + id);
    }

    /** The backup in a file, authenticated. */
    static BackupHeader read(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            Inspection found = SyntheticBackup.INSPECTOR.inspect(in);
            if (found instanceof Inspection.Intact intact) {
                return intact.header();
            }
            throw new AssertionError(file + " holds no intact backup: " + found);
        }
    }

    /** All names in the directory but the lock's, sorted. */
    List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> !name.endsWith(".lock"))
                    .sorted()
                    .toList();
        }
    }
}
