package io.gracefulbackup.internal.handoff.protocol;

import io.gracefulbackup.internal.handoff.protocol.SimulatedDatabase.Backup;
import io.gracefulbackup.internal.handoff.protocol.SimulatedHost.Action;
import io.gracefulbackup.internal.handoff.protocol.SimulatedInstance.Message;
import io.gracefulbackup.internal.handoff.protocol.SimulatedInstance.Restore;
import io.gracefulbackup.internal.handoff.protocol.SimulatedInstance.Save;
import io.gracefulbackup.spi.lease.LeaseStep;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/** Lists what may happen next in a simulation. The order is fixed, so that a search stays reproducible. */
final class Choices {
    static final String SECOND = "a second passes";
    private static final String SECONDS = "ten seconds pass";
    private static final String RESUMES = "resumes";
    private static final String DATABASE_IS_BACK = "database is back";
    private static final String START = "start";
    private static final String CHANGE = "a change";

    /** How far a fault sets a clock: further than any time of the protocol. */
    private static final long CLOCK_JUMP = 1_000_000;

    private final LeaseSimulation simulation;
    private final SimulatedDatabase database;
    private final Predicate<Fault> possible;
    private final List<Choice> all = new ArrayList<>();

    /** A step in words. */
    private record About(String what, LeaseStep step) {
        @Override
        public String toString() {
            return what + step;
        }
    }

    Choices(LeaseSimulation simulation, Predicate<Fault> possible) {
        this.simulation = simulation;
        this.database = simulation.database();
        this.possible = possible;
    }

    /** Returns whether a choice must be made at some time: messages arrive, and work ends. */
    static boolean mustHappen(Choice choice) {
        return !Set.<Object>of(SECOND, SECONDS, START, CHANGE).contains(choice.description());
    }

    /** Returns whether a choice is a message that arrives, or work that ends, while other things stay as they are. */
    static boolean isProgress(Choice choice) {
        return mustHappen(choice)
                && choice.fault() == null
                && !Set.<Object>of(RESUMES, DATABASE_IS_BACK).contains(choice.description());
    }

    List<Choice> list() {
        if (simulation.mayTimePass()) {
            add("", SECOND, 6, simulation::tick);
        }
        if (simulation.instances().stream().anyMatch(i -> i.isAlive && i.isPaused)) {
            add("", SECONDS, 1, simulation::passTenSeconds);
        }
        if (simulation.mayStartInstance()) {
            add("", START, 3, simulation::start);
        }
        ofDatabase();
        List<LateArrival> late = simulation.lateArrivals();
        for (int index = 0; index < late.size() && database.isUp(); index++) {
            int which = index;
            add("late: ", late.get(index), 2, () -> simulation.arrive(which));
        }
        for (SimulatedInstance instance : simulation.instances()) {
            if (instance.isAlive) {
                of(instance);
            }
        }
        return all;
    }

    private void ofDatabase() {
        if (!database.isUp()) {
            add("", DATABASE_IS_BACK, 2, () -> database.setUp(true));
        }
        fault(Fault.DATABASE_DOWN, database.isUp(), "", "database down", () -> database.setUp(false));
        fault(Fault.DATABASE_RESTORED, database.canBeRestored(), "", "database restored", simulation::restoreDatabase);
        fault(Fault.SERVER_CLOCK_SET, true, "", "server's clock +1000 s", () -> database.setClockBy(CLOCK_JUMP));
        fault(Fault.SERVER_CLOCK_SET, true, "", "server's clock -1000 s", () -> database.setClockBy(-CLOCK_JUMP));
    }

    private void of(SimulatedInstance i) {
        String n = i.name() + ": ";
        if (i.isPaused) {
            add(n, RESUMES, 1, i::resume);
            fault(Fault.CRASH, true, n, "killed", i::crash);
            statement(i, n);
            return;
        }
        ofProcess(i, n);
        statement(i, n);
        message(i, n);
        preflight(i, n);
        restore(i, n);
        save(i, n);
        host(i, n);
    }

    private void ofProcess(SimulatedInstance i, String n) {
        fault(Fault.CRASH, true, n, "killed", i::crash);
        fault(Fault.PAUSE, true, n, "paused", () -> i.pause(false));
        fault(Fault.SUSPEND, true, n, "suspended", () -> i.pause(true));
        fault(Fault.WALL_CLOCK_SET, true, n, "clock +1000 s", () -> i.setWallClockBy(CLOCK_JUMP));
        // Nobody can notice a clock that is set back by as much as the machine then sleeps, so the jump is longer than
        // any sleep;
        // and after a sleep, the process looks at its clocks before and after they are set.
        fault(Fault.WALL_CLOCK_SET, !i.hasSlept(), n, "clock -1000 s", () -> i.setWallClockBy(-CLOCK_JUMP));
        fault(Fault.WALL_CLOCK_SET, true, n, "clock -9 s, seen", () -> i.setWallClockInViewBy(-9_000));
        fault(Fault.WALL_CLOCK_SET, true, n, "clock -0.4 s", () -> i.setWallClockBy(-400));
        fault(Fault.STOP, !i.isStopping(), n, "SIGTERM", i::stop);
        if (simulation.invariants().changes() < Invariants.MAX_CHANGES) {
            add(n, CHANGE, i.holdsLeaseOrGate() ? 2 : 1, i::write);
        }
    }

    private void statement(SimulatedInstance i, String n) {
        Message m = i.message;
        if (m != null && m.answer() == null && database.isUp()) {
            add(n, m.step(), 8, () -> i.execute(m));
        }
    }

    private void message(SimulatedInstance i, String n) {
        Message m = i.message;
        if (m != null && m.answer() != null) {
            add(n, new About("answer to ", m.step()), 8, () -> i.answered(m));
            fault(Fault.DUPLICATE_ANSWER, true, n, new About("two answers to ", m.step()), () -> i.answeredTwice(m));
            fault(Fault.LOSE_ANSWER, true, n, new About("lost answer to ", m.step()), () -> i.unanswered(m));
        } else if (m != null) {
            fault(Fault.LOSE_STATEMENT, true, n, new About("lost ", m.step()), () -> i.unanswered(m));
            fault(Fault.DELAY_STATEMENT, true, n, new About("given up ", m.step()), () -> i.delay(m));
            if (!database.isUp()) {
                add(n, new About("no connection for ", m.step()), 8, () -> i.unanswered(m));
            }
        }
        Message duplicate = i.duplicate;
        if (duplicate != null) {
            add(n, new About("again the answer to ", duplicate.step()), 1, () -> i.answeredAgain(duplicate));
        }
    }

    private void preflight(SimulatedInstance i, String n) {
        Long preflight = i.preflight;
        if (preflight == null) {
            return;
        }
        if (database.isUp()) {
            add(n, "preflight", 4, () -> i.preflightPassed(preflight));
        }
        fault(Fault.PREFLIGHT_FAILS, true, n, "preflight fails", () -> i.preflightFailed(preflight));
    }

    private void restore(SimulatedInstance i, String n) {
        Restore restore = i.restore;
        if (restore == null) {
            return;
        }
        if (restore.isCatalogueRead()) {
            add(n, "restored", 6, () -> i.restored(restore));
        } else if (database.isUp()) {
            add(n, "reads the catalogue", 6, () -> i.readCatalogue(restore));
        }
        fault(Fault.RESTORE_FAILS, true, n, "restore fails", () -> i.restoreFailed(restore));
        if (!database.isUp() && !restore.isCatalogueRead()) {
            add(n, "no connection to restore", 2, () -> i.restoreFailed(restore));
        }
    }

    private void save(SimulatedInstance i, String n) {
        Save save = i.save;
        if (save == null) {
            return;
        }
        Backup sealed = save.sealed();
        Boolean isFork = save.isFork();
        if (sealed == null) {
            add(n, "snapshot", 6, () -> i.seal(save));
        } else if (isFork == null) {
            if (database.isUp()) {
                add(n, "publishes", 6, () -> i.publish(save, sealed));
            } else {
                add(n, "no connection to publish", 2, () -> i.saveFailed(save));
            }
            fault(Fault.DELAY_PUBLICATION, true, n, "publication given up", () -> i.delayPublication(save, sealed));
        } else {
            add(n, "saved", 6, () -> i.saved(save, sealed.id(), isFork));
        }
        fault(Fault.SAVE_FAILS, true, n, "save fails", () -> i.saveFailed(save));
    }

    private void host(SimulatedInstance i, String n) {
        Action running = i.host.running();
        if (running == null) {
            return;
        }
        Long number = running.number();
        if (number == null) {
            add(n, "onRetire", 4, i.host::end);
            return;
        }
        if (i.host.hasStep()) {
            add(n, "onActive goes on", 3, i.host::step);
        } else {
            add(n, "onActive ends", 3, () -> i.activated(number));
        }
        fault(Fault.ACTIVATION_FAILS, true, n, "onActive fails", () -> i.activationFailed(number));
        fault(Fault.ACTIVATION_GIVEN_UP, i.isStopping(), n, "onActive given up", () -> i.activationGivenUp(number));
    }

    private void add(String subject, Object description, int weight, Runnable effect) {
        all.add(new Choice(subject, description, null, weight, effect));
    }

    private void fault(Fault fault, boolean applies, String subject, Object description, Runnable effect) {
        if (applies && possible.test(fault)) {
            all.add(new Choice(subject, description, fault, 1, effect));
        }
    }
}
