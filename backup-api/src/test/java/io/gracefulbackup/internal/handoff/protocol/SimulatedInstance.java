package io.gracefulbackup.internal.handoff.protocol;

import io.gracefulbackup.BackupId;
import io.gracefulbackup.internal.handoff.protocol.SimulatedDatabase.Backup;
import io.gracefulbackup.internal.handoff.protocol.SimulatedDatabase.Contents;
import io.gracefulbackup.internal.support.ClockInterval;
import io.gracefulbackup.internal.support.ProcessTime;
import io.gracefulbackup.spi.lease.Fence;
import io.gracefulbackup.spi.lease.LeaseResult;
import io.gracefulbackup.spi.lease.LeaseStep;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** An instance that runs the real protocol, with clocks, a memory and an engine that are simulated. */
final class SimulatedInstance {
    /** A statement on its way to the database, or the answer on its way back. */
    record Message(long number, LeaseStep step, @Nullable LeaseResult answer) {}

    /** A restore under way; the source is chosen when the catalogue is read. */
    record Restore(
            long number,
            @Nullable BackupId exactly,
            boolean isCatalogueRead,
            @Nullable Backup source,
            long highestEpoch) {}

    /** A save under way: first sealed, then published. */
    record Save(
            long number,
            Fence fence,
            @Nullable Backup sealed,
            @Nullable Boolean isFork) {}

    private final LeaseSimulation simulation;
    private final Instance identity;
    private final Protocol protocol;
    State state;

    boolean isAlive = true;
    boolean isPaused;
    boolean isSuspended;
    /** How long the monotonic clock has stood still, in milliseconds. */
    private long asleep;
    /** How far the wall clock was set, in milliseconds. */
    private long wallSkew;

    /** The changes in memory. */
    long memory;
    /** The changes that this instance has acknowledged. */
    long acknowledged;

    private long sequence;
    private List<BackupId> lineage = List.of();

    @Nullable
    ClockInterval gate;

    @Nullable
    Message message;
    /** An answer that comes a second time. */
    @Nullable
    Message duplicate;

    @Nullable
    Long preflight;

    @Nullable
    Restore restore;

    @Nullable
    Save save;

    final SimulatedHost host;

    SimulatedInstance(LeaseSimulation simulation, Instance identity, SafetyRules rules) {
        this.simulation = simulation;
        this.identity = identity;
        this.host = new SimulatedHost(this, simulation.invariants());
        this.protocol = new Protocol(identity, rules);
        this.state = protocol.begin(now(), database().highestEpoch());
    }

    private Contents database() {
        return simulation.database().contents();
    }

    String name() {
        return identity.name();
    }

    ProcessTime now() {
        return new ProcessTime((simulation.time() - asleep) * 1_000_000, simulation.time() + wallSkew);
    }

    boolean hasSlept() {
        return asleep != 0;
    }

    void setWallClockBy(long millis) {
        wallSkew += millis;
    }

    /** Sets the wall clock while the process looks at it, before and after. */
    void setWallClockInViewBy(long millis) {
        takeIn(new Event.Tick(now()));
        setWallClockBy(millis);
        takeIn(new Event.Tick(now()));
    }

    void pass(long millis) {
        if (isAlive && isSuspended) {
            asleep += millis;
        }
        if (isAlive && !isPaused) {
            takeIn(new Event.Tick(now()));
        }
    }

    /** Returns whether a change is accepted, as the gate decides it: by both clocks, at the time of the change. */
    boolean accepts() {
        return isAlive && !isPaused && gate != null && gate.surelyContains(now());
    }

    /** Returns whether something is under way that ends without the passing of time. */
    boolean isBusy() {
        return isAlive && !isPaused && (message != null || save != null || restore != null);
    }

    boolean isStopping() {
        return state.phase() == Phase.STOPPING;
    }

    /** Returns whether the instance has seen the epoch in which that one holds the lease. */
    boolean knowsOf(SimulatedInstance holder) {
        return state.lease().seenEpoch() >= holder.state.lease().hold().epoch();
    }

    boolean holdsLeaseOrGate() {
        return state.lease().isHeld() || gate != null;
    }

    // ---- what happens to it

    void write() {
        if (accepts()) {
            long change = simulation.invariants().acknowledgeNext();
            memory |= change;
            acknowledged |= change;
        } else {
            // The clocks have left the time of the gate, if it has one; it does not open again by itself.
            gate = null;
            takeIn(new Event.Asked(now()));
        }
    }

    void stop() {
        takeIn(new Event.Stop(now()));
    }

    void pause(boolean withItsMachine) {
        simulation.invariants().allowLoss(database());
        isPaused = true;
        isSuspended = withItsMachine;
    }

    void resume() {
        isPaused = false;
        isSuspended = false;
    }

    void crash() {
        // After a restore of the database the state may be in the memory of this instance alone, which waits to go on.
        if (holdsLeaseOrGate() || state.phase() == Phase.DEGRADED) {
            simulation.invariants().allowLoss(database());
        }
        isAlive = false;
        gate = null;
        if (message != null && message.answer() == null) {
            simulation.arriveLate(new LateArrival(name(), message.step(), null));
        }
        if (save != null && save.sealed() != null && save.isFork() == null) {
            simulation.arriveLate(new LateArrival(name(), null, save.sealed()));
        }
    }

    void execute(Message sent) {
        message = new Message(sent.number(), sent.step(), simulation.execute(name(), sent.step()));
    }

    void answered(Message answer) {
        message = null;
        takeIn(new Event.Answered(now(), answer.number(), answer.answer()));
    }

    void answeredTwice(Message answer) {
        duplicate = answer;
        answered(answer);
    }

    void answeredAgain(Message answer) {
        duplicate = null;
        takeIn(new Event.Answered(now(), answer.number(), answer.answer()));
    }

    void unanswered(Message lost) {
        message = null;
        takeIn(new Event.Unanswered(now(), lost.number()));
    }

    void delay(Message statement) {
        simulation.arriveLate(new LateArrival(name(), statement.step(), null));
        unanswered(statement);
    }

    void preflightPassed(long number) {
        preflight = null;
        takeIn(new Event.Preflighted(now(), number, database().highestEpoch()));
    }

    void preflightFailed(long number) {
        preflight = null;
        failed(number);
    }

    void readCatalogue(Restore begun) {
        Backup source =
                (begun.exactly() == null ? database().newest() : database().find(begun.exactly())).orElse(null);
        restore = new Restore(
                begun.number(), begun.exactly(), true, source, database().highestEpoch());
    }

    void restored(Restore ended) {
        restore = null;
        Backup source = ended.source();
        if (source == null && ended.exactly() != null) {
            takeIn(new Event.Failed(now(), ended.number(), "it is gone"));
            return;
        }
        memory = source == null ? 0 : source.content();
        sequence = source == null ? 0 : source.sequence();
        lineage = source == null ? List.of() : prepend(source.id(), source.lineage());
        takeIn(new Event.Restored(now(), ended.number(), ended.highestEpoch(), lineage));
    }

    void restoreFailed(Restore ended) {
        restore = null;
        failed(ended.number());
    }

    void seal(Save begun) {
        simulation.invariants().sealed(this);
        sequence++;
        Backup sealed =
                new Backup(simulation.newBackupId(), begun.fence().epoch(), sequence, name(), false, memory, lineage);
        lineage = prepend(sealed.id(), lineage);
        save = new Save(begun.number(), begun.fence(), sealed, null);
    }

    void publish(Save begun, Backup sealed) {
        boolean isFork = simulation.publish(sealed);
        save = new Save(begun.number(), begun.fence(), sealed, isFork);
    }

    void delayPublication(Save begun, Backup sealed) {
        simulation.arriveLate(new LateArrival(name(), null, sealed));
        saveFailed(begun);
    }

    void saved(Save ended, BackupId id, boolean isFork) {
        save = null;
        takeIn(new Event.Saved(now(), ended.number(), id, isFork));
    }

    void saveFailed(Save ended) {
        if (isStopping() || state.phase() == Phase.RETIRED) {
            simulation.invariants().allowLoss(database());
        }
        save = null;
        failed(ended.number());
    }

    void activated(long number) {
        host.end();
        takeIn(new Event.Activated(now(), number));
    }

    void activationFailed(long number) {
        host.end();
        failed(number);
    }

    /** The exit waits no longer for the host, whose activation goes on. */
    void activationGivenUp(long number) {
        failed(number);
    }

    private void failed(long number) {
        takeIn(new Event.Failed(now(), number, "why"));
    }

    private static List<BackupId> prepend(BackupId id, List<BackupId> older) {
        return Stream.concat(Stream.of(id), older.stream()).toList();
    }

    // ---- what it does

    void takeIn(Event event) {
        Transition transition = protocol.on(state, event);
        state = transition.state();
        simulation.visited(state.phase());
        transition.commands().forEach(this::carryOut);
    }

    private void carryOut(Command command) {
        if (command instanceof Command.Send send) {
            message = new Message(send.number(), send.step(), null);
        } else if (command instanceof Command.OpenGate open) {
            gate = open.coverage();
            simulation.invariants().gateOpened(this);
        } else if (command instanceof Command.CloseGate) {
            gate = null;
        } else if (command instanceof Command.Preflight begin) {
            preflight = begin.number();
        } else if (command instanceof Command.Restore begin) {
            simulation.invariants().require(!host.isActivating(), name() + " restores under a host that activates");
            restore = new Restore(begin.number(), begin.exactly(), false, null, 0);
        } else if (command instanceof Command.Save begin) {
            simulation.invariants().saving(this);
            save = new Save(begin.number(), begin.fence(), null, null);
        } else if (command instanceof Command.Activate begin) {
            host.activate(begin.number());
        } else if (command instanceof Command.Retire) {
            host.retire();
        } else if (command instanceof Command.Finish) {
            isAlive = false;
            gate = null;
        }
    }

    @Override
    public String toString() {
        return name() + (isAlive ? "" : " dead") + (isPaused ? " paused " : " ") + state.phase() + " epoch "
                + state.lease().hold().epoch() + " gate " + gate + " row " + state.row();
    }
}
