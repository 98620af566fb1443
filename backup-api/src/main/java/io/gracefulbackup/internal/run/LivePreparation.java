package io.gracefulbackup.internal.run;

import io.gracefulbackup.Deadline;
import io.gracefulbackup.internal.report.Messages;
import java.util.Optional;

/** Prepares a backup of the running application: the gate stays open, the sources are read under the host's lock. */
final class LivePreparation implements Preparation {
    private final RunComponents components;
    private final BackupTrigger trigger;

    LivePreparation(RunComponents components, BackupTrigger trigger) {
        this.components = components;
        this.trigger = trigger;
    }

    @Override
    public Optional<SavePermit> prepare(Deadline deadline) {
        // Before the snapshot: a lease that is acquired again later must not cover a state from before.
        Optional<SavePermit> permit = components.permit().get();
        if (permit.isPresent() && trigger.isAnnounced()) {
            String name = trigger.name().apply(components.clock().instant());
            components.log().info(Messages.backingUp(components.application(), name));
        }
        return permit;
    }
}
