package io.gracefulbackup.internal.handoff;

import io.gracefulbackup.BackupId;
import io.gracefulbackup.Deadline;
import io.gracefulbackup.internal.handoff.HandoffActions.RestoredState;
import io.gracefulbackup.internal.handoff.LeasedInstance.Environment;
import io.gracefulbackup.internal.handoff.LeasedInstance.LeaseAccess;
import io.gracefulbackup.internal.handoff.protocol.Command;
import io.gracefulbackup.internal.handoff.protocol.Event;
import io.gracefulbackup.internal.handoff.protocol.Phase;
import io.gracefulbackup.internal.handoff.protocol.Protocol;
import io.gracefulbackup.internal.handoff.protocol.State;
import io.gracefulbackup.internal.handoff.protocol.Transition;
import io.gracefulbackup.internal.report.Messages;
import io.gracefulbackup.internal.report.OperatorLog;
import io.gracefulbackup.internal.run.SavePermit;
import io.gracefulbackup.internal.run.WriteGate;
import io.gracefulbackup.internal.support.Failures;
import io.gracefulbackup.internal.support.ProcessTime;
import io.gracefulbackup.internal.support.Task;
import io.gracefulbackup.internal.support.Threads;
import io.gracefulbackup.internal.support.Timeouts;
import io.gracefulbackup.spi.PermanentFailureException;
import io.gracefulbackup.spi.StoredBackup;
import io.gracefulbackup.spi.lease.Fence;
import io.gracefulbackup.spi.lease.LeaseRow;
import io.gracefulbackup.spi.lease.LeaseStep;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Carries out the handoff protocol. One thread processes events in the order of their arrival and never blocks; slow work runs on
 * threads of its own and comes back as an event. The other methods may be called from any thread.
 */
final class Coordinator {
    private final LeaseAccess access;
    private final LeaseClient lease;
    private final WriteGate gate;
    private final HandoffActions actions;
    private final Activation activation;
    private final OperatorLog log;
    private final ClassLoader contextClassLoader;

    private final BlockingQueue<Runnable> inbox = new LinkedBlockingQueue<>();
    private final Object monitor = new Object();
    private @Nullable Task<Boolean> task;
    private volatile State state;
    private volatile boolean closed;
    private volatile boolean finished;
    private volatile @Nullable Throwable failure;
    private volatile @Nullable PendingSave exitSave;
    private volatile long answeredAt = System.nanoTime();
    /** Why the last step on the lease has no answer, or none was answered yet; null once a step is answered. */
    private volatile @Nullable Throwable unanswered = new IOException("no answer in time");
    /** Whether it is known, or was once, which instance has the state. From then on every failure of the lease may pass. */
    private volatile boolean isContacted;
    /** Whether this instance accepts changes, or did: it may have handed over before anybody looked. */
    private volatile boolean hasAccepted;

    // Confined to the thread of the coordinator.
    private boolean outageLogged;
    private @Nullable BlockingQueue<Optional<SavePermit>> exitWaiter;
    private boolean exitSaveStarted;

    Coordinator(LeaseAccess access, WriteGate gate, HandoffActions actions, Environment environment) {
        this.access = access;
        this.contextClassLoader = environment.contextClassLoader();
        this.lease = new LeaseClient(access.lease(), contextClassLoader);
        this.gate = gate;
        this.actions = actions;
        this.activation = new Activation(actions, contextClassLoader);
        this.log = environment.log();
        this.state = protocol().begin(ProcessTime.now(), 0);
    }

    /** Starts the thread. */
    void start() {
        task = Task.start("handoff", contextClassLoader, this::run);
    }

    /** The keys in the description of this instance become known as backups are read, so it is asked for each time. */
    private Protocol protocol() {
        return new Protocol(access.instance().get(), access.term());
    }

    // ---- for other threads

    Phase phase() {
        return state.phase();
    }

    long epoch() {
        return state.epoch();
    }

    /** The permit of a backup that starts now; empty if this instance does not have the state. */
    Optional<SavePermit> permit() {
        State now = state;
        return switch (now.phase()) {
            case ACTIVE, DEGRADED ->
                Optional.of(new SavePermit(
                        new Fence(now.epoch(), name()),
                        now.phase() == Phase.ACTIVE,
                        SavePermit.UNCONDITIONAL.listener()));
            default -> Optional.empty();
        };
    }

    /** A change or a reader has come to this instance, which needs the state for it. */
    void requestState() {
        post(Event.Asked::new);
    }

    /**
     * Waits until it is known who has the state and, if it is this instance, until it accepts changes. A restore is waited for as
     * long as it takes, and so is a lease that is not free yet while its server answers.
     *
     * @param hostLimit how long the host's {@code onActive} actions are waited for
     * @param contactLimit how long a server is asked that does not answer
     */
    LeaseOutcome awaitOutcome(Duration hostLimit, Duration contactLimit) throws InterruptedException {
        Deadline host = Deadline.after(hostLimit);
        await(
                () -> switch (outcome()) {
                    case UNKNOWN -> hasNoContactFor(contactLimit);
                    case ACTIVATING -> host.isExpired();
                    default -> true;
                },
                null);
        return outcome();
    }

    private boolean hasNoContactFor(Duration limit) {
        State now = state;
        boolean isTooLong = System.nanoTime() - answeredAt >= limit.toNanos();
        return unanswered != null && isTooLong && !now.isRestoring();
    }

    /** Why the last step on the lease has no answer. */
    String whyUnanswered() {
        Throwable why = unanswered;
        return why == null ? "it has answered again" : Failures.describe(why);
    }

    private LeaseOutcome outcome() {
        State now = state;
        if (hasAccepted) {
            return LeaseOutcome.ACTIVE;
        }
        if (now.isActivating()) {
            return LeaseOutcome.ACTIVATING;
        }
        if (failure != null && now.phase() != Phase.RESTORING) {
            return LeaseOutcome.FAILED;
        }
        if (now.phase() == Phase.STOPPING) {
            return LeaseOutcome.STOPPING;
        }
        if (!isContacted && !now.isRestoring() && unanswered instanceof PermanentFailureException) {
            return LeaseOutcome.REFUSED;
        }
        LeaseRow row = now.row();
        boolean isElsewhere = row != null
                && !row.isHeldBy(name())
                && !(row.isFree() && row.offer().isEmpty());
        return isElsewhere && now.phase().isOutside() ? LeaseOutcome.ELSEWHERE : LeaseOutcome.UNKNOWN;
    }

    /** Why the last restore, or the activation after it, failed; else null. */
    @Nullable
    Throwable failure() {
        return failure;
    }

    /** Whether the state in memory is the application's present one; see {@link Role#hasState}. */
    boolean hasState() {
        return !closed && protocol().hasState(state, ProcessTime.now());
    }

    /** Whether the gate may open soon, if it is asked to. */
    boolean mayAcceptSoon() {
        Phase phase = phase();
        return !closed && (phase.isOutside() || phase == Phase.RESTORING || phase == Phase.ACTIVE);
    }

    /** Waits until this instance does not hold the lease. */
    void awaitReleased(Duration patience) throws InterruptedException {
        await(
                () -> {
                    LeaseRow row = state.row();
                    return row == null || !row.isHeldBy(name());
                },
                Deadline.after(patience));
    }

    /**
     * Takes note that the process ends.
     *
     * @param deadline until when to wait for the protocol, and for the host's {@code onActive} actions
     * @return the permit of the exit's backup, whose end must be reported with {@link #exitSaved}; empty if this instance has no
     *     state that others do not have
     */
    Optional<SavePermit> stop(Deadline deadline) {
        BlockingQueue<Optional<SavePermit>> waiter = new ArrayBlockingQueue<>(1);
        inbox.add(() -> {
            exitWaiter = waiter;
            exitSaveStarted = false;
            take(new Event.Stop(ProcessTime.now()));
        });
        try {
            Optional<SavePermit> permit = waiter.poll(deadline.remaining().toNanos(), TimeUnit.NANOSECONDS);
            if (permit != null) {
                return permit;
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        Optional<SavePermit> permit = permit();
        if (permit.isPresent()) {
            log.error(Messages.HANDOFF_MISSED_EXIT);
        } else if (state.isActivating()) {
            log.error(Messages.EXIT_BEFORE_ACTIVE);
        }
        return permit;
    }

    /** The exit's backup has ended, whether it was stored or not. */
    void exitSaved() {
        PendingSave save = exitSave;
        if (save != null) {
            save.ended();
        }
    }

    /** Waits until nothing is left to do on the lease before the process ends. */
    void awaitFinished(Deadline deadline) throws InterruptedException {
        // An exit that did not wait for the host any longer has nothing to release.
        await(() -> finished || state.isActivating(), deadline);
    }

    /**
     * Stops the thread, and closes the connection. Releases the lease, unless the process has begun to exit: then it was released
     * already, or must not be.
     */
    void leave(Deadline deadline) throws InterruptedException {
        closed = true;
        wakeWaiters();
        try {
            Task<Boolean> running = task;
            if (running != null) {
                running.abandon();
                running.await(deadline);
            }
            if (phase() != Phase.STOPPING) {
                giveBack(deadline);
            }
        } catch (IOException | ExecutionException | TimeoutException failed) {
            log.warn(Messages.leaseNotReleased(access.sink().title(), Failures.describe(failed)));
        } finally {
            lease.close();
        }
    }

    /**
     * Leaves nothing of this instance in the row as it was last seen. The release names no final backup: other instances restore
     * the newest one, and do not take it for complete.
     */
    private void giveBack(Deadline deadline) throws IOException, InterruptedException {
        // A step under way may have acquired the lease just now.
        LeaseRow row = lease.isBusy()
                ? lease.take(new LeaseStep.Read(), deadline).row().orElse(null)
                : state.row();
        while (row != null && !deadline.isExpired()) {
            LeaseStep step;
            if (row.isHeldBy(name())) {
                step = new LeaseStep.Release(row.version(), null, null);
            } else if (row.isRequestedBy(name())) {
                step = new LeaseStep.Withdraw();
            } else {
                return;
            }
            // A step that is refused returns the row as it is now.
            row = lease.take(step, deadline).row().orElse(null);
        }
    }

    private String name() {
        return access.instance().get().name();
    }

    private void await(BooleanSupplier condition, @Nullable Deadline deadline) throws InterruptedException {
        synchronized (monitor) {
            while (!closed && !condition.getAsBoolean() && (deadline == null || !deadline.isExpired())) {
                TimeUnit.NANOSECONDS.timedWait(monitor, Timeouts.PROTOCOL_TICK.toNanos());
            }
        }
    }

    private void wakeWaiters() {
        synchronized (monitor) {
            monitor.notifyAll();
        }
    }

    private void post(Function<ProcessTime, Event> event) {
        inbox.add(() -> take(event.apply(ProcessTime.now())));
    }

    // ---- the thread of the coordinator

    private boolean run() {
        while (!closed) {
            try {
                Runnable next = inbox.poll(Timeouts.PROTOCOL_TICK.toMillis(), TimeUnit.MILLISECONDS);
                if (next == null) {
                    take(new Event.Tick(ProcessTime.now()));
                } else {
                    next.run();
                }
            } catch (InterruptedException e) {
                // close() interrupts this thread, and nobody else does.
            } catch (RuntimeException | Error failed) {
                unforeseen(failed);
            }
        }
        return true;
    }

    private void take(Event event) {
        State before = state;
        Transition transition = protocol().on(before, event);
        state = transition.state();
        entered(before, transition.state());
        for (Command command : transition.commands()) {
            try {
                carryOut(command);
            } catch (RuntimeException | Error failed) {
                // The commands after this one, such as to close the gate, are carried out all the same.
                unforeseen(failed);
            }
        }
        if (phase() == Phase.STOPPING && !state.isActivating()) {
            answerExit(Optional.empty());
        }
        isContacted = isContacted || isContact(outcome());
        wakeWaiters();
    }

    private static boolean isContact(LeaseOutcome outcome) {
        return switch (outcome) {
            case ACTIVE, ACTIVATING, ELSEWHERE -> true;
            case FAILED, REFUSED, STOPPING, UNKNOWN -> false;
        };
    }

    private void entered(State before, State now) {
        if (now.phase() != before.phase()) {
            log.debug("Handoff: from " + before.phase() + " to " + now.phase() + ", epoch " + now.epoch());
        }
        if (now.phase() != before.phase() || now.acceptsChanges() != before.acceptsChanges()) {
            actions.entered(now.phase(), now.acceptsChanges());
        }
        if (now.phase() == Phase.ACTIVE && before.phase() != Phase.ACTIVE) {
            actions.raiseEpoch(now.epoch());
        }
    }

    private void unforeseen(Throwable why) {
        log.error(Messages.handoffFailed(Failures.describe(why), Failures.stack(why.getStackTrace())));
    }

    private void carryOut(Command command) {
        if (command instanceof Command.Send send) {
            send(send);
        } else if (command instanceof Command.OpenGate open) {
            gate.open(open.coverage());
            hasAccepted = true;
        } else if (command instanceof Command.CloseGate) {
            gate.shut();
        } else if (command instanceof Command.Preflight preflight) {
            preflight(preflight);
        } else if (command instanceof Command.Restore restore) {
            restore(restore);
        } else if (command instanceof Command.Save save) {
            save(save);
        } else if (command instanceof Command.Activate activate) {
            activate(activate);
        } else if (command instanceof Command.Retire) {
            activation.retire(this::unforeseen);
        } else if (command instanceof Command.Tell tell) {
            log.warn(Messages.warning(tell.line()));
        } else if (command instanceof Command.Finish) {
            finished = true;
        }
    }

    private void send(Command.Send send) {
        lease.send(
                send.step(),
                result -> inbox.add(() -> {
                    outageLogged = false;
                    unanswered = null;
                    answeredAt = System.nanoTime();
                    take(new Event.Answered(ProcessTime.now(), send.number(), result));
                }),
                why -> inbox.add(() -> {
                    unanswered = why;
                    tellOfOutage(why);
                    take(new Event.Unanswered(ProcessTime.now(), send.number()));
                }));
    }

    private void tellOfOutage(Throwable why) {
        // A start that ends for this reason says so itself.
        boolean endsTheStart = !isContacted && why instanceof PermanentFailureException;
        if (outageLogged || closed || endsTheStart) {
            return;
        }
        outageLogged = true;
        String title = access.sink().title();
        String reason = Failures.describe(why);
        log.warnOnce(
                isContacted
                        ? Messages.leaseUnreachable(title, reason, gate.isOpen())
                        : Messages.leaseUnreachableAtStart(title, reason));
    }

    private void preflight(Command.Preflight preflight) {
        work(preflight.number(), "preflight", () -> {
            long highestEpoch = actions.preflight();
            post(now -> new Event.Preflighted(now, preflight.number(), highestEpoch));
        });
    }

    private void activate(Command.Activate activate) {
        activation.activate(state.epoch(), () -> post(now -> new Event.Activated(now, activate.number())), failed -> {
            log.error(Messages.notActivated(Failures.describe(failed)));
            failure = failed;
            workFailed(activate.number(), failed);
        });
    }

    private void restore(Command.Restore restore) {
        failure = null;
        work(restore.number(), "restore", () -> {
            try {
                RestoredState restored = actions.restore(restore.only(), restore.handedOver());
                post(now -> new Event.Restored(now, restore.number(), restored.highestEpoch(), restored.lineage()));
            } catch (Exception | Error failed) {
                failure = failed;
                throw failed;
            }
        });
    }

    private void save(Command.Save save) {
        // Once another instance has taken over, the backup of this one is kept as a fork and deletes nothing.
        boolean isSuperseded = state.phase() == Phase.RETIRED;
        PendingSave pending = pendingSave(save.number());
        SavePermit permit = new SavePermit(save.fence(), !isSuperseded, pending);
        if (state.phase() != Phase.STOPPING) {
            work(save.number(), "handoff-save", () -> {
                actions.save(permit);
                pending.ended();
            });
        } else if (exitSaveStarted) {
            post(now -> new Event.Failed(now, save.number(), "the exit saves only once"));
        } else {
            exitSaveStarted = true;
            exitSave = pending;
            answerExit(Optional.of(permit));
        }
    }

    private PendingSave pendingSave(long number) {
        return new PendingSave(access.sink(), new PendingSave.Outcome() {
            @Override
            public void saved(BackupId id, StoredBackup stored) {
                post(now -> new Event.Saved(now, number, id, stored.isFork()));
            }

            @Override
            public void failed(String why) {
                post(now -> new Event.Failed(now, number, why));
            }
        });
    }

    private void answerExit(Optional<SavePermit> permit) {
        BlockingQueue<Optional<SavePermit>> waiter = exitWaiter;
        exitWaiter = null;
        if (waiter != null) {
            waiter.add(permit);
        }
    }

    /** Runs work on a thread of its own; its failure comes back as an event. */
    private void work(long number, String name, Threads.Work work) {
        Task.inBackground(name, contextClassLoader, work, failed -> workFailed(number, failed));
    }

    private void workFailed(long number, Throwable failed) {
        // The protocol tells the operator, unless the work does not count any more.
        log.debug("Handoff: task " + number + " failed: " + Failures.describe(failed));
        post(now -> new Event.Failed(now, number, Failures.describe(failed)));
    }
}
