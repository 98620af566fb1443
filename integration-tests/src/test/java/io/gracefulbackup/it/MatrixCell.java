package io.gracefulbackup.it;

import io.gracefulbackup.it.hosts.Phase;
import java.time.Duration;
import java.util.Locale;

/**
 * One cell of the matrix: a fault strikes a phase of a life that ends by a trigger.
 *
 * @param fault what strikes
 * @param phase where it strikes
 * @param sink the sink that is in this phase, or empty where the phase is in none
 * @param trigger what ends the life
 */
record MatrixCell(MatrixFault fault, Phase phase, String sink, Trigger trigger) {

    /** What ends a life. */
    enum Trigger {
        TERM(143),
        INT(130),
        /** {@code System.exit}. */
        EXIT(7),
        /** The end of {@code main}. */
        END(0),
        /** SIGTERM while a backup by hand is under way, which the fault strikes. */
        TERM_DURING_BACKUP(143);

        private final int exitCode;

        Trigger(int exitCode) {
            this.exitCode = exitCode;
        }

        int exitCode() {
            return exitCode;
        }
    }

    /** Whether the state of this life must be in a sink afterwards. */
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

    /** A state that a sink writes in several pieces; so large that the spool is on the disk, where that matters. */
    int bytes() {
        return isLarge() ? 20_000_000 : 500_000;
    }

    /** The deadline of the exit; a large state may take a busy machine longer than the least that a platform gives. */
    Duration timeout() {
        return isLarge() ? Duration.ofSeconds(15) : ForkedHosts.SHORT_TIMEOUT;
    }

    /** By when the process must be gone: a JVM that collects garbage without pause comes on slowly. */
    Duration exitLimit() {
        Duration limit = ForkedHosts.exitLimit(timeout());
        return fault == MatrixFault.FULL_HEAP ? limit.multipliedBy(3) : limit;
    }

    /** How long a start may ask: for long, where nothing stands in its way but a busy machine. */
    Duration startTimeout() {
        return phase == Phase.START_UP ? Duration.ofSeconds(12) : Duration.ofSeconds(40);
    }

    @Override
    public String toString() {
        return (fault + ", " + phase + " " + sink).strip().toLowerCase(Locale.ROOT)
                + (trigger == Trigger.TERM ? "" : ", " + trigger);
    }
}
