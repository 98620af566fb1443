package io.gracefulbackup.file;

import com.google.auto.service.AutoService;
import io.gracefulbackup.BackupConfigurationException;
import io.gracefulbackup.spi.BackupSinkProvider;
import io.gracefulbackup.spi.PermanentFailureException;
import io.gracefulbackup.spi.SinkContext;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;

/**
 * Provides the file sink: on by default, with {@code BACKUP_FILE} naming the file; {@code BACKUP_FILE=off} turns it
 * off.
 */
@AutoService(BackupSinkProvider.class)
public final class FileSinkProvider implements BackupSinkProvider {
    static final String SETTING = "BACKUP_FILE";
    private static final String DEFAULT_FILE = "blocks/blockchain_data.encrypted";

    /** Creates the provider; called by {@link java.util.ServiceLoader}. */
    public FileSinkProvider() {}

    @Override
    public String name() {
        return FileSink.NAME;
    }

    @Override
    public Set<String> settings() {
        return Set.of(SETTING);
    }

    @Override
    public Opening open(SinkContext context) {
        Optional<FileNames> configured = fileNames(context);
        if (configured.isEmpty()) {
            return new Opening.NotConfigured("");
        }
        FileNames names = configured.get();
        try {
            PathCheck.directoryExists(names);
            Optional<BasicFileAttributes> main = PathCheck.regularFile(names.main());
            if (main.isPresent() && main.get().size() == 0 && Mounts.isMountPoint(names.main())) {
                // An empty file that was created to be mounted is not a damaged backup.
                throw FileProbe.mountPoint(names, null);
            }
        } catch (FileSinkException | PermanentFailureException e) {
            throw new BackupConfigurationException(String.valueOf(e.getMessage()));
        } catch (IOException e) {
            // The path cannot be inspected, which does not mean that it is misconfigured: list() will report the
            // reason.
        }
        return new Opening.Configured(new FileSink(names, context, Files::createLink, InstantSource.system()));
    }

    /**
     * The names for the configured file; empty if the sink is turned off.
     *
     * @throws BackupConfigurationException if the setting is not a path
     */
    static Optional<FileNames> fileNames(SinkContext context) {
        String configured = context.setting(SETTING).orElse(DEFAULT_FILE);
        return configured.equalsIgnoreCase("off") ? Optional.empty() : Optional.of(names(configured));
    }

    private static FileNames names(String configured) {
        try {
            return new FileNames(configured);
        } catch (InvalidPathException e) {
            throw new BackupConfigurationException(
                    SETTING + " is \"" + configured + "\", which is not a path (" + e.getReason() + "); name a file");
        }
    }
}
