package io.gracefulbackup.internal.handoff;

import io.gracefulbackup.BackupId;
import io.gracefulbackup.Deadline;
import io.gracefulbackup.NotAcknowledgedException;
import io.gracefulbackup.internal.handoff.protocol.Command;
import io.gracefulbackup.internal.handoff.protocol.Event;
import io.gracefulbackup.internal.handoff.protocol.Instance;
import io.gracefulbackup.internal.handoff.protocol.Phase;
import io.gracefulbackup.internal.handoff.protocol.Protocol;
import io.gracefulbackup.internal.handoff.protocol.State;
import io.gracefulbackup.internal.handoff.protocol.Transition;
import io.gracefulbackup.internal.report.OperatorLog;
import io.gracefulbackup.internal.run.SavePermit;
import io.gracefulbackup.internal.run.WriteGate;
import io.gracefulbackup.internal.support.Failures;
import io.gracefulbackup.internal.support.ProcessTime;
import io.gracefulbackup.internal.support.Task;
import io.gracefulbackup.spi.BackupSink;
import io.gracefulbackup.spi.StoredBackup;
import io.gracefulbackup.spi.lease.Fence;
import io.gracefulbackup.spi.lease.Lease;
import io.gracefulbackup.spi.lease.LeaseRow;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Carries out the protocol by which overlapping instances take turns. One thread takes in what happens, one thing after the
 * other, and never waits; what takes time runs on threads of its own and comes back as an event.
 */
public final class Coordinator {
    /** Who has the state, as far as an instance that starts can tell. */
    enum LeaseOutcome {
        ACTIVE,
        ELSEWHERE,
        FAILED,
        UNKNOWN
    }

    private static final Duration TICK = Duration.ofMillis(50);
    private static final Duration STEP = Duration.ofSeconds(4);
    private static final Duration STEP_GIVEN_UP = Duration.ofSeconds(5);
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final Duration ASKING_PAUSE = Duration.ofMillis(200);

    private final BackupSink keeper;
    private final Lease lease;
    private final Supplier<Instance> me;
    private final Duration term;
    private final WriteGate gate;
    private final HandoffActions duties;
    private final OperatorLog console;
    private final ClassLoader contextClassLoader;

    private final BlockingQueue<Runnable> inbox = new LinkedBlockingQueue<>();
    private final AtomicLong lastAsked = new AtomicLong(System.nanoTime() - ASKING_PAUSE.toNanos());
    private final Object monitor = new Object();
    private @Nullable Task<Boolean> task;
    private volatile State state;
    private volatile boolean closed;
    private volatile boolean finished;
    private volatile @Nullable Throwable refusal;
    private volatile @Nullable PendingSave exitOrder;

    // Only the one thread uses these.
    private boolean outageTold;
    private boolean onDuty;
    private boolean preparing;
    private @Nullable ProcessTime openUntil;
    private @Nullable BlockingQueue<Optional<SavePermit>> answer;
    private boolean hasOrder;

    /** What the protocol has done with the state. All may take long and are called on threads of their own. */
    interface HandoffActions {
        /** Sees whether the newest backup would restore; returns the highest epoch in any header. */
        long preflight() throws Exception;

        /** Gets the state, and returns what it came from. */
        RestoredState restore(Optional<BackupId> exactly, boolean handedOver) throws Exception;

        /** Saves the state when the changes under way have ended. */
        void save(SavePermit mandate) throws Exception;

        /** This instance is about to accept changes. */
        void active(long epoch);

        /** It accepts none any more. */
        void retired();

        /** It is something else to the others than before. Must not wait. */
        void entered(Phase phase);
    }

    /** Where a state came from. */
    record RestoredState(long highestEpoch, List<BackupId> lineage) {}

    Coordinator(
            BackupSink keeper,
            Lease lease,
            Supplier<Instance> me,
            Duration term,
            WriteGate gate,
            HandoffActions duties,
            OperatorLog console,
            ClassLoader contextClassLoader) {
        this.keeper = keeper;
        this.lease = lease;
        this.me = me;
        this.term = term;
        this.gate = gate;
        this.duties = duties;
        this.console = console;
        this.contextClassLoader = contextClassLoader;
        this.state = protocol().begin(ProcessTime.now(), 0);
    }

    /** Begins. */
    void start() {
        task = Task.start("handoff", contextClassLoader, this::run);
    }

    private Protocol protocol() {
        return new Protocol(me.get(), term);
    }

    // ---- what others ask

    Phase phase() {
        return state.phase();
    }

    public long epoch() {
        return state.epoch();
    }

    /** By what right a backup that begins now is saved; empty if this instance does not have the state. */
    Optional<SavePermit> mandate() {
        State now = state;
        return switch (now.phase()) {
            case ACTIVE, DEGRADED ->
                Optional.of(new SavePermit(
                        new Fence(now.epoch(), me.get().name()),
                        now.phase() == Phase.ACTIVE,
                        SavePermit.ALONE.witness()));
            default -> Optional.empty();
        };
    }

    /** Whether the state may be looked at: nobody else can have changed it. */
    public boolean hasState() {
        return gate.isOpen() || phase() == Phase.HANDING_OVER;
    }

    /** Asks for the state if another instance has it, and waits a while for the gate to open. */
    public void awaitTurn() {
        Deadline deadline = Deadline.after(PATIENCE);
        try {
            while (!gate.isOpen() && isHopeful()) {
                ask();
                if (gate.awaitOpen(deadline.atMost(ASKING_PAUSE)) || deadline.isExpired()) {
                    return;
                }
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new NotAcknowledgedException("Interrupted while waiting for the state; nothing was done");
        }
    }

    private boolean isHopeful() {
        Phase phase = phase();
        return phase.isOutside() || phase == Phase.RESTORING || phase == Phase.ACTIVE;
    }

    private void ask() {
        long last = lastAsked.get();
        long now = System.nanoTime();
        if (phase().isOutside() && now - last >= ASKING_PAUSE.toNanos() && lastAsked.compareAndSet(last, now)) {
            post(Event.Asked::new);
        }
    }

    /** Waits until it is known who has the state, and, if it is this instance, until it accepts changes. */
    LeaseOutcome awaitSettled(Duration patience) throws InterruptedException {
        Deadline deadline = Deadline.after(patience);
        await(() -> settled() != LeaseOutcome.UNKNOWN || (deadline.isExpired() && phase() != Phase.RESTORING), null);
        return settled();
    }

    private LeaseOutcome settled() {
        State now = state;
        LeaseRow row = now.row();
        if (gate.isOpen()) {
            return LeaseOutcome.ACTIVE;
        }
        if (refusal != null && now.phase() != Phase.RESTORING) {
            return LeaseOutcome.FAILED;
        }
        boolean elsewhere =
                row != null && !me.get().name().equals(row.holder()) && !(row.isFree() && row.offer() == null);
        return elsewhere && now.phase().isOutside() ? LeaseOutcome.ELSEWHERE : LeaseOutcome.UNKNOWN;
    }

    /** Why the state could not be restored the last time that it could not. */
    @Nullable
    Throwable refusal() {
        return refusal;
    }

    /** Waits until the lease is not held by this instance any more. */
    void awaitReleased(Duration patience) throws InterruptedException {
        await(
                () -> {
                    LeaseRow row = state.row();
                    return row == null || !me.get().name().equals(row.holder());
                },
                Deadline.after(patience));
    }

    /**
     * The process ends: says by what right its state is saved; empty if it has none that others do not have. What comes of the
     * save must be told with {@link #ended}.
     */
    public Optional<SavePermit> stop() {
        BlockingQueue<Optional<SavePermit>> mine = new ArrayBlockingQueue<>(1);
        inbox.add(() -> {
            answer = mine;
            hasOrder = false;
            take(new Event.Stop(ProcessTime.now()));
            reply(Optional.empty());
        });
        try {
            Optional<SavePermit> right = mine.poll(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
            if (right != null) {
                return right;
            }
            console.error("❌ The handoff did not take note of the exit; saving all the same");
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        return mandate();
    }

    /** Waits until nothing is left to do on the lease before the process ends. */
    public void awaitFinished(Deadline deadline) throws InterruptedException {
        await(() -> finished, deadline);
    }

    /** Stops everything. The lease, if it is held, runs out by itself. */
    public void close() {
        closed = true;
        Task<Boolean> running = task;
        if (running != null) {
            running.abandon();
        }
        lease.close();
    }

    private void await(BooleanSupplier condition, @Nullable Deadline deadline) throws InterruptedException {
        synchronized (monitor) {
            while (!closed && !condition.getAsBoolean() && (deadline == null || !deadline.isExpired())) {
                TimeUnit.NANOSECONDS.timedWait(monitor, TICK.toNanos());
            }
        }
    }

    // ---- the one thread

    private void post(Function<ProcessTime, Event> event) {
        inbox.add(() -> take(event.apply(ProcessTime.now())));
    }

    private boolean run() {
        while (!closed) {
            try {
                Runnable next = inbox.poll(TICK.toMillis(), TimeUnit.MILLISECONDS);
                if (next == null) {
                    take(new Event.Tick(ProcessTime.now()));
                } else {
                    next.run();
                }
            } catch (InterruptedException woken) {
                // Only close() does that.
            } catch (RuntimeException | Error failed) {
                console.error(
                        "❌ The handoff failed: " + Failures.describe(failed) + Failures.stack(failed.getStackTrace()));
            }
        }
        return true;
    }

    private void take(Event event) {
        Phase before = state.phase();
        Transition next = protocol().on(state, event);
        state = next.state();
        Phase phase = state.phase();
        if (phase != before) {
            entered(before, phase);
        }
        next.commands().forEach(this::carryOut);
        synchronized (monitor) {
            monitor.notifyAll();
        }
    }

    private void entered(Phase before, Phase phase) {
        console.debug("Handoff: from " + before + " to " + phase + ", epoch " + state.epoch());
        duties.entered(phase);
        if (phase == Phase.ACTIVE && before == Phase.RESTORING) {
            onDuty = true;
            preparing = true;
            long epoch = state.epoch();
            Task.start("on-active", contextClassLoader, () -> {
                duties.active(epoch);
                inbox.add(this::prepared);
                return true;
            });
        } else if (onDuty && (phase == Phase.RETIRED || phase == Phase.FAILED || phase.isOutside())) {
            onDuty = false;
            Task.start("on-retire", contextClassLoader, () -> {
                duties.retired();
                return true;
            });
        }
    }

    /** The host has done what comes before the first change. */
    private void prepared() {
        preparing = false;
        ProcessTime until = openUntil;
        openUntil = null;
        if (until != null) {
            gate.open(until);
        }
        synchronized (monitor) {
            monitor.notifyAll();
        }
    }

    private void carryOut(Command command) {
        if (command instanceof Command.Send send) {
            send(send);
        } else if (command instanceof Command.OpenGate open) {
            if (preparing) {
                openUntil = open.until();
            } else {
                gate.open(open.until());
            }
        } else if (command instanceof Command.CloseGate) {
            openUntil = null;
            gate.shut();
        } else if (command instanceof Command.Preflight preflight) {
            work(preflight.number(), "preflight", () -> {
                long highest = duties.preflight();
                post(now -> new Event.Preflighted(now, preflight.number(), highest));
            });
        } else if (command instanceof Command.Restore restore) {
            refusal = null;
            work(restore.number(), "restore", () -> restore(restore));
        } else if (command instanceof Command.Save save) {
            save(save);
        } else if (command instanceof Command.Tell tell) {
            console.warn("⚠️ " + tell.line());
        } else if (command instanceof Command.Finish) {
            finished = true;
        }
    }

    private void send(Command.Send send) {
        AtomicBoolean answered = new AtomicBoolean();
        // A database that hangs without an error, and does not mind being aborted, must not hold the protocol up.
        Deadline.Registration givenUp = Deadline.after(STEP_GIVEN_UP).onExpiry(() -> {
            if (answered.compareAndSet(false, true)) {
                inbox.add(() -> unanswered(send.number(), "no answer within " + STEP_GIVEN_UP.toSeconds() + " s"));
            }
        });
        Task.start("lease", contextClassLoader, () -> {
            try {
                var row = lease.apply(send.step(), Deadline.after(STEP));
                if (answered.compareAndSet(false, true)) {
                    inbox.add(() -> {
                        outageTold = false;
                        take(new Event.Answered(ProcessTime.now(), send.number(), row));
                    });
                }
            } catch (Exception | Error failed) {
                if (answered.compareAndSet(false, true)) {
                    inbox.add(() -> unanswered(send.number(), Failures.describe(failed)));
                }
            } finally {
                givenUp.close();
            }
            return true;
        });
    }

    private void unanswered(long number, String why) {
        if (!outageTold && !closed) {
            outageTold = true;
            console.warn("⚠️ The lease in " + keeper.title() + " cannot be reached: " + why
                    + ". Changes are accepted as long as it lasts; trying again");
        }
        take(new Event.Unanswered(ProcessTime.now(), number));
    }

    private void restore(Command.Restore restore) throws Exception {
        try {
            RestoredState origin = duties.restore(restore.only(), restore.handedOver());
            post(now -> new Event.Restored(now, restore.number(), origin.highestEpoch(), origin.lineage()));
        } catch (Exception | Error failed) {
            refusal = failed;
            throw failed;
        }
    }

    private void save(Command.Save save) {
        // Others have gone on: what this one has is kept, but it decides nothing any more.
        boolean superseded = state.phase() == Phase.RETIRED;
        PendingSave order = new PendingSave(save.number());
        SavePermit mandate = new SavePermit(save.fence(), !superseded, order::stored);
        if (state.phase() != Phase.STOPPING) {
            work(save.number(), "handoff-save", () -> {
                duties.save(mandate);
                order.ended();
            });
        } else if (hasOrder) {
            post(now -> new Event.Failed(now, save.number(), "the exit saves only once"));
        } else {
            hasOrder = true;
            exitOrder = order;
            reply(Optional.of(mandate));
        }
    }

    /** The exit's own run is over, whatever became of it. */
    public void ended() {
        PendingSave order = exitOrder;
        if (order != null) {
            order.ended();
        }
    }

    private void reply(Optional<SavePermit> right) {
        BlockingQueue<Optional<SavePermit>> waiting = answer;
        answer = null;
        if (waiting != null) {
            waiting.add(right);
        }
    }

    /** One save, which counts as soon as it is where the lease is. */
    private final class PendingSave {
        private final long number;
        private final AtomicBoolean told = new AtomicBoolean();

        PendingSave(long number) {
            this.number = number;
        }

        void stored(BackupSink sink, BackupId id, StoredBackup held) {
            if (sink == keeper && told.compareAndSet(false, true)) {
                post(now -> new Event.Saved(now, number, id, held.isFork()));
            }
        }

        void ended() {
            if (told.compareAndSet(false, true)) {
                post(now -> new Event.Failed(now, number, keeper.title() + " did not store it"));
            }
        }
    }

    @FunctionalInterface
    private interface HandoffTask {
        void run() throws Exception;
    }

    private void work(long number, String name, HandoffTask work) {
        try {
            Task.start(name, contextClassLoader, () -> {
                try {
                    work.run();
                } catch (Exception | Error failed) {
                    failed(number, failed);
                }
                return true;
            });
        } catch (OutOfMemoryError noThread) {
            failed(number, noThread);
        }
    }

    private void failed(long number, Throwable why) {
        post(now -> new Event.Failed(now, number, Failures.describe(why)));
    }
}
