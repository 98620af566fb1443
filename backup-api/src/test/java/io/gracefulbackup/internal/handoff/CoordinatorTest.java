package io.gracefulbackup.internal.handoff;

import static org.assertj.core.api.Assertions.assertThat;

import io.gracefulbackup.BackupId;
import io.gracefulbackup.Deadline;
import io.gracefulbackup.internal.fixtures.LeaseSink;
import io.gracefulbackup.internal.handoff.LeasedInstance.Environment;
import io.gracefulbackup.internal.handoff.LeasedInstance.LeaseAccess;
import io.gracefulbackup.internal.handoff.protocol.Instance;
import io.gracefulbackup.internal.handoff.protocol.Phase;
import io.gracefulbackup.internal.report.OperatorLog;
import io.gracefulbackup.internal.run.SavePermit;
import io.gracefulbackup.internal.run.WriteGate;
import io.gracefulbackup.internal.support.ProcessTime;
import io.gracefulbackup.spi.StoredBackup;
import io.gracefulbackup.spi.lease.LeaseRow.Terms;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The coordinator alone: a lease in memory, and actions that do what the test says. */
@Timeout(60)
class CoordinatorTest {
    private static final Duration TERM = Duration.ofSeconds(6);
    private static final Duration LONG = Duration.ofSeconds(30);
    private static final BackupId BACKUP = new BackupId("0123456789abcdef0123456789abcdef");

    private final LeaseSink sink = new LeaseSink();
    private final List<Coordinator> started = new CopyOnWriteArrayList<>();

    /** Actions that succeed at once, unless a test replaces them. */
    private static class Actions implements HandoffActions {
        final List<Phase> phases = new CopyOnWriteArrayList<>();
        final CountDownLatch retired = new CountDownLatch(1);

        @Override
        public long preflight() throws Exception {
            return 0;
        }

        @Override
        public RestoredState restore(Optional<BackupId> only, boolean handedOver) throws Exception {
            return new RestoredState(0, List.of());
        }

        @Override
        public void save(SavePermit permit) throws Exception {}

        @Override
        public void raiseEpoch(long epoch) {}

        @Override
        public void activate(long epoch) {}

        @Override
        public void retire() {
            retired.countDown();
        }

        @Override
        public void entered(Phase phase) {
            phases.add(phase);
        }
    }

    private final WriteGate gate = WriteGate.timed(ProcessTime::now);

    private Coordinator start(String name, WriteGate ownGate, Actions actions) {
        LeaseAccess access = new LeaseAccess(
                sink, sink.lease(name, TERM), () -> new Instance(name, new Terms(null, List.of(), 1)), TERM);
        Environment environment = new Environment(
                "app",
                new OperatorLog(UnaryOperator.identity()),
                UnaryOperator.identity(),
                getClass().getClassLoader());
        Coordinator coordinator = new Coordinator(access, ownGate, actions, environment);
        started.add(coordinator);
        coordinator.start();
        return coordinator;
    }

    @AfterEach
    void close() {
        started.forEach(Coordinator::close);
    }

    @Test
    void opensTheGateOnlyWhenTheHostIsDone() throws Exception {
        CountDownLatch activating = new CountDownLatch(1);
        CountDownLatch mayEnd = new CountDownLatch(1);
        Coordinator coordinator = start("a", gate, new Actions() {
            @Override
            public void activate(long epoch) {
                activating.countDown();
                try {
                    mayEnd.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
        });
        activating.await();
        assertThat(gate.awaitOpen(Deadline.after(Duration.ofSeconds(1)))).isFalse();

        mayEnd.countDown();

        assertThat(coordinator.awaitOutcome(LONG)).isEqualTo(LeaseOutcome.ACTIVE);
        assertThat(coordinator.permit()).hasValueSatisfying(permit -> {
            assertThat(permit.mayTidy()).isTrue();
            assertThat(permit.fence().holder()).isEqualTo("a");
        });
    }

    @Test
    void learnsThatAnotherInstanceHoldsTheLease() throws Exception {
        start("a", gate, new Actions()).awaitOutcome(LONG);

        WriteGate own = WriteGate.timed(ProcessTime::now);
        Coordinator other = start("b", own, new Actions());

        assertThat(other.awaitOutcome(LONG)).isEqualTo(LeaseOutcome.ELSEWHERE);
        assertThat(own.isOpen()).isFalse();
        assertThat(other.permit()).isEmpty();
    }

    @Test
    void keepsTheReasonOfARestoreThatFailedAndReleasesTheLease() throws Exception {
        Coordinator coordinator = start("a", gate, new Actions() {
            @Override
            public RestoredState restore(Optional<BackupId> only, boolean handedOver) throws Exception {
                throw new IOException("no copy");
            }
        });

        assertThat(coordinator.awaitOutcome(LONG)).isEqualTo(LeaseOutcome.FAILED);
        coordinator.awaitReleased(LONG);

        assertThat(coordinator.restoreFailure()).hasMessage("no copy");
        assertThat(sink.row().orElseThrow().holder()).isNull();
    }

    @Test
    void handsOverWhatTheSinkOfTheLeaseHasStored() throws Exception {
        Actions old = new Actions() {
            @Override
            public void save(SavePermit permit) {
                permit.listener().stored(sink, BACKUP, StoredBackup.at("here", null));
            }
        };
        start("a", gate, old).awaitOutcome(LONG);
        WriteGate own = WriteGate.timed(ProcessTime::now);
        List<Optional<BackupId>> restored = new CopyOnWriteArrayList<>();
        Coordinator other = start("b", own, new Actions() {
            @Override
            public RestoredState restore(Optional<BackupId> only, boolean handedOver) throws Exception {
                restored.add(only);
                return super.restore(only, handedOver);
            }
        });
        other.awaitOutcome(LONG);

        while (!own.awaitOpen(Deadline.after(Duration.ofMillis(300)))) {
            other.requestState();
        }

        old.retired.await();
        assertThat(gate.isOpen()).isFalse();
        assertThat(restored).containsExactly(Optional.of(BACKUP));
    }

    @Test
    void doesNotHandOverWhatOnlyOtherSinksHaveStored() throws Exception {
        CountDownLatch saved = new CountDownLatch(1);
        start("a", gate, new Actions() {
                    @Override
                    public void save(SavePermit permit) {
                        permit.listener().stored(new LeaseSink(), BACKUP, StoredBackup.at("elsewhere", null));
                        saved.countDown();
                    }
                })
                .awaitOutcome(LONG);
        WriteGate own = WriteGate.timed(ProcessTime::now);
        Coordinator other = start("b", own, new Actions());
        other.awaitOutcome(LONG);

        while (saved.getCount() > 0) {
            other.requestState();
            own.awaitOpen(Deadline.after(Duration.ofMillis(200)));
        }

        assertThat(gate.awaitOpen(Deadline.after(LONG))).isTrue();
        assertThat(own.isOpen()).isFalse();
    }

    @Test
    void givesTheExitAPermitAndReleasesTheLeaseOnceItIsSaved() throws Exception {
        Coordinator coordinator = start("a", gate, new Actions());
        coordinator.awaitOutcome(LONG);

        SavePermit permit = coordinator.stop().orElseThrow();
        assertThat(sink.row().orElseThrow().holder()).isEqualTo("a");
        permit.listener().stored(sink, BACKUP, StoredBackup.at("here", null));
        coordinator.exitSaved();
        coordinator.awaitFinished(Deadline.after(LONG));

        assertThat(sink.row().orElseThrow().holder()).isNull();
        assertThat(sink.row().orElseThrow().finalId()).isEqualTo(BACKUP);
    }

    @Test
    void givesTheExitNoPermitWithoutTheState() throws Exception {
        start("a", gate, new Actions()).awaitOutcome(LONG);
        Coordinator other = start("b", WriteGate.timed(ProcessTime::now), new Actions());
        other.awaitOutcome(LONG);

        assertThat(other.stop()).isEmpty();
        other.awaitFinished(Deadline.after(LONG));
        assertThat(sink.row().orElseThrow().holder()).isEqualTo("a");
    }

    @Test
    void reportsTheNewPhaseToItsHost() throws Exception {
        Actions actions = new Actions();

        start("a", gate, actions).awaitOutcome(LONG);

        assertThat(actions.phases).startsWith(Phase.RESTORING, Phase.ACTIVE);
    }

    @Test
    void doesNotKnowTheOutcomeWhileTheLeaseCannotBeReached() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        sink.step = () -> {
            asked.countDown();
            throw new IOException("down");
        };
        Coordinator coordinator = start("a", gate, new Actions());
        asked.await();

        assertThat(coordinator.awaitOutcome(Duration.ofMillis(300))).isEqualTo(LeaseOutcome.UNKNOWN);

        sink.step = () -> {};
        assertThat(coordinator.awaitOutcome(LONG)).isEqualTo(LeaseOutcome.ACTIVE);
    }
}
