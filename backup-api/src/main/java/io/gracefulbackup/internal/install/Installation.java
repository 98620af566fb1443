package io.gracefulbackup.internal.install;

import io.gracefulbackup.BackupConfigurationException;
import io.gracefulbackup.BackupException;
import io.gracefulbackup.BackupHeader;
import io.gracefulbackup.Deadline;
import io.gracefulbackup.PreviousShutdown.Outcome;
import io.gracefulbackup.RestoreReport;
import io.gracefulbackup.StartPlan;
import io.gracefulbackup.internal.catalog.Lineage;
import io.gracefulbackup.internal.config.BackupConfig;
import io.gracefulbackup.internal.config.BuilderState;
import io.gracefulbackup.internal.config.HandoffPolicy;
import io.gracefulbackup.internal.config.StartPolicy;
import io.gracefulbackup.internal.handoff.HandoffParticipant;
import io.gracefulbackup.internal.pointers.Receipt;
import io.gracefulbackup.internal.pointers.ReceiptWriter;
import io.gracefulbackup.internal.pointers.ShutdownAssessment;
import io.gracefulbackup.internal.report.Listeners;
import io.gracefulbackup.internal.report.OperatorLog;
import io.gracefulbackup.internal.report.Summary;
import io.gracefulbackup.internal.restore.Decision;
import io.gracefulbackup.internal.restore.Restore;
import io.gracefulbackup.internal.restore.RestoreComponents;
import io.gracefulbackup.internal.restore.StartDecision;
import io.gracefulbackup.internal.restore.StartOutcome;
import io.gracefulbackup.internal.retention.Retention;
import io.gracefulbackup.internal.run.BackupRun.RunComponents;
import io.gracefulbackup.internal.run.Delivery;
import io.gracefulbackup.internal.run.Drain;
import io.gracefulbackup.internal.run.Holdings;
import io.gracefulbackup.internal.run.SavePermit;
import io.gracefulbackup.internal.run.Snapshot;
import io.gracefulbackup.internal.run.WriteGate;
import io.gracefulbackup.internal.support.Failures;
import io.gracefulbackup.internal.support.Task;
import io.gracefulbackup.spi.BackupSink;
import io.gracefulbackup.spi.lease.Lease;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** What {@code install()} does with what was assembled: restore, arm, and, in the background, warm up and heal. */
public final class Installation {
    private static final Duration RECEIPT_PATIENCE = Duration.ofSeconds(2);
    private static final Duration CONSOLE_PATIENCE = Duration.ofSeconds(1);
    private static final String PREVIEW =
            " backup skipped: this is the preview of a pull request (IS_PULL_REQUEST=true)";

    private final Components parts;
    private final BackupConfig config;
    private final OperatorLog console;
    private final long begun = System.nanoTime();

    private Installation(Components parts) {
        this.parts = parts;
        this.config = parts.config();
        this.console = parts.console();
    }

    public Restore restore(boolean followsChoices) {
        return new Restore(
                new RestoreComponents(
                        config,
                        parts.catalog(),
                        parts.pointers(),
                        parts.loader().broken(),
                        parts.fetch(),
                        parts.sections(),
                        parts.keys(),
                        console,
                        parts.redact()),
                followsChoices);
    }

    /** Restores and arms. */
    static Engine install(BuilderState plan) {
        return with(plan, Installation::install, false);
    }

    /** Looks at what {@code install()} would do, and does nothing. */
    static StartPlan plan(BuilderState plan) {
        return with(plan, Installation::plan, true);
    }

    private interface Step<T> {
        T run(Installation installation) throws InterruptedException;
    }

    private static <T> T with(BuilderState plan, Step<T> step, boolean closeAfterwards) {
        Components parts = Components.of(plan);
        boolean open = false;
        try {
            T result = step.run(new Installation(parts));
            open = !closeAfterwards;
            return result;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new BackupException("Interrupted while asking the sinks for backups", interrupted);
        } finally {
            parts.console().flush(CONSOLE_PATIENCE);
            if (!open) {
                parts.close();
            }
        }
    }

    private StartPlan plan() throws InterruptedException {
        Decision decision = restore(true).decide();
        List<String> explanation =
                decision.explanation().stream().map(parts.redact()).toList();
        if (decision instanceof Decision.Restore found) {
            return new StartPlan(
                    StartPlan.Action.RESTORE, found.candidates().get(0).header(), "", explanation);
        }
        return decision instanceof Decision.Refuse refuse
                ? new StartPlan(StartPlan.Action.REFUSE, null, parts.redact().apply(refuse.reason()), explanation)
                : new StartPlan(StartPlan.Action.START_EMPTY, null, "", explanation);
    }

    private Engine install() throws InterruptedException {
        tellSettings();
        Optional<Receipt> receipt = parts.pointers().receipt(Deadline.after(RECEIPT_PATIENCE));
        Optional<LeaseKeeper> keeper = leaseKeeper();
        if (keeper.isPresent()) {
            return new HandoffParticipant(this, keeper.get(), receipt).install();
        }
        warnOfOverlap();
        return install(receipt);
    }

    private Engine install(Optional<Receipt> receipt) throws InterruptedException {
        StartOutcome settled = restore(true).run();
        RestoreReport report = report(settled, receipt);
        RunComponents means = means(lineage(settled), WriteGate.open(), () -> Optional.of(SavePermit.ALONE));
        Engine engine = new Engine(parts, means, listeners(), receipts(), report, null);
        if (!engine.arm()) {
            engine.shutGate();
            console.warn("⚠️ The process was exiting before install() had ended: nothing will be saved");
            return engine;
        }
        tellStart(settled, report);
        engine.restored(report);
        engine.hostIsActive(report);
        Task.start("warm-up", parts.contextClassLoader(), () -> {
            warmUp(settled.stateBytes(), receipt);
            EnvironmentChecks.warnings().forEach(console::warn);
            settle(engine, settled);
            tellWhetherPreviousKeysAreNeeded();
            return true;
        });
        engine.startCheckpoints();
        return engine;
    }

    /** The sink that keeps the lease, and the lease. */
    public record LeaseKeeper(BackupSink sink, String instance, Lease lease) {}

    private Optional<LeaseKeeper> leaseKeeper() {
        if (config.handoff() == HandoffPolicy.OFF || config.pullRequest()) {
            return Optional.empty();
        }
        String instance = config.instance() + "-" + HexFormat.of().toHexDigits(new SecureRandom().nextInt());
        for (BackupSink sink : parts.loader().sinks()) {
            Optional<Lease> lease = sink.lease(instance, config.leaseTerm());
            if (lease.isPresent()) {
                return Optional.of(new LeaseKeeper(sink, instance, lease.get()));
            }
        }
        if (config.handoff() == HandoffPolicy.ON) {
            throw new BackupConfigurationException(
                    "BACKUP_HANDOFF is \"on\", but no sink keeps a lease: set DATABASE_URL (and"
                            + " have backup-postgres among the dependencies), or unset BACKUP_HANDOFF");
        }
        return Optional.empty();
    }

    private void warnOfOverlap() {
        boolean diskIsMounted =
                parts.loader().sinks().stream().anyMatch(sink -> sink.name().equals("file") && sink.outlivesInstance());
        if (config.render() && !config.pullRequest() && !diskIsMounted) {
            console.warn(
                    "⚠️ At a deploy Render starts the new instance before it stops this one, and the new one restores"
                            + " then: what this one accepts afterwards will be missing there. Call handoff(…) in the builder and set"
                            + " DATABASE_URL");
        }
    }

    /** What can wait until the application runs. */
    public void settle(Engine engine, StartOutcome settled) throws InterruptedException {
        if (!config.pullRequest()) {
            engine.running(Deadline.after(RECEIPT_PATIENCE));
            BackupHeader restored = settled.restored();
            if (restored != null) {
                engine.heal(restored, settled.inventory());
            }
        }
    }

    public Components parts() {
        return parts;
    }

    public Listeners listeners() {
        return new Listeners(config.host().listeners(), console, parts.contextClassLoader());
    }

    public ReceiptWriter receipts() {
        return new ReceiptWriter(
                parts.pointers(), config.instance(), config.host().clock());
    }

    /** What fails here would fail at the exit, when it is too late. */
    public void warmUp(long stateBytes, Optional<Receipt> receipt) {
        try {
            long bytesPerSecond = WarmUp.run(parts.keys(), origin());
            Optional.ofNullable(receipt.map(Receipt::ending).orElse(null))
                    .flatMap(last -> ExitForecast.afterStart(last, stateBytes, config.timeout()))
                    .or(() -> ExitForecast.sealing(stateBytes, bytesPerSecond, config.timeout()))
                    .ifPresent(console::warn);
        } catch (IOException | RuntimeException | Error failed) {
            console.error("❌ No backup can be made here: " + Failures.describe(failed)
                    + ". The exit will save nothing until this is mended");
        }
    }

    public void tellWhetherPreviousKeysAreNeeded() {
        if (config.keys().filter(found -> !found.previous().isEmpty()).isPresent()) {
            console.info(new PreviousKeyCheck(parts.reader())
                    .report(parts.loader().sinks(), Deadline.after(config.startTimeout())));
        }
    }

    public RunComponents means(Lineage lineage, WriteGate gate, Supplier<Optional<SavePermit>> mandate) {
        SinkLoader loader = parts.loader();
        ClassLoader contextClassLoader = parts.contextClassLoader();
        Map<String, String> skipped = new LinkedHashMap<>(loader.skipped());
        if (config.pullRequest()) {
            loader.sinks().forEach(sink -> skipped.put(sink.name(), sink.title() + PREVIEW));
        }
        Clock clock = config.host().clock();
        return new RunComponents(
                new Drain(config.host().drains(), config.drainTimeout(), contextClassLoader, console),
                gate,
                mandate,
                new Snapshot(
                        config.host().sources(), config.host().lock().orElse(null), parts.keys(), contextClassLoader),
                new Delivery(
                        config.pullRequest() ? List.of() : loader.sinks(),
                        config.host().retention(),
                        new Retention(parts.catalog()),
                        parts.pointers(),
                        console,
                        clock,
                        parts.redact(),
                        contextClassLoader),
                lineage,
                new Holdings(),
                config.application(),
                skipped,
                console,
                parts.redact(),
                clock);
    }

    public Lineage.Origin origin() {
        return new Lineage.Origin(
                config.application(),
                config.site().orElse(null),
                config.instance(),
                StartDecision.choice(config.start(), config.wanted()));
    }

    private Lineage lineage(StartOutcome settled) {
        return new Lineage(origin(), settled.parent(), settled.position());
    }

    public RestoreReport report(StartOutcome settled, Optional<Receipt> receipt) {
        return new RestoreReport(
                settled.restored() == null ? RestoreReport.Outcome.EMPTY : RestoreReport.Outcome.RESTORED,
                settled.restored(),
                settled.sink(),
                settled.explanation(),
                ShutdownAssessment.of(receipt, settled.restored()),
                Duration.ofNanos(System.nanoTime() - begun));
    }

    private void tellSettings() {
        config.warnings().forEach(warning -> console.warn("⚠️ " + warning));
        parts.loader()
                .broken()
                .forEach((name, why) -> console.error("❌ The sink " + name + " could not be loaded: " + why));
        console.debug("Settings: " + parts.settings().redacted());
    }

    public void tellStart(StartOutcome settled, RestoreReport report) {
        for (BackupSink sink : parts.loader().sinks()) {
            if (!sink.detectedLine().isEmpty()) {
                console.info(sink.detectedLine());
            }
        }
        settled.findings().forEach(finding -> {
            if (finding.isWarning()) {
                console.warn(finding.line());
            } else {
                console.debug(finding.line());
            }
        });
        tellPrevious(report);
        BackupHeader restored = settled.restored();
        if (restored == null) {
            console.info(
                    config.start() == StartPolicy.EMPTY
                            ? "✓ Starting empty, as BACKUP_START=empty says"
                            : "✓ No backup of " + config.application() + " yet: starting empty");
            return;
        }
        console.info(Summary.ofRestore(config.application(), restored, String.valueOf(settled.sink())));
        if (settled.isUnderPreviousKey()) {
            console.info("🔑 It was sealed with a previous key; from now on SECRET_KEY seals");
        }
        warnOfOtherSite(restored);
    }

    /** Only what went wrong is news. */
    private void tellPrevious(RestoreReport report) {
        report.previousShutdown().ifPresent(previous -> {
            if (previous.outcome() == Outcome.PARTIAL || previous.outcome() == Outcome.NONE) {
                console.warn("⚠️ " + previous.explanation());
            } else {
                console.debug(previous.explanation());
            }
        });
    }

    /** A laptop with the settings of production restores its data, and will save over it. */
    private void warnOfOtherSite(BackupHeader restored) {
        String there = restored.site();
        String here = config.site().orElse(null);
        if (there != null && !there.equals(here)) {
            console.warn("⚠️ This backup was made by the site \"" + there + "\", and this is "
                    + (here == null ? "no named site" : "\"" + here + "\"")
                    + ": if both run, each will overwrite what the other saves. BACKUP_SITE names a site, BACKUP_APP"
                    + " keeps applications apart");
        }
    }
}
