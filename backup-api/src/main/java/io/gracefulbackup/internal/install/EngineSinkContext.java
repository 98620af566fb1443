package io.gracefulbackup.internal.install;

import io.gracefulbackup.BackupHeader;
import io.gracefulbackup.Deadline;
import io.gracefulbackup.internal.catalog.ResemblanceCheck;
import io.gracefulbackup.internal.config.Settings;
import io.gracefulbackup.internal.format.BackupReader;
import io.gracefulbackup.internal.format.UnreadableBackupException;
import io.gracefulbackup.internal.pointers.Pointers;
import io.gracefulbackup.internal.report.Messages;
import io.gracefulbackup.internal.report.OperatorLog;
import io.gracefulbackup.internal.support.Failures;
import io.gracefulbackup.spi.Inspection;
import io.gracefulbackup.spi.SinkContext;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** What the engine offers to sinks: settings, pointers, the inspection of sealed bytes, a log. */
final class EngineSinkContext implements SinkContext {
    private final String application;
    private final boolean ephemeralDisk;
    private final Settings settings;
    private final BackupReader reader;
    private final OperatorLog log;
    private final Pointers pointers;
    private final Set<String> settingsRead = ConcurrentHashMap.newKeySet();

    EngineSinkContext(
            String application,
            boolean ephemeralDisk,
            Settings settings,
            BackupReader reader,
            Pointers pointers,
            OperatorLog log) {
        this.application = application;
        this.ephemeralDisk = ephemeralDisk;
        this.settings = settings;
        this.reader = reader;
        this.pointers = pointers;
        this.log = log;
    }

    @Override
    public String application() {
        return application;
    }

    @Override
    public Optional<String> setting(String name) {
        settingsRead.add(name);
        return settings.setting(name);
    }

    @Override
    public Optional<String> secret(String name) {
        settingsRead.add(name);
        return settings.secret(name);
    }

    /** The names of the settings and secrets that were asked for. */
    Set<String> settingsRead() {
        return settingsRead;
    }

    @Override
    public boolean diskIsEphemeral() {
        return ephemeralDisk;
    }

    @Override
    public Inspection inspect(InputStream sealed) throws IOException {
        return inspect(sealed, reader::authenticate);
    }

    @Override
    public Inspection inspectHeader(InputStream sealed) throws IOException {
        return inspect(sealed, reader::readHeader);
    }

    @Override
    public List<String> pointers(String name, Deadline deadline) {
        try {
            return pointers.values(name, deadline);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return List.of();
        }
    }

    @Override
    public void warn(String line) {
        log.warnOnce(Messages.warning(line));
    }

    private static Inspection inspect(InputStream sealed, ResemblanceCheck.Reading<BackupHeader> reading)
            throws IOException {
        try {
            return new Inspection.Intact(ResemblanceCheck.read(sealed, reading));
        } catch (UnreadableBackupException.WrongKey wrongKey) {
            return new Inspection.UnknownKey(wrongKey.keyId());
        } catch (UnreadableBackupException.NewerFormat newer) {
            return new Inspection.NewerFormat(Failures.describe(newer));
        } catch (UnreadableBackupException.OtherApplication other) {
            return other.header()
                    .<Inspection>map(Inspection.OtherApplication::new)
                    .orElseGet(() -> new Inspection.Foreign(Failures.describe(other)));
        } catch (UnreadableBackupException.NotABackup foreign) {
            return new Inspection.Foreign(Failures.describe(foreign));
        } catch (UnreadableBackupException damaged) {
            return new Inspection.Damaged(Failures.describe(damaged));
        }
    }
}
