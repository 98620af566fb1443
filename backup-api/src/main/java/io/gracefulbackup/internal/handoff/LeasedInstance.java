package io.gracefulbackup.internal.handoff;

import io.gracefulbackup.BackupException;
import io.gracefulbackup.BackupStatus;
import io.gracefulbackup.Deadline;
import io.gracefulbackup.NotAcknowledgedException;
import io.gracefulbackup.RestoreRefusedException;
import io.gracefulbackup.internal.handoff.protocol.Instance;
import io.gracefulbackup.internal.report.Messages;
import io.gracefulbackup.internal.report.OperatorLog;
import io.gracefulbackup.internal.run.SavePermit;
import io.gracefulbackup.internal.run.WriteGate;
import io.gracefulbackup.internal.support.Failures;
import io.gracefulbackup.internal.support.Timeouts;
import io.gracefulbackup.spi.BackupSink;
import io.gracefulbackup.spi.lease.Lease;
import io.gracefulbackup.spi.lease.LeaseRow;
import io.gracefulbackup.spi.lease.LeaseStep;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/** One of several instances that share a lease: has the state while it holds the lease, and stands by otherwise. */
public final class LeasedInstance implements Role {
    private final WriteGate gate;
    private final String leaseTitle;
    private final HandoffParticipant participant;
    private final Coordinator coordinator;
    private final Supplier<BackupStatus.State> status;
    private final Environment environment;
    private final AtomicLong lastRequest = new AtomicLong(System.nanoTime() - Timeouts.REQUEST_INTERVAL.toNanos());

    /**
     * The lease and who wants it.
     *
     * @param sink the sink that keeps the lease
     * @param instance describes this instance to the others
     * @param term how long a renewal holds the lease
     */
    public record LeaseAccess(BackupSink sink, Lease lease, Supplier<Instance> instance, Duration term) {}

    /**
     * What the classes of this package share.
     *
     * @param startTimeout how long the server of the lease is asked at the start
     */
    public record Environment(
            String application,
            Duration startTimeout,
            OperatorLog log,
            UnaryOperator<String> redact,
            ClassLoader contextClassLoader) {}

    /**
     * Creates the role.
     *
     * @param gate the gate that opens while this instance holds the lease
     * @param status what hosts see of this instance
     */
    public LeasedInstance(
            WriteGate gate, LeaseAccess access, Supplier<BackupStatus.State> status, Environment environment) {
        this.gate = gate;
        this.leaseTitle = access.sink().title();
        this.status = status;
        this.environment = environment;
        this.participant = new HandoffParticipant(environment);
        this.coordinator = new Coordinator(access, gate, participant, environment);
    }

    @Override
    public boolean start(InstanceHost host) throws InterruptedException {
        participant.join(host);
        if (!host.arm(BackupStatus.State.STANDBY)) {
            return false;
        }
        coordinator.start();
        OperatorLog log = environment.log();
        log.progress().step(Messages.askingForLease(leaseTitle));
        switch (coordinator.awaitOutcome(Timeouts.FIRST_LEASE_ANSWER, environment.startTimeout())) {
            case ACTIVE -> {}
            case ACTIVATING -> log.info(Messages.STILL_ACTIVATING);
            case ELSEWHERE -> {
                host.requireReadiness(false);
                log.info(Messages.standingBy(environment.application()));
            }
            case REFUSED -> throw refusal(Messages.leaseUnusable(leaseTitle, coordinator.whyUnanswered()));
            case UNKNOWN ->
                throw refusal(
                        Messages.leaseNotReached(leaseTitle, environment.startTimeout(), coordinator.whyUnanswered()));
            case STOPPING -> {
                return false;
            }
            case FAILED -> {
                coordinator.awaitReleased(Timeouts.LEASE_RELEASE);
                throw startFailure();
            }
        }
        return true;
    }

    private RuntimeException startFailure() {
        Throwable why = coordinator.failure();
        return why instanceof BackupException backupException
                ? backupException
                : refusal(why == null ? "no state" : Failures.describe(why));
    }

    /** Has no cause, because what a driver throws may hold secrets all the way down. */
    private RestoreRefusedException refusal(String reason) {
        return new RestoreRefusedException(environment.redact().apply(Messages.refusal(reason, List.of())));
    }

    /** The coordinator settles each restore when its instance becomes active. */
    @Override
    public void afterWarmUp() {}

    @Override
    public Optional<SavePermit> permit() {
        return coordinator.permit();
    }

    @Override
    public Optional<SavePermit> exitPermit(Deadline deadline) {
        return coordinator.stop(deadline);
    }

    @Override
    public void exitSaved(Deadline deadline) throws InterruptedException {
        coordinator.exitSaved();
        coordinator.awaitFinished(deadline);
    }

    @Override
    public void awaitWritable() {
        if (!gate.isOpen()) {
            awaitLease();
        }
    }

    @Override
    public void requireState() {
        if (hasState()) {
            return;
        }
        awaitLease();
        if (!hasState()) {
            throw new NotAcknowledgedException(Messages.stateElsewhere(status.get()));
        }
    }

    @Override
    public boolean hasState() {
        return gate.isOpen() || coordinator.hasState();
    }

    /** Requests the lease if another instance has it, and waits a while for the gate to open. */
    private void awaitLease() {
        Deadline deadline = Deadline.after(Timeouts.HANDOFF_WAIT);
        try {
            while (!gate.isOpen() && coordinator.mayAcceptSoon()) {
                request();
                if (gate.awaitOpen(deadline.atMost(Timeouts.REQUEST_INTERVAL)) || deadline.isExpired()) {
                    return;
                }
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new NotAcknowledgedException(Messages.INTERRUPTED_BEFORE_CHANGE);
        }
    }

    /** Passes on at most one request per interval, however many changes wait. */
    private void request() {
        long last = lastRequest.get();
        long now = System.nanoTime();
        if (coordinator.phase().isOutside()
                && now - last >= Timeouts.REQUEST_INTERVAL.toNanos()
                && lastRequest.compareAndSet(last, now)) {
            coordinator.requestState();
        }
    }

    @Override
    public long epoch() {
        return coordinator.epoch();
    }

    @Override
    public void leave(Deadline deadline) throws InterruptedException {
        gate.close(Deadline.after(Duration.ZERO));
        coordinator.leave(deadline);
    }

    /**
     * Asks once who holds the lease, without taking part. Creates and changes nothing, and closes the lease.
     *
     * @return the holder; empty if the lease is free, or there is none yet
     * @throws IOException if the lease could not be read by the deadline
     */
    public static Optional<String> holder(LeaseAccess access, ClassLoader contextClassLoader, Deadline deadline)
            throws IOException, InterruptedException {
        LeaseClient client = new LeaseClient(access.lease(), contextClassLoader);
        try {
            return client.take(new LeaseStep.Read(), deadline).row().flatMap(LeaseRow::holder);
        } finally {
            client.close();
        }
    }
}
