package io.gracefulbackup.file;

import io.gracefulbackup.spi.BackupSink;
import io.gracefulbackup.spi.SinkContext;
import io.gracefulbackup.spi.StoredBackup;
import io.gracefulbackup.testkit.BackupSinkContract;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;

/** The contract of sinks. */
class FileSinkContractTest extends BackupSinkContract {
    @TempDir
    Path directory;

    @Override
    protected Map<String, String> settings() {
        return Map.of("BACKUP_FILE", main().toString());
    }

    @Override
    protected BackupSink open(SinkContext context) {
        return configured(new FileSinkProvider(), context);
    }

    @Override
    protected boolean canListOthers() {
        return true;
    }

    @Override
    protected void damage(StoredBackup entry, UnaryOperator<byte[]> change) throws IOException {
        Path file = Path.of(entry.location());
        Files.write(file, change.apply(Files.readAllBytes(file)));
    }

    @Override
    protected void addForeignEntry() throws IOException {
        Files.writeString(main().resolveSibling("data.enc.0123456789abcdef0123456789abcdef"), "{\"blocks\": []}");
        Files.createDirectory(directory.resolve("data.enc.directory"));
    }

    @Override
    protected BackupSink openUnreachable() throws IOException {
        Path obstacle = Files.writeString(directory.resolve("obstacle"), "a file where a directory should be");
        FileNames names = new FileNames(obstacle.resolve("data.enc").toString());
        return new FileSink(names, contextWith(Map.of()), Files::createLink, InstantSource.system());
    }

    /** A lock file that cannot be opened: root may write to read-only directories. */
    @Override
    protected void refuseWrites() throws IOException {
        Path lock = main().resolveSibling(".data.enc.lock");
        Files.deleteIfExists(lock);
        Files.createSymbolicLink(lock, directory.resolve("elsewhere"));
    }

    @Override
    protected Object contents() throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.map(Path::toString).collect(Collectors.toSet());
        }
    }

    private Path main() {
        return directory.resolve("data.enc");
    }
}
