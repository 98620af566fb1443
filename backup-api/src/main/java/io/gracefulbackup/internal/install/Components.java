package io.gracefulbackup.internal.install;

import io.gracefulbackup.internal.catalog.Catalog;
import io.gracefulbackup.internal.config.BackupConfig;
import io.gracefulbackup.internal.config.BuilderState;
import io.gracefulbackup.internal.config.ConfigurationProblems;
import io.gracefulbackup.internal.config.Settings;
import io.gracefulbackup.internal.format.BackupReader;
import io.gracefulbackup.internal.format.KeyRing;
import io.gracefulbackup.internal.pointers.EnvironmentPointers;
import io.gracefulbackup.internal.pointers.Pointers;
import io.gracefulbackup.internal.report.OperatorLog;
import io.gracefulbackup.internal.restore.CopyReader;
import io.gracefulbackup.internal.restore.SourceBinder;
import io.gracefulbackup.internal.support.Failures;
import io.gracefulbackup.spi.BackupSink;
import io.gracefulbackup.spi.SinkContext;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;

/** What an installation is made of: settings read and checked, keys, sinks, pointer stores, and what works with them. */
public record Components(
        Settings settings,
        BackupConfig config,
        KeyRing keys,
        BackupReader reader,
        SinkLoader loader,
        Pointers pointers,
        Catalog catalog,
        CopyReader fetch,
        SourceBinder sections,
        OperatorLog console,
        UnaryOperator<String> redact,
        ClassLoader contextClassLoader) {
    private static final Duration CONSOLE_PATIENCE = Duration.ofSeconds(1);

    /**
     * Reads the settings and builds the sinks.
     *
     * @throws io.gracefulbackup.BackupConfigurationException with all mistakes together
     */
    static Components of(BuilderState plan) {
        Settings settings = Settings.ofProcess(plan);
        UnaryOperator<String> redact = settings.redactor()::redact;
        OperatorLog console = new OperatorLog(redact);
        ClassLoader ofCaller = Thread.currentThread().getContextClassLoader();
        ClassLoader contextClassLoader = ofCaller == null ? ClassLoader.getSystemClassLoader() : ofCaller;
        SinkLoader loader = SinkLoader.load(contextClassLoader);
        ConfigurationProblems problems = new ConfigurationProblems(settings.redactor());
        BackupConfig config = BackupConfig.resolve(plan, settings, loader.settings(), problems);
        KeyRing keys = config.keys()
                .map(found -> new KeyRing(found.current(), found.previous()))
                .orElseGet(() -> new KeyRing(new byte[0], List.of()));
        BackupReader reader = new BackupReader(keys, config.application());
        Pointers pointers = new Pointers(console, redact, contextClassLoader);
        plan.pointerStores.forEach(pointers::add);
        pointers.add(new EnvironmentPointers(settings));
        SinkContext context =
                new EngineSinkContext(config.application(), config.render(), settings, reader, pointers, console);
        loader.openPointers(pointers, context, problems);
        loader.open(config.registered().sinks(), context, problems);
        checkPolicies(config, loader, problems);
        Components parts = new Components(
                settings,
                config,
                keys,
                reader,
                loader,
                pointers,
                new Catalog(loader.sinks(), reader, contextClassLoader),
                new CopyReader(reader, contextClassLoader),
                new SourceBinder(
                        config.registered().sources(), config.registered().ignoredSections(), console, redact),
                console,
                redact,
                contextClassLoader);
        try {
            problems.throwIfAny();
        } catch (RuntimeException mistakes) {
            console.flush(CONSOLE_PATIENCE);
            parts.close();
            throw mistakes;
        }
        return parts;
    }

    /** Closes sinks and pointer stores; the console when it has said everything. */
    void close() {
        for (BackupSink sink : loader.sinks()) {
            try {
                sink.close();
            } catch (Exception | LinkageError failed) {
                console.warn("⚠️ " + sink.title() + " could not be closed: " + Failures.describe(failed));
            }
        }
        pointers.close();
        console.close();
    }

    /** Which parts there are says enough, and nothing secret. */
    @Override
    public String toString() {
        return "Assembly[" + config.application() + "]";
    }

    private static void checkPolicies(BackupConfig config, SinkLoader loader, ConfigurationProblems problems) {
        Set<String> names = loader.names();
        config.registered().retention().keySet().stream()
                .filter(name -> !names.contains(name))
                .forEach(name -> problems.add(
                        "A retention policy is given for the sink \"" + name + "\", but the sinks are " + names));
    }
}
