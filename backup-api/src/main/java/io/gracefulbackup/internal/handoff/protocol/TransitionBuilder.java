package io.gracefulbackup.internal.handoff.protocol;

import io.gracefulbackup.BackupId;
import io.gracefulbackup.internal.handoff.protocol.Work.Kind;
import io.gracefulbackup.internal.support.ClockInterval;
import io.gracefulbackup.internal.support.ProcessTime;
import io.gracefulbackup.spi.lease.Fence;
import io.gracefulbackup.spi.lease.LeaseStep;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Builds the next state and the commands of one transition. Used by one thread, for one event. */
final class TransitionBuilder {
    final Instance me;
    final SafetyRules rules;
    final ProcessTime now;

    // The records of the next state, to be replaced by the classes that work on the transition.
    LeaseView lease;
    Memory memory;
    Requests requests;
    Work work;
    HostStep host;

    private Phase phase;
    private ProcessTime phaseSince;
    private boolean longWaitReported;
    private final List<Command> commands = new ArrayList<>();

    TransitionBuilder(Instance me, SafetyRules rules, State before, ProcessTime now) {
        this.me = me;
        this.rules = rules;
        this.now = now;
        lease = before.lease();
        memory = before.memory();
        requests = before.requests();
        work = before.work();
        host = before.host();
        phase = before.phase();
        phaseSince = before.phaseSince();
        longWaitReported = before.isLongWaitReported();
    }

    State state() {
        return new State(phase, phaseSince, longWaitReported, lease, memory, requests, work, host);
    }

    Transition build() {
        return new Transition(state(), commands);
    }

    Phase phase() {
        return phase;
    }

    void enter(Phase next) {
        phase = next;
        phaseSince = now;
        longWaitReported = false;
    }

    /** Changes between phases in which the instance waits, without a new beginning of the wait. */
    void waitIn(Phase next) {
        phase = next;
    }

    boolean isInPhaseForLong() {
        return now.since(phaseSince).compareTo(rules.timing.longWait()) >= 0;
    }

    void reportLongWait(String line) {
        if (!longWaitReported) {
            longWaitReported = true;
            tell(line);
        }
    }

    void tell(String line) {
        commands.add(new Command.Tell(line));
    }

    void openGate(ClockInterval coverage) {
        memory = memory.gateOpen(coverage);
        commands.add(new Command.OpenGate(coverage));
    }

    void closeGate() {
        if (memory.gate() != null) {
            memory = memory.gateClosed();
            commands.add(new Command.CloseGate());
        }
    }

    void preflight() {
        work = work.starting(Kind.PREFLIGHT);
        commands.add(new Command.Preflight(work.lastNumber()));
    }

    void restore(@Nullable BackupId exactly, boolean handedOver) {
        work = work.starting(Kind.RESTORE);
        commands.add(new Command.Restore(work.lastNumber(), exactly, handedOver));
    }

    /** Closes the gate first, because no change may be acknowledged that the backup lacks. */
    void save() {
        closeGate();
        work = work.starting(Kind.SAVE);
        commands.add(new Command.Save(work.lastNumber(), new Fence(lease.hold().lastEpoch(), me.name())));
    }

    void activateHost() {
        work = work.numbered();
        host = host.activating(work.lastNumber());
        commands.add(new Command.Activate(work.lastNumber()));
    }

    void retireHost() {
        host = host.retired();
        commands.add(new Command.Retire());
    }

    void send(LeaseStep step) {
        if (step instanceof LeaseStep.Acquire) {
            lease = lease.acquiring(rules.isFromThePast(lease.row(), lease.seenEpoch()));
        } else if (step instanceof LeaseStep.Release release && release.finalId() != null) {
            memory = memory.releasing();
        } else if (step instanceof LeaseStep.Decline) {
            requests = requests.withObjection(null).with(null);
        }
        work = work.sending(step, now);
        commands.add(new Command.Send(work.lastNumber(), step));
    }

    void finish() {
        work = work.finished();
        commands.add(new Command.Finish());
    }
}
