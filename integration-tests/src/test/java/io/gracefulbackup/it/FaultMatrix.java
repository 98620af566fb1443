package io.gracefulbackup.it;

import io.gracefulbackup.it.MatrixCell.Trigger;
import io.gracefulbackup.it.hosts.Phase;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * The cells of the matrix: every fault in every phase of an exit by SIGTERM, and some faults under the other triggers. Cells that
 * cannot occur are excluded.
 */
final class FaultMatrix {
    /** These faults occur under every trigger, while a sink stores. */
    private static final Set<MatrixFault> UNDER_ALL_TRIGGERS = EnumSet.of(
            MatrixFault.KILL,
            MatrixFault.DATABASE_STOPPED,
            MatrixFault.CONNECTION_CUT,
            MatrixFault.DISK_FULL,
            MatrixFault.OUT_OF_MEMORY_ERROR,
            MatrixFault.TWO_JVMS,
            MatrixFault.SECOND_SIGNAL,
            MatrixFault.HANGS,
            MatrixFault.INTERRUPTED);

    private static final List<Rule> RULES = List.of(
            new Rule(
                    "no code of the host or of a sink runs while the application is idle",
                    cell -> cell.phase() == Phase.IDLE && cell.fault().isCodeFault()),
            new Rule(
                    "during the start there is no handle that could change the state",
                    cell -> cell.phase().isStart() && cell.fault() == MatrixFault.MUTATES),
            new Rule(
                    "Pinata's sink keeps everything, so it deletes nothing",
                    cell -> cell.phase() == Phase.RETAIN && cell.sink().equals("ipfs")),
            new Rule(
                    "which sink is listed does not matter to a process that is killed meanwhile",
                    cell -> cell.phase() == Phase.START_UP
                            && cell.fault().killsProcess()
                            && !cell.sink().equals("file")));

    /**
     * The cells of the default build: each kind of fault, each phase and each trigger at least once, in the cell that has found a
     * defect or that other tests cover least. A fault that takes the path of another one is left to the slow profile: an error
     * that code throws ({@code OUT_OF_MEMORY_ERROR} stands for {@code STACK_OVERFLOW_ERROR}), a clock that is set ({@code
     * CLOCK_BACK} for {@code CLOCK_FORWARD}), a kill ({@code KILL} for {@code KILL_SOON}).
     */
    private static final Set<MatrixCell> SAMPLE = Set.of(
            // While bytes are written, KilledWhileSavingTest and the tests of the sinks kill; here is what follows.
            cell(MatrixFault.KILL, Phase.VERIFY, "postgres"),
            cell(MatrixFault.KILL, Phase.RETAIN, "file"),
            cell(MatrixFault.KILL, Phase.POINTERS, ""),
            cell(MatrixFault.DATABASE_STOPPED, Phase.STORE, "postgres"),
            cell(MatrixFault.CONNECTION_CUT, Phase.START_UP, "postgres"),
            cell(MatrixFault.DISK_FULL, Phase.SPOOL, ""),
            cell(MatrixFault.DISK_READ_ONLY, Phase.IDLE, ""),
            cell(MatrixFault.SPOOL_REMOVED, Phase.IDLE, ""),
            cell(MatrixFault.NO_DESCRIPTORS, Phase.IDLE, ""),
            cell(MatrixFault.FULL_HEAP, Phase.IDLE, ""),
            cell(MatrixFault.CLOCK_BACK, Phase.SNAPSHOT, ""),
            cell(MatrixFault.MUTATES, Phase.SNAPSHOT, ""),
            cell(MatrixFault.INTERRUPTED, Phase.DRAIN, ""),
            // MisbehavingHostTest has these faults in a source, a drain step and a sink.
            cell(MatrixFault.OUT_OF_MEMORY_ERROR, Phase.RESTORE, ""),
            cell(MatrixFault.HANGS, Phase.POINTERS, ""),
            cell(MatrixFault.THROWS, Phase.REPORT, ""),
            cell(MatrixFault.TWO_JVMS, Phase.START_UP, "file"),
            new MatrixCell(MatrixFault.TWO_JVMS, Phase.STORE, "file", Trigger.EXIT),
            new MatrixCell(MatrixFault.TWO_JVMS, Phase.STORE, "postgres", Trigger.END),
            new MatrixCell(MatrixFault.SECOND_SIGNAL, Phase.STORE, "file", Trigger.INT),
            new MatrixCell(MatrixFault.SECOND_SIGNAL, Phase.STORE, "file", Trigger.TERM_DURING_BACKUP));

    private final List<MatrixCell> cells = new ArrayList<>();
    private final Map<String, Integer> excluded = new LinkedHashMap<>();

    private record Rule(String reason, Predicate<MatrixCell> excludes) {}

    FaultMatrix() {
        for (MatrixFault fault : MatrixFault.values()) {
            for (Phase phase : Phase.values()) {
                add(fault, phase, Trigger.TERM);
            }
        }
        for (Trigger trigger : EnumSet.complementOf(EnumSet.of(Trigger.TERM))) {
            UNDER_ALL_TRIGGERS.forEach(fault -> add(fault, Phase.STORE, trigger));
        }
        if (!cells.containsAll(SAMPLE)) {
            throw new IllegalStateException("The sample has a cell that is not in the matrix");
        }
    }

    private static MatrixCell cell(MatrixFault fault, Phase phase, String sink) {
        return new MatrixCell(fault, phase, sink, Trigger.TERM);
    }

    /** Whether the default build runs this cell. */
    static boolean isInSample(MatrixCell cell) {
        return SAMPLE.contains(cell);
    }

    private void add(MatrixFault fault, Phase phase, Trigger trigger) {
        for (String sink : phase.isInSink() ? fault.sinks() : List.of("")) {
            MatrixCell cell = new MatrixCell(fault, phase, sink, trigger);
            RULES.stream()
                    .filter(rule -> rule.excludes().test(cell))
                    .findFirst()
                    .ifPresentOrElse(rule -> excluded.merge(rule.reason(), 1, Integer::sum), () -> cells.add(cell));
        }
    }

    List<MatrixCell> cells() {
        return cells;
    }

    /** The number of excluded cells by reason. */
    Map<String, Integer> excluded() {
        return excluded;
    }
}
