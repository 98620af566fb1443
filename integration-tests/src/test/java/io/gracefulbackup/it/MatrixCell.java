package io.gracefulbackup.it;

import io.gracefulbackup.it.hosts.Phase;
import java.time.Duration;
import java.util.Locale;

/**
 * A cell of the fault matrix: a fault in a phase of a host that exits by a trigger.
 *
 * @param fault the fault
 * @param phase the phase in which it is injected
 * @param sink the sink that is in this phase, or empty if the phase belongs to no sink
 * @param trigger what makes the host exit
 */
record MatrixCell(MatrixFault fault, Phase phase, String sink, Trigger trigger) {

    /** What makes the host exit. */
    enum Trigger {
        TERM(143),
        INT(130),
        /** {@code System.exit}. */
        EXIT(7),
        /** The return of {@code main}. */
        END(0),
        /** SIGTERM during a manual backup, in which the fault occurs. */
        TERM_DURING_BACKUP(143);

        private final int exitCode;

        Trigger(int exitCode) {
            this.exitCode = exitCode;
        }

        int exitCode() {
            return exitCode;
        }
    }

    /** Whether the state of the host must be in a sink afterwards. */
    boolean mustSave() {
        if (fault.killsProcess() || fault.exhaustsResources() || fault.hangsStartIn(phase)) {
            return false;
        }
        if (phase == Phase.RESTORE && fault.isCodeFault()) {
            return false;
        }
        boolean breaksSnapshot = fault.isCodeFault() && (phase == Phase.SNAPSHOT || phase == Phase.SPOOL);
        return (!breaksSnapshot && !(fault == MatrixFault.DISK_FULL && phase == Phase.SPOOL))
                || trigger == Trigger.TERM_DURING_BACKUP;
    }

    boolean isLarge() {
        return phase == Phase.SPOOL;
    }

    /** The size of the state: a sink writes it in several pieces, and a large one does not fit into the memory of the spool. */
    int bytes() {
        return isLarge() ? 20_000_000 : 500_000;
    }

    /** The deadline of the exit, longer for a large state. */
    Duration timeout() {
        return isLarge() ? Duration.ofSeconds(15) : ForkedHosts.SHORT_TIMEOUT;
    }

    /** How long the exit may take: a JVM with a full heap collects garbage without pause and is slow. */
    Duration exitLimit() {
        Duration limit = ForkedHosts.exitLimit(timeout());
        return fault == MatrixFault.FULL_HEAP ? limit.multipliedBy(3) : limit;
    }

    /** How long a start may wait for the sinks: long if only a busy machine can delay it. */
    Duration startTimeout() {
        return phase == Phase.START_UP ? Duration.ofSeconds(12) : Duration.ofSeconds(40);
    }

    @Override
    public String toString() {
        return (fault + ", " + phase + " " + sink).strip().toLowerCase(Locale.ROOT)
                + (trigger == Trigger.TERM ? "" : ", " + trigger);
    }
}
