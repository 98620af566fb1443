package io.gracefulbackup.internal.handoff;

import io.gracefulbackup.BackupException;
import io.gracefulbackup.BackupHeader;
import io.gracefulbackup.BackupId;
import io.gracefulbackup.BackupStatus;
import io.gracefulbackup.Deadline;
import io.gracefulbackup.RestoreReport;
import io.gracefulbackup.internal.handoff.LeasedInstance.Environment;
import io.gracefulbackup.internal.handoff.protocol.Phase;
import io.gracefulbackup.internal.report.Messages;
import io.gracefulbackup.internal.restore.Restore;
import io.gracefulbackup.internal.restore.StartOutcome;
import io.gracefulbackup.internal.run.SavePermit;
import io.gracefulbackup.internal.support.Failures;
import io.gracefulbackup.internal.support.Task;
import io.gracefulbackup.internal.support.Timeouts;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Restores and saves the state of this instance when the handoff protocol says so. */
final class HandoffParticipant implements HandoffActions {
    private final Environment environment;
    private volatile @Nullable InstanceHost joined;
    /** Whether this process has had the state before. */
    private volatile boolean hasStarted;
    /** The restore that {@link #activate} has not reported yet. */
    private volatile @Nullable StartOutcome restored;
    /** Whether an {@code onActive} action failed on an empty state, which is left as it is. */
    private volatile boolean isHalfSeeded;

    HandoffParticipant(Environment environment) {
        this.environment = environment;
    }

    /** Comes before everything else. */
    void join(InstanceHost host) {
        joined = host;
    }

    private InstanceHost host() {
        return Objects.requireNonNull(joined, "the host has not joined");
    }

    @Override
    public long preflight() throws Exception {
        Restore restore = host().newRestore(!hasStarted);
        restore.preflight();
        return Epochs.ofBackups(restore.highestEpoch());
    }

    @Override
    public RestoredState restore(Optional<BackupId> only, boolean handedOver) throws Exception {
        Restore restore = host().newRestore(!hasStarted);
        if (!host().stateGuard().acquireForRestore(Deadline.after(Timeouts.STATE_IN_USE))) {
            throw new BackupException(Messages.SNAPSHOT_UNDER_WAY);
        }
        StartOutcome outcome;
        try {
            outcome = only.isPresent() ? restore.continueFrom(only.get(), !handedOver) : restore.run();
            if (isHalfSeeded && outcome.restored() == null) {
                throw new BackupException(Messages.HALF_SEEDED);
            }
            isHalfSeeded = false;
        } finally {
            host().stateGuard().releaseAfterRestore();
        }
        long highestEpoch = Epochs.ofBackups(restore.highestEpoch());
        host().requireReadiness(outcome.restored() != null);
        host().adopt(outcome);
        restored = outcome;
        return new RestoredState(highestEpoch, lineage(outcome.restored()));
    }

    private static List<BackupId> lineage(@Nullable BackupHeader header) {
        List<BackupId> lineage = new ArrayList<>();
        if (header != null) {
            lineage.add(header.id());
            lineage.addAll(header.ancestors());
        }
        return lineage;
    }

    @Override
    public void raiseEpoch(long epoch) {
        host().lineage().raiseEpoch(epoch);
    }

    @Override
    public void activate(long epoch) {
        raiseEpoch(epoch);
        StartOutcome outcome = restored;
        restored = null;
        if (outcome == null) {
            environment.log().info(Messages.RESUMED);
            host().activate(resumed());
            return;
        }
        boolean first = !hasStarted;
        RestoreReport report = host().reportStart(outcome, first);
        hasStarted = true;
        isHalfSeeded = outcome.restored() == null;
        host().activate(report);
        isHalfSeeded = false;
        Task.inBackground(
                "settle",
                environment.contextClassLoader(),
                () -> host().settle(outcome, first),
                why -> environment.log().error(Messages.workAfterStartFailed(Failures.describe(why))));
    }

    private RestoreReport resumed() {
        return new RestoreReport(
                RestoreReport.Outcome.KEPT,
                host().restoreReport().restored().orElse(null),
                null,
                List.of(Messages.RESUMED_EXPLANATION),
                null,
                Duration.ZERO);
    }

    @Override
    public void save(SavePermit permit) {
        host().handOver(permit).failure().ifPresent(why -> {
            throw new BackupException(why);
        });
    }

    @Override
    public void retire() {
        environment.log().info(Messages.retired(environment.application()));
        host().retire();
    }

    @Override
    public void entered(Phase phase, boolean acceptsChanges) {
        host().entered(stateOf(phase, acceptsChanges), phase.name());
    }

    /** What hosts can rely on. A holder whose lease does not cover changes any more is to them as good as one without it. */
    private static BackupStatus.State stateOf(Phase phase, boolean acceptsChanges) {
        return switch (phase) {
            case STANDBY, PREFLIGHTED, REQUESTING -> BackupStatus.State.STANDBY;
            case RESTORING -> BackupStatus.State.RESTORING;
            case ACTIVE -> acceptsChanges ? BackupStatus.State.ACTIVE : BackupStatus.State.STANDBY;
            case DEGRADED -> acceptsChanges ? BackupStatus.State.DEGRADED : BackupStatus.State.STANDBY;
            case HANDING_OVER, RETIRED -> BackupStatus.State.RETIRED;
            case FAILED -> BackupStatus.State.FAILED;
            case STOPPING -> BackupStatus.State.STOPPING;
        };
    }
}
