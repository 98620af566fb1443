package io.gracefulbackup.internal.engine;

import io.gracefulbackup.BackupException;
import io.gracefulbackup.RestoreReport;
import io.gracefulbackup.internal.config.BackupConfig;
import io.gracefulbackup.internal.config.HostPlan;
import io.gracefulbackup.internal.config.Problems;
import io.gracefulbackup.internal.config.Settings;
import io.gracefulbackup.internal.config.StartPolicy;
import io.gracefulbackup.internal.engine.BackupRun.Means;
import io.gracefulbackup.internal.format.BackupReader;
import io.gracefulbackup.internal.format.KeyRing;
import io.gracefulbackup.spi.BackupHeader;
import io.gracefulbackup.spi.BackupSink;
import io.gracefulbackup.spi.SinkContext;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;

/** What {@code install()} does: settings, sinks, restore, arm, warm up. */
final class Installation {
    private static final Duration CONSOLE_PATIENCE = Duration.ofSeconds(1);
    private static final String PREVIEW =
            " backup skipped: this is the preview of a pull request (IS_PULL_REQUEST=true)";

    private final HostPlan plan;
    private final Settings settings;
    private final UnaryOperator<String> redact;
    private final Console console;
    private final ClassLoader contextClassLoader;
    private final long begun = System.nanoTime();

    Installation(HostPlan plan) {
        this.plan = plan;
        this.settings = Settings.ofProcess(plan);
        this.redact = settings.redact()::text;
        this.console = new Console(redact);
        ClassLoader ofCaller = Thread.currentThread().getContextClassLoader();
        this.contextClassLoader = ofCaller == null ? ClassLoader.getSystemClassLoader() : ofCaller;
    }

    Engine run() {
        try {
            return install();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new BackupException("Interrupted while asking the sinks for backups", interrupted);
        } finally {
            console.flush(CONSOLE_PATIENCE);
        }
    }

    private Engine install() throws InterruptedException {
        SinkLoader loader = SinkLoader.load(contextClassLoader);
        Problems problems = new Problems(settings.redact());
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
        loader.open(config.host().sinks(), context, problems);
        checkPolicies(config, loader, problems);
        try {
            problems.throwIfAny();
            return install(config, loader, pointers, reader, keys);
        } catch (RuntimeException | Error refused) {
            close(loader.sinks(), pointers);
            throw refused;
        }
    }

    private Engine install(BackupConfig config, SinkLoader loader, Pointers pointers, BackupReader reader, KeyRing keys)
            throws InterruptedException {
        tellSettings(config, loader);
        Catalog catalog = new Catalog(loader.sinks(), reader, contextClassLoader);
        Restore.Settled settled = new Restore(
                        config, catalog, pointers, loader.broken(), reader, keys, console, redact, contextClassLoader)
                .run();
        Lineage.Origin origin = origin(config);
        RestoreReport report = report(settled);
        Means means = means(config, loader, catalog, pointers, keys, lineage(origin, settled));
        Listeners listeners = new Listeners(config.host().listeners(), console, contextClassLoader);
        Engine engine =
                new Engine(config, () -> close(loader.sinks(), pointers), means, listeners, report, contextClassLoader);
        if (!engine.arm()) {
            engine.shutGate();
            console.warn("⚠️ The process was exiting before install() had ended: nothing will be saved");
            return engine;
        }
        tellStart(config, loader.sinks(), settled);
        listeners.tell(report);
        Task.start("warm-up", contextClassLoader, () -> {
            warmUp(keys, origin);
            return true;
        });
        return engine;
    }

    /** What fails here would fail at the exit, when it is too late. */
    private void warmUp(KeyRing keys, Lineage.Origin origin) {
        try {
            WarmUp.run(keys, origin);
        } catch (IOException | RuntimeException | Error failed) {
            console.error("❌ No backup can be made here: " + Failures.describe(failed)
                    + ". The exit will save nothing until this is mended");
        }
    }

    private static void checkPolicies(BackupConfig config, SinkLoader loader, Problems problems) {
        Set<String> names = loader.names();
        config.host().retention().keySet().stream()
                .filter(name -> !names.contains(name))
                .forEach(name -> problems.add(
                        "A retention policy is given for the sink \"" + name + "\", but the sinks are " + names));
    }

    private void close(List<BackupSink> sinks, Pointers pointers) {
        for (BackupSink sink : sinks) {
            try {
                sink.close();
            } catch (Exception | LinkageError failed) {
                console.warn("⚠️ " + sink.title() + " could not be closed: " + Failures.describe(failed));
            }
        }
        pointers.close();
        console.close();
    }

    private Means means(
            BackupConfig config, SinkLoader loader, Catalog catalog, Pointers pointers, KeyRing keys, Lineage lineage) {
        Map<String, String> skipped = new LinkedHashMap<>(loader.skipped());
        if (config.pullRequest()) {
            loader.sinks().forEach(sink -> skipped.put(sink.name(), sink.title() + PREVIEW));
        }
        return new Means(
                new Drain(config.host().drains(), config.drainTimeout(), contextClassLoader, console),
                new WriteGate(),
                new Snapshot(config.host().sources(), config.host().lock().orElse(null), keys, contextClassLoader),
                new Delivery(
                        config.pullRequest() ? List.of() : loader.sinks(),
                        config.host().retention(),
                        new Retention(catalog),
                        pointers,
                        console,
                        redact,
                        contextClassLoader),
                lineage,
                skipped,
                console,
                redact,
                config.host().clock());
    }

    private static Lineage.Origin origin(BackupConfig config) {
        return new Lineage.Origin(
                config.application(),
                config.site().orElse(null),
                config.instance(),
                StartDecision.choice(config.start(), config.wanted()));
    }

    private static Lineage lineage(Lineage.Origin origin, Restore.Settled settled) {
        return new Lineage(
                origin, settled.restored(), settled.contentDigest(), settled.epoch(), settled.lastSequence());
    }

    private RestoreReport report(Restore.Settled settled) {
        return new RestoreReport(
                settled.restored() == null ? RestoreReport.Outcome.EMPTY : RestoreReport.Outcome.RESTORED,
                settled.restored(),
                settled.sink(),
                settled.explanation(),
                Duration.ofNanos(System.nanoTime() - begun));
    }

    private void tellSettings(BackupConfig config, SinkLoader loader) {
        config.warnings().forEach(warning -> console.warn("⚠️ " + warning));
        loader.broken().forEach((name, why) -> console.error("❌ The sink " + name + " could not be loaded: " + why));
        console.debug("Settings: " + settings.redacted());
    }

    private void tellStart(BackupConfig config, List<BackupSink> sinks, Restore.Settled settled) {
        for (BackupSink sink : sinks) {
            if (!sink.detectedLine().isEmpty()) {
                console.info(sink.detectedLine());
            }
        }
        settled.explanation().forEach(line -> {
            if (line.startsWith(StartDecision.WARNING)) {
                console.warn(line);
            } else {
                console.debug(line);
            }
        });
        BackupHeader restored = settled.restored();
        if (restored == null) {
            console.info(
                    config.start() == StartPolicy.EMPTY
                            ? "✓ Starting empty, as BACKUP_START=empty says"
                            : "✓ No backup of " + config.application() + " yet: starting empty");
            return;
        }
        console.info(List.of(
                "✅ " + capitalized(config.application()) + " successfully restored!",
                "   " + restored.name() + " from " + settled.sink() + " (epoch " + restored.epoch() + ", sequence "
                        + restored.sequence() + ", id " + restored.id() + ")"));
        warnOfOtherSite(config, restored);
    }

    /** A laptop with the settings of production restores its data, and will save over it. */
    private void warnOfOtherSite(BackupConfig config, BackupHeader restored) {
        String there = restored.site();
        String here = config.site().orElse(null);
        if (there != null && !there.equals(here)) {
            console.warn("⚠️ This backup was made by the site \"" + there + "\", and this is "
                    + (here == null ? "no named site" : "\"" + here + "\"")
                    + ": if both run, each will overwrite what the other saves. BACKUP_SITE names a site, BACKUP_APP"
                    + " keeps applications apart");
        }
    }

    private static String capitalized(String text) {
        return text.substring(0, 1).toUpperCase(Locale.ROOT) + text.substring(1);
    }
}
