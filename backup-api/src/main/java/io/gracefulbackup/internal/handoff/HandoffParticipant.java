package io.gracefulbackup.internal.handoff;

import io.gracefulbackup.BackupException;
import io.gracefulbackup.BackupHeader;
import io.gracefulbackup.BackupId;
import io.gracefulbackup.BackupReport;
import io.gracefulbackup.BackupStatus;
import io.gracefulbackup.Deadline;
import io.gracefulbackup.RestoreRefusedException;
import io.gracefulbackup.RestoreReport;
import io.gracefulbackup.internal.catalog.Lineage;
import io.gracefulbackup.internal.config.BackupConfig;
import io.gracefulbackup.internal.format.BackupReader;
import io.gracefulbackup.internal.handoff.protocol.Instance;
import io.gracefulbackup.internal.handoff.protocol.Phase;
import io.gracefulbackup.internal.install.Components;
import io.gracefulbackup.internal.install.Engine;
import io.gracefulbackup.internal.install.EnvironmentChecks;
import io.gracefulbackup.internal.install.Installation;
import io.gracefulbackup.internal.install.Installation.LeaseKeeper;
import io.gracefulbackup.internal.pointers.Receipt;
import io.gracefulbackup.internal.report.OperatorLog;
import io.gracefulbackup.internal.restore.Restore;
import io.gracefulbackup.internal.restore.StartOutcome;
import io.gracefulbackup.internal.run.BackupRun.RunComponents;
import io.gracefulbackup.internal.run.SavePermit;
import io.gracefulbackup.internal.run.StateGuard;
import io.gracefulbackup.internal.run.WriteGate;
import io.gracefulbackup.internal.support.Failures;
import io.gracefulbackup.internal.support.ProcessTime;
import io.gracefulbackup.internal.support.Task;
import io.gracefulbackup.spi.lease.LeaseRow.Terms;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What {@code install()} does where instances take turns, and what this instance does when its turn comes and ends. */
public final class HandoffParticipant implements Coordinator.HandoffActions {
    private static final Duration FIRST_ANSWER = Duration.ofSeconds(10);
    private static final Duration RELEASE = Duration.ofSeconds(3);
    private static final Duration STATE_IN_USE = Duration.ofSeconds(10);

    private final Installation installation;
    private final Components parts;
    private final BackupConfig config;
    private final OperatorLog console;
    private final Optional<Receipt> receipt;
    private final RunComponents means;
    private final Coordinator coordinator;
    private final Engine engine;
    private volatile boolean hasStarted;
    private volatile long stateBytes;
    private @Nullable StartOutcome settled;

    public HandoffParticipant(Installation installation, LeaseKeeper keeper, Optional<Receipt> receipt) {
        this.installation = installation;
        this.parts = installation.parts();
        this.config = parts.config();
        this.console = parts.console();
        this.receipt = receipt;
        WriteGate gate = WriteGate.timed(ProcessTime::now);
        coordinator = new Coordinator(
                keeper.sink(),
                keeper.lease(),
                () -> member(keeper.instance()),
                config.leaseTerm(),
                gate,
                this,
                console,
                parts.contextClassLoader());
        means = installation.means(new Lineage(installation.origin()), gate, coordinator::mandate);
        engine = new Engine(
                parts,
                means,
                installation.listeners(),
                installation.receipts(),
                new RestoreReport(
                        RestoreReport.Outcome.PENDING,
                        null,
                        null,
                        List.of("Another instance may have the state"),
                        null,
                        Duration.ZERO),
                coordinator);
    }

    private Instance member(String instance) {
        return new Instance(
                instance, new Terms(config.site().orElse(null), parts.keys().provenIds(), BackupReader.NEWEST_VERSION));
    }

    /** Takes the state if nobody has it, and else waits in STANDBY for traffic, without holding up its caller. */
    public Engine install() throws InterruptedException {
        if (!engine.arm()) {
            engine.shutGate();
            console.warn("⚠️ The process was exiting before install() had ended: nothing will be saved");
            return engine;
        }
        coordinator.start();
        switch (coordinator.awaitSettled(FIRST_ANSWER)) {
            case ACTIVE -> {}
            case ELSEWHERE ->
                console.info("⏳ Another instance of " + config.application()
                        + " has the state: standing by. It is asked to hand over when traffic comes here");
            case UNKNOWN ->
                console.warn("⚠️ It is not known yet who has the state of " + config.application()
                        + ": standing by, accepting nothing");
            case FAILED -> {
                coordinator.awaitReleased(RELEASE);
                engine.uninstall();
                throw refusal();
            }
        }
        Task.start("warm-up", parts.contextClassLoader(), () -> {
            installation.warmUp(stateBytes, receipt);
            EnvironmentChecks.warnings().forEach(console::warn);
            return true;
        });
        engine.startCheckpoints();
        return engine;
    }

    private RuntimeException refusal() {
        Throwable why = coordinator.refusal();
        return why instanceof BackupException told
                ? told
                : new RestoreRefusedException(parts.redact()
                        .apply("Refusing to start: " + (why == null ? "no state" : Failures.describe(why))));
    }

    @Override
    public long preflight() throws Exception {
        Restore rehearsal = installation.restore(!hasStarted);
        rehearsal.preflight();
        return rehearsal.highestEpoch();
    }

    @Override
    public Coordinator.RestoredState restore(Optional<BackupId> exactly, boolean handedOver) throws Exception {
        Restore restore = installation.restore(!hasStarted);
        StateGuard state = means.snapshot().stateInUse();
        if (!state.takeForRestore(Deadline.after(STATE_IN_USE))) {
            throw new BackupException("a snapshot is under way and does not end");
        }
        StartOutcome found;
        try {
            found = exactly.isPresent() ? restore.continueFrom(exactly.get(), !handedOver) : restore.run();
        } finally {
            state.restoreEnded();
        }
        means.lineage().begin(found.parent(), found.position());
        settled = found;
        stateBytes = found.stateBytes();
        List<BackupId> lineage = new ArrayList<>();
        BackupHeader header = found.restored();
        if (header != null) {
            lineage.add(header.id());
            lineage.addAll(header.ancestors());
        }
        return new Coordinator.RestoredState(restore.highestEpoch(), lineage);
    }

    @Override
    public void active(long epoch) {
        means.lineage().raiseEpoch(epoch);
        StartOutcome fresh = settled;
        settled = null;
        if (fresh == null) {
            console.info("✅ Nobody went on from here: this instance has the state again");
            engine.hostIsActive(kept());
            return;
        }
        RestoreReport report = installation.report(fresh, hasStarted ? Optional.empty() : receipt);
        installation.tellStart(fresh, report);
        engine.restored(report);
        boolean first = !hasStarted;
        hasStarted = true;
        engine.hostIsActive(report);
        Task.start("settle", parts.contextClassLoader(), () -> {
            installation.settle(engine, fresh);
            if (first) {
                installation.tellWhetherPreviousKeysAreNeeded();
            }
            return true;
        });
    }

    private RestoreReport kept() {
        return new RestoreReport(
                RestoreReport.Outcome.KEPT,
                engine.restoreReport().restored(),
                null,
                List.of("This instance had handed over, and nobody went on from there"),
                null,
                Duration.ZERO);
    }

    @Override
    public void save(SavePermit mandate) {
        console.info(
                mandate.tidies()
                        ? "🔄 Saving " + config.application() + " for the instance that goes on..."
                        : "🔄 Saving what this instance had of " + config.application()
                                + ", beside what others have...");
        BackupReport report = engine.handOver(mandate);
        report.failureReason().ifPresent(why -> {
            throw new BackupException(why);
        });
    }

    @Override
    public void retired() {
        console.info(
                "⏸️ This instance accepts no changes any more; another one has the state of " + config.application());
        engine.stopHealing();
        for (Runnable action : config.host().onRetire()) {
            engine.hostCode("onRetire", action);
        }
    }

    @Override
    public void entered(Phase phase) {
        engine.entered(BackupStatus.State.valueOf(phase.name()));
    }
}
