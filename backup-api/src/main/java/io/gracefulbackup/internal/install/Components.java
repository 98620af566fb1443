package io.gracefulbackup.internal.install;

import io.gracefulbackup.internal.catalog.Catalog;
import io.gracefulbackup.internal.catalog.Lineage;
import io.gracefulbackup.internal.config.BackupConfig;
import io.gracefulbackup.internal.config.BuilderState;
import io.gracefulbackup.internal.config.ConfigurationProblems;
import io.gracefulbackup.internal.config.DiskLifetime;
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
import io.gracefulbackup.internal.spool.SpoolPlaces;
import io.gracefulbackup.internal.support.Printable;
import io.gracefulbackup.internal.support.Threads;
import io.gracefulbackup.internal.support.Timeouts;
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
        ClassLoader contextClassLoader,
        Resources resources) {
    /**
     * Reads the settings, claims the application, and opens the sinks.
     *
     * @throws io.gracefulbackup.BackupConfigurationException with all problems together
     * @throws io.gracefulbackup.BackupException if this process has an installation of the application
     */
    static Components toInstall(BuilderState builder) {
        return of(builder, true);
    }

    /** As {@link #toInstall}, without a claim: the sinks and pointer stores of the builder stay open when this is closed. */
    static Components toAsk(BuilderState builder) {
        return of(builder, false);
    }

    private static Components of(BuilderState builder, boolean installs) {
        Settings settings = Settings.ofProcess(builder);
        UnaryOperator<String> redact =
                text -> Printable.text(settings.redactor().redact(text));
        OperatorLog log = new OperatorLog(redact);
        Resources resources = new Resources(log);
        try {
            return of(builder, installs, settings, redact, log, resources);
        } catch (RuntimeException | Error failed) {
            log.flush(Timeouts.LOG_FLUSH);
            resources.close();
            throw failed;
        }
    }

    private static Components of(
            BuilderState builder,
            boolean installs,
            Settings settings,
            UnaryOperator<String> redact,
            OperatorLog log,
            Resources resources) {
        ClassLoader contextClassLoader = contextClassLoader(Thread.currentThread());
        SinkLoader loader = SinkLoader.load(builder, contextClassLoader, ownClassLoader());
        ConfigurationProblems problems = new ConfigurationProblems(settings.redactor());
        BackupConfig config = BackupConfig.resolve(builder, settings, loader.settings(), problems);
        if (installs && problems.all().isEmpty()) {
            resources.add("The claim", Claim.of(config.application())::release);
        }
        KeyRing keys = config.keys()
                .map(found -> new KeyRing(found.current(), found.previous()))
                .orElseGet(() -> new KeyRing(new byte[0], List.of()));
        BackupReader reader = new BackupReader(keys, config.application());
        Pointers pointers = new Pointers(config.application(), log, redact, new Threads(contextClassLoader));
        builder.pointerStores.forEach(pointers::add);
        pointers.add(new EnvironmentPointers(settings));
        EngineSinkContext context = new EngineSinkContext(
                config.application(), config.disk() != DiskLifetime.LASTING, settings, reader, pointers, log);
        loader.openPointers(pointers, context, problems);
        loader.open(config.registered().sinks(), context, problems);
        loader.opened().forEach(resources::add);
        if (!builder.isIsolated) {
            loader.findUnused(settings, context.settingsRead(), config.requireAllSinks(), problems);
        }
        checkPolicies(config, loader, problems);
        problems.throwIfAny();
        if (installs) {
            builder.pointerStores.forEach(store -> resources.add(store.name() + " (pointers)", store));
            builder.sinks.forEach(sink -> resources.add(sink.title(), sink));
        }
        return new Components(
                settings,
                config,
                keys,
                reader,
                loader,
                pointers,
                new Catalog(loader.sinks(), reader, contextClassLoader),
                new CopyReader(
                        reader,
                        contextClassLoader,
                        log::warn,
                        log.progress(),
                        SpoolPlaces.and(config.backupDirectory())),
                new SourceBinder(
                        config.registered().sources(),
                        config.registered().ignoredSections(),
                        config.drops(),
                        log,
                        redact),
                log,
                redact,
                contextClassLoader,
                resources);
    }

    /** The class loader that the host's code runs with. */
    static ClassLoader contextClassLoader(Thread caller) {
        ClassLoader ofCaller = caller.getContextClassLoader();
        return ofCaller == null ? ClassLoader.getSystemClassLoader() : ofCaller;
    }

    /** The class loader of the library, which may see its modules where that of the host's thread does not. */
    private static ClassLoader ownClassLoader() {
        ClassLoader own = Components.class.getClassLoader();
        return own == null ? ClassLoader.getSystemClassLoader() : own;
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
        return new Lineage.Origin(config.application(), config.site().orElse(null), config.instance());
    }

    /** Closes sinks, pointer stores and the log, and gives up the claim. Idempotent. */
    void close() {
        resources.close();
    }

    /** The name of the application: no secrets. */
    @Override
    public String toString() {
        return "Components[" + config.application() + "]";
    }

    private static void checkPolicies(BackupConfig config, SinkLoader loader, ConfigurationProblems problems) {
        Set<String> names = loader.names();
        config.registered().retention().keySet().stream()
                .filter(name -> !names.contains(name))
                .forEach(name -> problems.add(Messages.policyForUnknownSink(name, names)));
    }
}
