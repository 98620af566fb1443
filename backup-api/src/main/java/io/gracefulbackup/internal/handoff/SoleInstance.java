package io.gracefulbackup.internal.handoff;

import io.gracefulbackup.BackupStatus;
import io.gracefulbackup.Deadline;
import io.gracefulbackup.internal.restore.StartOutcome;
import io.gracefulbackup.internal.run.SavePermit;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The only instance of an application: restores at the start, and has the state from then on. */
public final class SoleInstance implements Role {
    private volatile @Nullable Start start;

    private record Start(InstanceHost host, StartOutcome outcome) {}

    @Override
    public boolean start(InstanceHost host) throws InterruptedException {
        StartOutcome restored = host.newRestore(true).run();
        host.adopt(restored);
        if (!host.arm(BackupStatus.State.ACTIVE)) {
            return false;
        }
        start = new Start(host, restored);
        host.activate(host.reportStart(restored, true));
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
        return Optional.of(SavePermit.UNCONDITIONAL);
    }

    @Override
    public Optional<SavePermit> exitPermit() {
        return permit();
    }

    @Override
    public void exitSaved(Deadline deadline) {}

    @Override
    public void awaitWritable() {}

    @Override
    public void requireState() {}

    @Override
    public long epoch() {
        return 0;
    }

    @Override
    public void close() {}
}
