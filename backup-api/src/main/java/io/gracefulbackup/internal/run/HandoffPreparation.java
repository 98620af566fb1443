package io.gracefulbackup.internal.run;

import io.gracefulbackup.Deadline;
import io.gracefulbackup.internal.report.Messages;
import io.gracefulbackup.internal.report.OperatorLog;
import java.util.Optional;

/** Prepares the backup that another instance restores: seals the gate, which opens again if this instance resumes. */
final class HandoffPreparation implements Preparation {
    private final RunComponents components;
    private final SavePermit permit;

    HandoffPreparation(RunComponents components, SavePermit permit) {
        this.components = components;
        this.permit = permit;
    }

    @Override
    public Optional<SavePermit> prepare(Deadline deadline) throws InterruptedException {
        components
                .log()
                .info(
                        permit.mayTidy()
                                ? Messages.savingForNextInstance(components.application())
                                : Messages.savingBesideOthers(components.application()));
        int left = components.gate().seal(deadline.atMost(components.gateShare()));
        warnOfUnacknowledged(left, components.log());
        return Optional.of(permit);
    }

    static void warnOfUnacknowledged(int changes, OperatorLog log) {
        if (changes > 0) {
            log.warn(Messages.changesNotAcknowledged(changes));
        }
    }
}
