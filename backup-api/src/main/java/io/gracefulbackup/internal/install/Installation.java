package io.gracefulbackup.internal.install;

import io.gracefulbackup.BackupConfigurationException;
import io.gracefulbackup.BackupException;
import io.gracefulbackup.Deadline;
import io.gracefulbackup.StartPlan;
import io.gracefulbackup.internal.catalog.Lineage;
import io.gracefulbackup.internal.config.BackupConfig;
import io.gracefulbackup.internal.config.BuilderState;
import io.gracefulbackup.internal.config.HandoffPolicy;
import io.gracefulbackup.internal.format.BackupReader;
import io.gracefulbackup.internal.handoff.LeasedInstance;
import io.gracefulbackup.internal.handoff.LeasedInstance.LeaseAccess;
import io.gracefulbackup.internal.handoff.Role;
import io.gracefulbackup.internal.handoff.SoleInstance;
import io.gracefulbackup.internal.handoff.protocol.Instance;
import io.gracefulbackup.internal.json.JsonSection;
import io.gracefulbackup.internal.pointers.Receipt;
import io.gracefulbackup.internal.pointers.ReceiptWriter;
import io.gracefulbackup.internal.readiness.ExitClasses;
import io.gracefulbackup.internal.readiness.Readiness;
import io.gracefulbackup.internal.readiness.Rehearsal;
import io.gracefulbackup.internal.report.Listeners;
import io.gracefulbackup.internal.report.Messages;
import io.gracefulbackup.internal.report.OperatorLog;
import io.gracefulbackup.internal.report.StatusTracker;
import io.gracefulbackup.internal.restore.Decision;
import io.gracefulbackup.internal.restore.DroppedProperties;
import io.gracefulbackup.internal.retention.BackupAdmin;
import io.gracefulbackup.internal.retention.Retention;
import io.gracefulbackup.internal.run.Delivery;
import io.gracefulbackup.internal.run.Drain;
import io.gracefulbackup.internal.run.Holdings;
import io.gracefulbackup.internal.run.Housekeeping;
import io.gracefulbackup.internal.run.RunComponents;
import io.gracefulbackup.internal.run.RunQueue;
import io.gracefulbackup.internal.run.Snapshot;
import io.gracefulbackup.internal.run.StateSizes;
import io.gracefulbackup.internal.run.WriteGate;
import io.gracefulbackup.internal.spool.SpoolPlaces;
import io.gracefulbackup.internal.support.Failures;
import io.gracefulbackup.internal.support.ProcessTime;
import io.gracefulbackup.internal.support.Threads;
import io.gracefulbackup.internal.support.Timeouts;
import io.gracefulbackup.spi.BackupSink;
import io.gracefulbackup.spi.lease.Lease;
import io.gracefulbackup.spi.lease.LeaseProvider;
import io.gracefulbackup.spi.lease.LeaseRow.Terms;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** The steps of {@code start()} and {@code dryRun()}: puts the parts of the engine together and lets its role start. */
final class Installation {
    private final Components components;
    private final BackupConfig config;
    private final OperatorLog log;
    private final StatusTracker status;
    private final Listeners listeners;
    private final Threads threads;
    private final long started = System.nanoTime();

    private Installation(Components components) {
        this.components = components;
        this.config = components.config();
        this.log = components.log();
        this.listeners = new Listeners(config.registered().listeners(), log, components.contextClassLoader());
        this.status = new StatusTracker(listeners);
        this.threads = new Threads(components.contextClassLoader());
    }

    /** Restores the state, or stands by, and arms the exit. */
    static Engine install(BuilderState builder) {
        ExitClasses classes = exitClasses(builder);
        Components components = Components.toInstall(builder);
        boolean installed = false;
        Runnable ended = components.log().progress().begin(new Threads(components.contextClassLoader()));
        try {
            Engine engine = new Installation(components).install(classes);
            installed = true;
            return engine;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new BackupException(Messages.INTERRUPTED_WHILE_ASKING, interrupted);
        } finally {
            ended.run();
            components.log().flush(Timeouts.LOG_FLUSH);
            if (!installed) {
                components.close();
            }
        }
    }

    private static ExitClasses exitClasses(BuilderState builder) {
        boolean usesJson = builder.sources.stream().anyMatch(JsonSection.class::isInstance);
        return new ExitClasses(usesJson, new Threads(Components.contextClassLoader(Thread.currentThread())));
    }

    /** Tells what {@link #install} would do, and does nothing. */
    static StartPlan dryRun(BuilderState builder) {
        Components components = Components.toAsk(builder);
        try {
            return new Installation(components).plan();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new BackupException(Messages.INTERRUPTED_WHILE_ASKING, interrupted);
        } finally {
            components.log().flush(Timeouts.LOG_FLUSH);
            components.close();
        }
    }

    private StartPlan plan() throws InterruptedException {
        Decision decision = components.newRestore(true).decide();
        List<String> explanation = new ArrayList<>(decision.explanation());
        Optional<String> holder = holder(explanation);
        List<String> redacted = explanation.stream().map(components.redact()).toList();
        if (holder.isPresent()) {
            return StartPlan.standBy(Messages.holderHasState(holder.get()), redacted);
        }
        if (decision instanceof Decision.Restore found) {
            return StartPlan.restore(found.candidates().get(0).header(), redacted);
        }
        return decision instanceof Decision.Refuse refuse
                ? StartPlan.refuse(components.redact().apply(refuse.reason()), redacted)
                : StartPlan.startEmpty(redacted);
    }

    /** The instance that holds the lease now, if there is a lease and it can be read. */
    private Optional<String> holder(List<String> explanation) throws InterruptedException {
        Optional<LeaseAccess> lease = leaseAccess();
        if (lease.isEmpty()) {
            return Optional.empty();
        }
        try {
            return LeasedInstance.holder(
                    lease.get(), components.contextClassLoader(), Deadline.after(Timeouts.FIRST_LEASE_ANSWER));
        } catch (IOException unreachable) {
            explanation.add(Messages.leaseNotRead(lease.get().sink().title(), Failures.describe(unreachable)));
            return Optional.empty();
        }
    }

    private Engine install(ExitClasses classes) throws InterruptedException {
        classes.add(components.loader().sinks());
        classes.add(components.loader().opened().values());
        try {
            return restoreAndArm(classes);
        } catch (RuntimeException | LinkageError failed) {
            // If a class is missing, this error is a consequence.
            classes.await(log);
            throw failed;
        }
    }

    private Engine restoreAndArm(ExitClasses classes) throws InterruptedException {
        StartReporter reporter = new StartReporter(components);
        reporter.settings();
        Optional<Receipt> previous = components.pointers().receipt(Deadline.after(Timeouts.RECEIPT));
        Optional<LeaseAccess> lease = leaseAccess();
        if (lease.isEmpty()) {
            reporter.overlap();
        }

        WriteGate gate = lease.isPresent() ? WriteGate.timed(ProcessTime::now) : WriteGate.open();
        Role role = lease.map(leased(gate)).orElseGet(() -> new SoleInstance(log));
        Readiness readiness = readiness(classes);
        RunComponents run = runComponents(gate, role, readiness);
        RunQueue runs = new RunQueue(run);
        Repairs repairs = new Repairs();
        ReceiptWriter receipts = new ReceiptWriter(
                components.pointers(), config.instance(), config.registered().clock());
        ExitSequence exit = new ExitSequence(config, runs, role, readiness, repairs, status, receipts, listeners, log);
        Arming arming = new Arming(config.usesHook(), status, exit::runAtExit);
        BackupAdmin admin = admin(run);
        DroppedProperties dropped = new DroppedProperties(
                components.sourceBinder(), run.lineage(), admin, !config.pullRequest(), log, run.clock());
        Engine engine = new Engine(
                components,
                run,
                runs,
                role,
                admin,
                dropped,
                readiness,
                repairs,
                receipts,
                status,
                arming,
                exit,
                listeners);
        EngineHost host = new EngineHost(
                components, run, runs, readiness, repairs, receipts, status, arming, dropped, previous, started);

        boolean isDecided = false;
        try {
            boolean isArmed = role.start(host);
            isDecided = true;
            if (!isArmed) {
                engine.tooLate();
                log.warn(Messages.INSTALLED_TOO_LATE);
                return engine;
            }
        } finally {
            if (!isDecided) {
                engine.uninstall();
            }
        }
        usedSinks().forEach(this::prepare);
        threads.inBackground(
                "warm-up",
                () -> {
                    new WarmUp(components).run(host.stateBytes(), previous);
                    EnvironmentChecks.warnings().forEach(log::warn);
                    rehearse(readiness, run, runs);
                    role.afterWarmUp();
                },
                failed -> log.error(Messages.workAfterStartFailed(Failures.describe(failed))));
        engine.startCheckpoints();
        return engine;
    }

    private void prepare(BackupSink sink) {
        threads.inBackground(
                "prepare-" + sink.name(),
                () -> sink.prepare(Deadline.after(Timeouts.SINK_PREPARATION)),
                failed -> log.warn(Messages.notPrepared(sink.title(), Failures.describe(failed))));
    }

    private void rehearse(Readiness readiness, RunComponents run, RunQueue runs) {
        if (config.rehearses() && !config.pullRequest()) {
            readiness.rehearse(
                    new Rehearsal.Stage(
                            run,
                            config.registered().sources(),
                            config.registered().lock().isPresent(),
                            sink -> delivery(List.of(sink), OperatorLog.silent()),
                            () -> new Lineage(components.origin()),
                            components.reader()),
                    runs);
        }
    }

    private Readiness readiness(ExitClasses classes) {
        return new Readiness(
                classes,
                usedSinks(),
                config.pullRequest() ? Map.of() : components.loader().broken(),
                config.requireAllSinks(),
                status,
                log,
                components.redact(),
                threads);
    }

    /** The sinks that backups go to: the preview of a pull request stores nothing. */
    private List<BackupSink> usedSinks() {
        return config.pullRequest() ? List.of() : components.loader().sinks();
    }

    private Optional<LeaseAccess> leaseAccess() {
        if (config.handoff() == HandoffPolicy.OFF || config.pullRequest()) {
            return Optional.empty();
        }
        String name = config.instance() + "-" + HexFormat.of().toHexDigits(new SecureRandom().nextInt());
        for (BackupSink sink : components.loader().sinks()) {
            if (sink instanceof LeaseProvider provider) {
                Lease lease = provider.lease(name, config.leaseTerm());
                return Optional.of(new LeaseAccess(sink, lease, () -> new Instance(name, terms()), config.leaseTerm()));
            }
        }
        if (config.handoff() == HandoffPolicy.ON) {
            throw new BackupConfigurationException(Messages.LEASE_WITHOUT_SINK);
        }
        return Optional.empty();
    }

    private Terms terms() {
        return new Terms(config.site().orElse(null), components.keys().confirmedKeyIds(), BackupReader.NEWEST_VERSION);
    }

    private Function<LeaseAccess, Role> leased(WriteGate gate) {
        return access -> new LeasedInstance(
                gate,
                access,
                status::state,
                new LeasedInstance.Environment(
                        config.application(), log, components.redact(), components.contextClassLoader()));
    }

    private RunComponents runComponents(WriteGate gate, Role role, Readiness readiness) {
        return new RunComponents(
                config.application(),
                config.timeout(),
                new Drain(config.registered().drains(), config.drainTimeout(), threads, log),
                gate,
                role::permit,
                new Snapshot(
                        config.registered().sources(),
                        config.registered().lock().orElse(null),
                        components.keys(),
                        threads,
                        SpoolPlaces.and(config.backupDirectory())),
                delivery(usedSinks(), log),
                new Lineage(components.origin()),
                new Holdings(components.catalog()),
                new StateSizes(),
                skippedSinks(),
                new RunReporter(status, readiness, listeners, config.timeout(), log),
                log,
                components.redact(),
                config.registered().clock(),
                threads);
    }

    private Delivery delivery(List<BackupSink> sinks, OperatorLog log) {
        Housekeeping housekeeping = new Housekeeping(
                config.registered().retention(),
                new Retention(components.catalog()),
                components.pointers(),
                config.registered().clock(),
                threads);
        return new Delivery(sinks, housekeeping, log, components.redact(), threads);
    }

    private Map<String, String> skippedSinks() {
        Map<String, String> skipped = new LinkedHashMap<>(components.loader().skipped());
        if (config.pullRequest()) {
            components.loader().sinks().forEach(sink -> skipped.put(sink.name(), Messages.previewSkips(sink.title())));
        }
        return skipped;
    }

    private BackupAdmin admin(RunComponents run) {
        return new BackupAdmin(
                components.catalog(),
                components.loader().sinks(),
                config.registered().retention(),
                run.lineage(),
                run.threads(),
                config.startTimeout(),
                run.clock(),
                components.redact());
    }
}
