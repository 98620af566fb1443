package io.gracefulbackup.internal.run;

import io.gracefulbackup.Deadline;
import io.gracefulbackup.internal.report.Messages;
import java.util.Optional;
import java.util.function.Function;

/** Prepares the final backup: drains, cancels the run under way, asks for the permit, and closes the gate for good. */
final class ExitPreparation implements Preparation {
    /** Of what is left after the drain, the permit may take one part in four; the rest is for the snapshot and the sinks. */
    private static final int PERMIT_DIVISOR = 4;

    private final RunComponents components;
    private final Runnable cancelRunning;
    private final Function<Deadline, Optional<SavePermit>> permit;

    /**
     * Creates the preparation.
     *
     * @param cancelRunning cancels the run under way, whose snapshot may be older than the end of the drain
     * @param permit asked once the drain has ended, with the time that it may take
     */
    ExitPreparation(RunComponents components, Runnable cancelRunning, Function<Deadline, Optional<SavePermit>> permit) {
        this.components = components;
        this.cancelRunning = cancelRunning;
        this.permit = permit;
    }

    @Override
    public Optional<SavePermit> prepare(Deadline deadline) throws InterruptedException {
        components.log().info(Messages.autoBackingUp(components.application()));
        components.drain().run(deadline);
        cancelRunning.run();
        Optional<SavePermit> granted =
                permit.apply(deadline.atMost(deadline.remaining().dividedBy(PERMIT_DIVISOR)));
        int left = components.gate().close(deadline.atMost(components.gateShare()));
        HandoffPreparation.warnOfUnacknowledged(left, components.log());
        return granted;
    }
}
