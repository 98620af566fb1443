package io.gracefulbackup.internal.handoff;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
import io.gracefulbackup.spi.lease.Lease;
import io.gracefulbackup.spi.lease.LeaseResult;
import io.gracefulbackup.spi.lease.LeaseRow.Terms;
import io.gracefulbackup.spi.lease.LeaseStep;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
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
        final List<String> accepting = new CopyOnWriteArrayList<>();
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
        public void entered(Phase phase, boolean acceptsChanges) {
            phases.add(phase);
            accepting.add(phase + (acceptsChanges ? " open" : " shut"));
        }
    }

    private final WriteGate gate = WriteGate.timed(ProcessTime::now);

    private Coordinator start(String name, WriteGate ownGate, Actions actions) {
        return start(name, ownGate, actions, sink.lease(name, TERM));
    }

    private Coordinator start(String name, WriteGate ownGate, Actions actions, Lease lease) {
        LeaseAccess access =
                new LeaseAccess(sink, lease, () -> new Instance(name, new Terms(null, List.of(), 1)), TERM);
        Environment environment = new Environment(
                "app",
                LONG,
                new OperatorLog(UnaryOperator.identity()),
                UnaryOperator.identity(),
                getClass().getClassLoader());
        Coordinator coordinator = new Coordinator(access, ownGate, actions, environment);
        started.add(coordinator);
        coordinator.start();
        return coordinator;
    }

    @AfterEach
    void leave() throws InterruptedException {
        for (Coordinator coordinator : started) {
            coordinator.leave(Deadline.after(Duration.ZERO));
        }
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

        assertThat(coordinator.awaitOutcome(LONG, LONG)).isEqualTo(LeaseOutcome.ACTIVE);
        assertThat(coordinator.permit()).hasValueSatisfying(permit -> {
            assertThat(permit.mayTidy()).isTrue();
            assertThat(permit.fence().holder()).contains("a");
        });
    }

    /** Reads of the state during an exit must not fail while it is still this instance's. */
    @Test
    void hasTheStateDuringTheExitUntilTheLeaseIsReleased() throws Exception {
        Coordinator coordinator = start("a", gate, new Actions());
        coordinator.awaitOutcome(LONG, LONG);

        SavePermit permit = coordinator.stop(Deadline.after(LONG)).orElseThrow();
        assertThat(gate.isOpen()).isFalse();
        assertThat(coordinator.hasState()).isTrue();

        permit.listener().stored(sink, BACKUP, StoredBackup.at("here", null));
        coordinator.exitSaved();
        coordinator.awaitFinished(Deadline.after(LONG));
        assertThat(coordinator.hasState()).isFalse();
    }

    /** The server may have taken the release already, and another instance the lease. */
    @Test
    void hasNoStateOnceItsReleaseIsOnTheWay() throws Exception {
        Lease real = sink.lease("a", TERM);
        CountDownLatch releasing = new CountDownLatch(1);
        CountDownLatch mayRelease = new CountDownLatch(1);
        Coordinator coordinator = start("a", gate, new Actions(), new Lease() {
            @Override
            public LeaseResult apply(LeaseStep step, Deadline deadline) throws IOException {
                if (step instanceof LeaseStep.Release) {
                    releasing.countDown();
                    try {
                        mayRelease.await();
                    } catch (InterruptedException e) {
                        throw new IOException(e);
                    }
                }
                return real.apply(step, deadline);
            }

            @Override
            public void close() {}
        });
        coordinator.awaitOutcome(LONG, LONG);
        coordinator
                .stop(Deadline.after(LONG))
                .orElseThrow()
                .listener()
                .stored(sink, BACKUP, StoredBackup.at("here", null));

        releasing.await();

        assertThat(coordinator.hasState()).isFalse();
        mayRelease.countDown();
    }

    @Test
    void hasNoStateDuringAnExitThatOutlastsTheLease() throws Exception {
        Coordinator coordinator = start("a", gate, new Actions());
        coordinator.awaitOutcome(LONG, LONG);
        sink.step = () -> {
            throw new IOException("down");
        };
        assertThat(coordinator.stop(Deadline.after(LONG))).isPresent();
        assertThat(coordinator.hasState()).isTrue();

        while (coordinator.hasState()) {
            Thread.onSpinWait();
        }

        assertThat(gate.isOpen()).isFalse();
    }

    /** Actions of a host whose onActive takes as long as the test says. */
    private static class SlowHost extends Actions {
        final CountDownLatch activating = new CountDownLatch(1);
        final CountDownLatch mayEnd = new CountDownLatch(1);

        @Override
        public void activate(long epoch) {
            activating.countDown();
            try {
                mayEnd.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Test
    void permitsNoBackupBeforeTheHostIsDone() throws Exception {
        SlowHost host = new SlowHost();
        Coordinator coordinator = start("a", gate, host);
        host.activating.await();

        assertThat(coordinator.permit()).isEmpty();
        assertThat(coordinator.hasState()).isFalse();
        host.mayEnd.countDown();

        assertThat(coordinator.awaitOutcome(LONG, LONG)).isEqualTo(LeaseOutcome.ACTIVE);
        assertThat(coordinator.permit()).isPresent();
    }

    @Test
    void anExitSavesOnceTheHostIsDone() throws Exception {
        SlowHost host = new SlowHost();
        Coordinator coordinator = start("a", gate, host);
        host.activating.await();
        FutureTask<Optional<SavePermit>> exit = new FutureTask<>(() -> coordinator.stop(Deadline.after(LONG)));
        new Thread(exit).start();
        while (coordinator.phase() != Phase.STOPPING) {
            Thread.onSpinWait();
        }
        assertThat(exit.isDone()).isFalse();

        host.mayEnd.countDown();

        assertThat(exit.get()).isPresent();
        assertThat(gate.isOpen()).isFalse();
    }

    @Test
    void anExitThatCannotWaitForTheHostSavesNothingAndIsNotHeldUp() throws Exception {
        SlowHost host = new SlowHost();
        Coordinator coordinator = start("a", gate, host);
        host.activating.await();

        assertThat(coordinator.stop(Deadline.after(Duration.ofMillis(200)))).isEmpty();
        coordinator.exitSaved();
        coordinator.awaitFinished(Deadline.after(Duration.ofDays(1)));

        host.mayEnd.countDown();
    }

    @Test
    void retiresTheHostOnlyWhenItsActivationHasEnded() throws Exception {
        List<String> turns = new CopyOnWriteArrayList<>();
        SlowHost host = new SlowHost() {
            @Override
            public void activate(long epoch) {
                super.activate(epoch);
                turns.add("active");
            }

            @Override
            public void retire() {
                turns.add("retired");
                super.retire();
            }
        };
        Coordinator coordinator = start("a", gate, host);
        host.activating.await();
        sink.takeAway();
        while (coordinator.phase() == Phase.RESTORING) {
            Thread.onSpinWait();
        }
        assertThat(turns).isEmpty();
        assertThat(gate.isOpen()).isFalse();

        host.mayEnd.countDown();

        host.retired.await();
        assertThat(turns).containsExactly("active", "retired");
    }

    @Test
    void aHostThatBreaksLeavesTheStateToOthers() throws Exception {
        Coordinator coordinator = start("a", gate, new Actions() {
            @Override
            public void activate(long epoch) {
                throw new NoClassDefFoundError("seeds");
            }
        });

        assertThat(coordinator.awaitOutcome(LONG, LONG)).isEqualTo(LeaseOutcome.FAILED);
        coordinator.awaitReleased(LONG);

        assertThat(coordinator.failure()).hasMessage("seeds");
        assertThat(gate.isOpen()).isFalse();
        assertThat(sink.row().orElseThrow().isFree()).isTrue();
    }

    @Test
    void aHostThatThrowsACheckedExceptionLeavesTheStateToOthers() throws Exception {
        Coordinator coordinator = start("a", gate, new Actions() {
            @Override
            public void activate(long epoch) {
                CoordinatorTest.<RuntimeException>throwUnchecked(new IOException("seeds"));
            }
        });

        assertThat(coordinator.awaitOutcome(LONG, LONG)).isEqualTo(LeaseOutcome.FAILED);
        assertThat(coordinator.failure()).hasMessage("seeds");
    }

    /** As code in Kotlin does, where no exception is checked. */
    private static <X extends Throwable> void throwUnchecked(Throwable failure) throws X {
        @SuppressWarnings("unchecked")
        X unchecked = (X) failure;
        throw unchecked;
    }

    @Test
    void doesNotWaitForeverForTheHost() throws Exception {
        SlowHost host = new SlowHost();
        Coordinator coordinator = start("a", gate, host);
        host.activating.await();

        assertThat(coordinator.awaitOutcome(Duration.ofMillis(100), LONG)).isEqualTo(LeaseOutcome.ACTIVATING);

        host.mayEnd.countDown();
    }

    @Test
    void tellsWhenAHolderAcceptsChangesNoLonger() throws Exception {
        Actions actions = new Actions();
        Coordinator coordinator = start("a", gate, actions);
        coordinator.awaitOutcome(LONG, LONG);
        sink.step = () -> {
            throw new IOException("down");
        };

        while (!actions.accepting.contains("DEGRADED shut")) {
            Thread.onSpinWait();
        }

        assertThat(actions.accepting).containsSubsequence("ACTIVE open", "DEGRADED open", "DEGRADED shut");
        assertThat(gate.isOpen()).isFalse();
    }

    @Test
    void releasesTheLeaseWithoutAFinalBackupWhenItLeaves() throws Exception {
        Coordinator coordinator = start("a", gate, new Actions());
        coordinator.awaitOutcome(LONG, LONG);

        coordinator.leave(Deadline.after(LONG));

        assertThat(sink.row().orElseThrow().isFree()).isTrue();
        assertThat(sink.row().orElseThrow().finalBackup()).isEmpty();
        assertThat(coordinator.hasState()).isFalse();
    }

    @Test
    void leavesTheLeaseOfAnotherInstanceAlone() throws Exception {
        start("a", gate, new Actions()).awaitOutcome(LONG, LONG);
        Coordinator other = start("b", WriteGate.timed(ProcessTime::now), new Actions());
        other.awaitOutcome(LONG, LONG);

        other.leave(Deadline.after(LONG));

        assertThat(sink.row().orElseThrow().holder()).contains("a");
        assertThat(gate.isOpen()).isTrue();
    }

    @Test
    void tellsWhoHoldsTheLeaseWithoutTakingPart() throws Exception {
        LeaseAccess access = new LeaseAccess(
                sink, sink.lease("b", TERM), () -> new Instance("b", new Terms(null, List.of(), 1)), TERM);
        ClassLoader loader = getClass().getClassLoader();
        assertThat(LeasedInstance.holder(access, loader, Deadline.after(LONG))).isEmpty();
        start("a", gate, new Actions()).awaitOutcome(LONG, LONG);

        assertThat(LeasedInstance.holder(access, loader, Deadline.after(LONG))).contains("a");

        sink.step = () -> {
            throw new IOException("down");
        };
        assertThatThrownBy(() -> LeasedInstance.holder(access, loader, Deadline.after(LONG)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("down");
    }

    /** A holder must not hand over to an instance that is gone. */
    @Test
    void withdrawsItsRequestWhenItLeaves() throws Exception {
        CountDownLatch saving = new CountDownLatch(1);
        CountDownLatch maySave = new CountDownLatch(1);
        start("a", gate, new Actions() {
                    @Override
                    public void save(SavePermit permit) throws Exception {
                        saving.countDown();
                        maySave.await();
                    }
                })
                .awaitOutcome(LONG, LONG);
        WriteGate own = WriteGate.timed(ProcessTime::now);
        Coordinator other = start("b", own, new Actions());
        other.awaitOutcome(LONG, LONG);
        while (saving.getCount() > 0) {
            other.requestState();
            own.awaitOpen(Deadline.after(Duration.ofMillis(50)));
        }

        other.leave(Deadline.after(LONG));

        assertThat(sink.row().orElseThrow().request()).isEmpty();
        maySave.countDown();
    }

    @Test
    void learnsThatAnotherInstanceHoldsTheLease() throws Exception {
        start("a", gate, new Actions()).awaitOutcome(LONG, LONG);

        WriteGate own = WriteGate.timed(ProcessTime::now);
        Coordinator other = start("b", own, new Actions());

        assertThat(other.awaitOutcome(LONG, LONG)).isEqualTo(LeaseOutcome.ELSEWHERE);
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

        assertThat(coordinator.awaitOutcome(LONG, LONG)).isEqualTo(LeaseOutcome.FAILED);
        coordinator.awaitReleased(LONG);

        assertThat(coordinator.failure()).hasMessage("no copy");
        assertThat(sink.row().orElseThrow().holder()).isEmpty();
    }

    @Test
    void handsOverWhatTheSinkOfTheLeaseHasStored() throws Exception {
        Actions old = new Actions() {
            @Override
            public void save(SavePermit permit) {
                permit.listener().stored(sink, BACKUP, StoredBackup.at("here", null));
            }
        };
        start("a", gate, old).awaitOutcome(LONG, LONG);
        WriteGate own = WriteGate.timed(ProcessTime::now);
        List<Optional<BackupId>> restored = new CopyOnWriteArrayList<>();
        Coordinator other = start("b", own, new Actions() {
            @Override
            public RestoredState restore(Optional<BackupId> only, boolean handedOver) throws Exception {
                restored.add(only);
                return super.restore(only, handedOver);
            }
        });
        other.awaitOutcome(LONG, LONG);

        while (!own.awaitOpen(Deadline.after(Duration.ofMillis(300)))) {
            other.requestState();
        }

        old.retired.await();
        assertThat(gate.isOpen()).isFalse();
        assertThat(restored).containsExactly(Optional.of(BACKUP));
    }

    /** Traffic at the new instance while the old one still seeds: the thread of its start may not see the gate open at all. */
    @Test
    void aStartEndsAlsoIfTheStateWasHandedOverBeforeItLooked() throws Exception {
        Actions saving = new Actions() {
            @Override
            public void save(SavePermit permit) {
                permit.listener().stored(sink, BACKUP, StoredBackup.at("here", null));
            }
        };
        Coordinator first = start("a", gate, saving);
        assertThat(gate.awaitOpen(Deadline.after(LONG))).isTrue();
        handOver(start("b", WriteGate.timed(ProcessTime::now), new Actions()), saving);
        assertThat(first.phase()).isEqualTo(Phase.RETIRED);

        assertThat(first.awaitOutcome(LONG, LONG)).isEqualTo(LeaseOutcome.ACTIVE);
    }

    @Test
    void aStartDoesNotWaitForASlowHandoff() throws Exception {
        CountDownLatch saving = new CountDownLatch(1);
        CountDownLatch maySave = new CountDownLatch(1);
        Coordinator first = start("a", gate, new Actions() {
            @Override
            public void save(SavePermit permit) throws Exception {
                saving.countDown();
                maySave.await();
            }
        });
        assertThat(gate.awaitOpen(Deadline.after(LONG))).isTrue();
        Coordinator other = start("b", WriteGate.timed(ProcessTime::now), new Actions());
        while (!saving.await(200, TimeUnit.MILLISECONDS)) {
            other.requestState();
        }

        assertThat(first.awaitOutcome(LONG, LONG)).isEqualTo(LeaseOutcome.ACTIVE);

        maySave.countDown();
    }

    /** The server is lost at once after it was won. */
    @Test
    void aStartEndsAlsoIfTheTermEndedBeforeItLooked() throws Exception {
        Coordinator coordinator = start("a", gate, new Actions());
        assertThat(gate.awaitOpen(Deadline.after(LONG))).isTrue();
        sink.step = () -> {
            throw new IOException("down");
        };
        while (gate.isOpen()) {
            Thread.onSpinWait();
        }

        assertThat(coordinator.awaitOutcome(LONG, Duration.ofMillis(100))).isEqualTo(LeaseOutcome.ACTIVE);
    }

    private static void handOver(Coordinator to, Actions from) throws InterruptedException {
        while (!from.retired.await(200, TimeUnit.MILLISECONDS)) {
            to.requestState();
        }
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
                .awaitOutcome(LONG, LONG);
        WriteGate own = WriteGate.timed(ProcessTime::now);
        Coordinator other = start("b", own, new Actions());
        other.awaitOutcome(LONG, LONG);

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
        coordinator.awaitOutcome(LONG, LONG);

        SavePermit permit = coordinator.stop(Deadline.after(LONG)).orElseThrow();
        assertThat(sink.row().orElseThrow().holder()).contains("a");
        permit.listener().stored(sink, BACKUP, StoredBackup.at("here", null));
        coordinator.exitSaved();
        coordinator.awaitFinished(Deadline.after(LONG));

        assertThat(sink.row().orElseThrow().holder()).isEmpty();
        assertThat(sink.row().orElseThrow().finalBackup()).contains(BACKUP);
    }

    @Test
    void givesTheExitNoPermitWithoutTheState() throws Exception {
        start("a", gate, new Actions()).awaitOutcome(LONG, LONG);
        Coordinator other = start("b", WriteGate.timed(ProcessTime::now), new Actions());
        other.awaitOutcome(LONG, LONG);

        assertThat(other.stop(Deadline.after(LONG))).isEmpty();
        other.awaitFinished(Deadline.after(LONG));
        assertThat(sink.row().orElseThrow().holder()).contains("a");
    }

    @Test
    void reportsTheNewPhaseToItsHost() throws Exception {
        Actions actions = new Actions();

        start("a", gate, actions).awaitOutcome(LONG, LONG);

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

        assertThat(coordinator.awaitOutcome(LONG, Duration.ofMillis(300))).isEqualTo(LeaseOutcome.UNKNOWN);

        sink.step = () -> {};
        assertThat(coordinator.awaitOutcome(LONG, LONG)).isEqualTo(LeaseOutcome.ACTIVE);
    }
}
