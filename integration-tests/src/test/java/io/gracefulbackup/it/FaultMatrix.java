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

/** The table: every fault in every phase under SIGTERM, some of them under the other triggers, but for what has no sense. */
final class FaultMatrix {
    /** Under the other triggers these faults strike a sink while it stores. */
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
                    "before the start is over there is no handle to change the state through",
                    cell -> cell.phase().isStart() && cell.fault() == MatrixFault.MUTATES),
            new Rule(
                    "Pinata's sink keeps everything, so it deletes nothing",
                    cell -> cell.phase() == Phase.RETAIN && cell.sink().equals("ipfs")),
            new Rule(
                    "to a process that dies while it asks, it makes no difference which sink it asked",
                    cell -> cell.phase() == Phase.START_UP
                            && cell.fault().killsProcess()
                            && !cell.sink().equals("file")));

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

    /** How many cells were left out, by reason. */
    Map<String, Integer> excluded() {
        return excluded;
    }
}
