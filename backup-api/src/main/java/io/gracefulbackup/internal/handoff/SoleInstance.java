package io.gracefulbackup.internal.handoff;

import io.gracefulbackup.BackupStatus;
import io.gracefulbackup.Deadline;
import io.gracefulbackup.internal.report.Messages;
import io.gracefulbackup.internal.report.OperatorLog;
import io.gracefulbackup.internal.restore.StartOutcome;
import io.gracefulbackup.internal.run.SavePermit;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The only instance of an application: restores at the start, and has the state once the host's {@code onActive} actions have
 * ended. Until then nothing is saved: a state that was restored is in its backup, and one that began empty is not complete.
 */
public final class SoleInstance implements Role {
    private final OperatorLog log;
    private final CountDownLatch activationEnded = new CountDownLatch(1);
    private volatile boolean isActive;
    private volatile @Nullable Start start;

    private record Start(InstanceHost host, StartOutcome outcome) {}

    /** Creates the role. */
    public SoleInstance(OperatorLog log) {
        this.log = log;
    }

    @Override
    public boolean start(InstanceHost host) throws InterruptedException {
        StartOutcome restored = host.newRestore(true).run();
        host.requireReadiness(restored.restored() != null);
        host.adopt(restored);
        if (!host.arm(BackupStatus.State.RESTORING)) {
            return false;
        }
        start = new Start(host, restored);
        try {
            host.activate(host.reportStart(restored, true));
            isActive = true;
        } finally {
            activationEnded.countDown();
        }
        host.entered(BackupStatus.State.ACTIVE, BackupStatus.State.ACTIVE.name());
        return true;
    }

    @Override
    public void afterWarmUp() throws InterruptedException {
        Start done = start;
        if (done != null) {
            done.host().settle(done.outcome(), true);
        }
    }

    @Override
    public Optional<SavePermit> permit() {
        return isActive ? Optional.of(SavePermit.UNCONDITIONAL) : Optional.empty();
    }

    @Override
    public Optional<SavePermit> exitPermit(Deadline deadline) {
        try {
            if (!activationEnded.await(deadline.remaining().toNanos(), TimeUnit.NANOSECONDS)) {
                log.error(Messages.EXIT_BEFORE_ACTIVE);
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        return permit();
    }

    @Override
    public void exitSaved(Deadline deadline) {}

    @Override
    public void awaitWritable() {}

    @Override
    public void requireState() {}

    @Override
    public boolean hasState() {
        return true;
    }

    @Override
    public long epoch() {
        return 0;
    }

    @Override
    public void leave(Deadline deadline) {}
}
