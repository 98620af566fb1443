package io.gracefulbackup.internal.install;

import io.gracefulbackup.internal.catalog.Catalog;
import io.gracefulbackup.internal.catalog.Lineage;
import io.gracefulbackup.internal.config.BackupConfig;
import io.gracefulbackup.internal.config.BuilderState;
import io.gracefulbackup.internal.config.ConfigurationProblems;
import io.gracefulbackup.internal.config.Settings;
import io.gracefulbackup.internal.format.BackupReader;
import io.gracefulbackup.internal.format.KeyRing;
import io.gracefulbackup.internal.pointers.EnvironmentPointers;
import io.gracefulbackup.internal.pointers.Pointers;
import io.gracefulbackup.internal.report.Messages;
import io.gracefulbackup.internal.report.OperatorLog;
import io.gracefulbackup.internal.restore.CopyReader;
import io.gracefulbackup.internal.restore.Restore;
import io.gracefulbackup.internal.restore.RestoreComponents;
import io.gracefulbackup.internal.restore.SourceBinder;
import io.gracefulbackup.internal.restore.StartDecision;
import io.gracefulbackup.internal.support.Failures;
import io.gracefulbackup.internal.support.Timeouts;
import io.gracefulbackup.spi.BackupSink;
import io.gracefulbackup.spi.SinkContext;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;

/** What an installation is built from: checked settings, keys, sinks, pointer stores, and what reads and restores backups. */
public record Components(
        Settings settings,
        BackupConfig config,
        KeyRing keys,
        BackupReader reader,
        SinkLoader loader,
        Pointers pointers,
        Catalog catalog,
        CopyReader copyReader,
        SourceBinder sourceBinder,
        OperatorLog log,
        UnaryOperator<String> redact,
        ClassLoader contextClassLoader) {
    /**
     * Reads the settings and opens the sinks.
     *
     * @throws io.gracefulbackup.BackupConfigurationException with all problems together
     */
    static Components of(BuilderState builder) {
        Settings settings = Settings.ofProcess(builder);
        UnaryOperator<String> redact = settings.redactor()::redact;
        OperatorLog log = new OperatorLog(redact);
        ClassLoader ofCaller = Thread.currentThread().getContextClassLoader();
        ClassLoader contextClassLoader = ofCaller == null ? ClassLoader.getSystemClassLoader() : ofCaller;
        SinkLoader loader = SinkLoader.load(contextClassLoader);
        ConfigurationProblems problems = new ConfigurationProblems(settings.redactor());
        BackupConfig config = BackupConfig.resolve(builder, settings, loader.settings(), problems);
        KeyRing keys = config.keys()
                .map(found -> new KeyRing(found.current(), found.previous()))
                .orElseGet(() -> new KeyRing(new byte[0], List.of()));
        BackupReader reader = new BackupReader(keys, config.application());
        Pointers pointers = new Pointers(log, redact, contextClassLoader);
        builder.pointerStores.forEach(pointers::add);
        pointers.add(new EnvironmentPointers(settings));
        SinkContext context =
                new EngineSinkContext(config.application(), config.render(), settings, reader, pointers, log);
        loader.openPointers(pointers, context, problems);
        loader.open(config.registered().sinks(), context, problems);
        checkPolicies(config, loader, problems);
        Components components = new Components(
                settings,
                config,
                keys,
                reader,
                loader,
                pointers,
                new Catalog(loader.sinks(), reader, contextClassLoader),
                new CopyReader(reader, contextClassLoader, log::warn),
                new SourceBinder(
                        config.registered().sources(), config.registered().ignoredSections(), log, redact),
                log,
                redact,
                contextClassLoader);
        try {
            problems.throwIfAny();
        } catch (RuntimeException mistakes) {
            log.flush(Timeouts.LOG_FLUSH);
            components.close();
            throw mistakes;
        }
        return components;
    }

    /** A restore, for one use; see {@code InstanceHost.newRestore}. */
    Restore newRestore(boolean followsChoices) {
        return new Restore(
                new RestoreComponents(
                        config, catalog, pointers, loader.broken(), copyReader, sourceBinder, keys, log, redact),
                followsChoices);
    }

    /** What the headers of all backups of this process have in common. */
    Lineage.Origin origin() {
        return new Lineage.Origin(
                config.application(),
                config.site().orElse(null),
                config.instance(),
                StartDecision.choice(config.start(), config.restoreTarget()));
    }

    /** Closes sinks and pointer stores, and the log once everything is written. */
    void close() {
        for (BackupSink sink : loader.sinks()) {
            try {
                sink.close();
            } catch (Exception | LinkageError failed) {
                log.warn(Messages.sinkNotClosed(sink.title(), Failures.describe(failed)));
            }
        }
        pointers.close();
        log.close();
    }

    /** The name of the application: no secrets. */
    @Override
    public String toString() {
        return "Assembly[" + config.application() + "]";
    }

    private static void checkPolicies(BackupConfig config, SinkLoader loader, ConfigurationProblems problems) {
        Set<String> names = loader.names();
        config.registered().retention().keySet().stream()
                .filter(name -> !names.contains(name))
                .forEach(name -> problems.add(Messages.policyForUnknownSink(name, names)));
    }
}
