package io.gracefulbackup.internal.engine;

import io.gracefulbackup.BackupConfigurationException;
import io.gracefulbackup.BackupException;
import io.gracefulbackup.RestoreReport;
import io.gracefulbackup.internal.config.BackupConfig;
import io.gracefulbackup.internal.config.HostPlan;
import io.gracefulbackup.internal.config.Settings;
import io.gracefulbackup.internal.format.BackupReader;
import io.gracefulbackup.internal.format.KeyRing;
import io.gracefulbackup.spi.BackupHeader;
import io.gracefulbackup.spi.BackupSink;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;

/** What {@code install()} does: settings, sinks, restore, arm, warm up. */
final class Installation {
    private static final Duration CONSOLE_PATIENCE = Duration.ofSeconds(1);

    private final HostPlan plan;
    private final long begun = System.nanoTime();
    private final ClassLoader contextClassLoader;

    Installation(HostPlan plan) {
        this.plan = plan;
        ClassLoader ofCaller = Thread.currentThread().getContextClassLoader();
        this.contextClassLoader = ofCaller == null ? ClassLoader.getSystemClassLoader() : ofCaller;
    }

    Engine run() {
        Settings settings = Settings.ofProcess(plan.settings);
        UnaryOperator<String> redact = settings.redact()::apply;
        Console console = new Console(redact);
        try {
            return run(settings, redact, console);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new BackupException("Interrupted while asking the sinks for backups", interrupted);
        } finally {
            console.flush(CONSOLE_PATIENCE);
        }
    }

    private Engine run(Settings settings, UnaryOperator<String> redact, Console console) throws InterruptedException {
        SinkLoader loader = SinkLoader.load(contextClassLoader);
        BackupConfig config = configure(settings, loader, console);
        KeyRing keys = new KeyRing(config.secretKey(), config.previousKeys());
        BackupReader reader = new BackupReader(keys, config.application());
        openSinks(settings, loader, config, reader, console);

        Restore.Settled settled = new Restore(config, loader, reader, keys, console, contextClassLoader).run();
        Engine engine = engine(config, loader, settled, reader, keys, console, redact);
        return engine;
    }
}
