package io.gracefulbackup.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.gracefulbackup.it.MatrixCell.Trigger;
import io.gracefulbackup.it.hosts.Phase;
import io.gracefulbackup.testkit.ForkedJvm;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The fault matrix. Each cell begins with three earlier backups in a file, a real PostgreSQL and a Pinata; a host
 * restores them, makes two changes and ends, and somewhere on that way a fault strikes. Whatever it was: the process is
 * gone by its deadline, every backup that is listed restores to exactly the state of its moment, no earlier one is
 * missing, what was reported is there, and the next start has the newest.
 */
@Execution(ExecutionMode.CONCURRENT)
final class FaultMatrixTest {
    /** To look at some cells only: a regular expression for their names. */
    private static final String ONLY = System.getProperty("matrix.only", ".*");

    private static final FaultMatrix MATRIX = new FaultMatrix();
    private static final ConcurrentLinkedQueue<MatrixFixture> IDLE_FIXTURES = new ConcurrentLinkedQueue<>();
    private static final Map<MatrixCell, Boolean> RESULTS = new ConcurrentHashMap<>();

    @RegisterExtension
    final ForkedHosts hosts = new ForkedHosts();

    /** Those that have found a defect, or would find one that is easily made. */
    static Stream<MatrixCell> sample() {
        return selectedCells().filter(FaultMatrixTest::isInSample);
    }

    static Stream<MatrixCell> rest() {
        return selectedCells().filter(cell -> !isInSample(cell));
    }

    private static Stream<MatrixCell> selectedCells() {
        return MATRIX.cells().stream().filter(cell -> cell.toString().matches(ONLY));
    }

    private static boolean isInSample(MatrixCell cell) {
        if (cell.trigger() != Trigger.TERM) {
            return cell.fault() == MatrixFault.SECOND_SIGNAL || cell.fault() == MatrixFault.TWO_JVMS;
        }
        return switch (cell.fault()) {
            case KILL -> cell.phase() != Phase.IDLE && cell.phase() != Phase.DRAIN && cell.phase() != Phase.REPORT;
            case DATABASE_STOPPED -> cell.phase() == Phase.STORE || cell.phase() == Phase.RETAIN;
            case CONNECTION_CUT -> cell.phase() == Phase.VERIFY || cell.phase() == Phase.START_UP;
            case DISK_FULL -> cell.phase() == Phase.SPOOL || cell.phase() == Phase.STORE;
            case HANGS -> cell.phase() == Phase.SNAPSHOT || cell.phase() == Phase.POINTERS;
            case OUT_OF_MEMORY_ERROR -> cell.phase() == Phase.STORE || cell.phase() == Phase.RESTORE;
            case INTERRUPTED -> cell.phase() == Phase.DRAIN || cell.phase() == Phase.STORE;
            case CLOCK_BACK, MUTATES, THROWS -> cell.phase() == Phase.SNAPSHOT;
            case DISK_READ_ONLY, SPOOL_REMOVED, NO_DESCRIPTORS, FULL_HEAP -> cell.phase() == Phase.IDLE;
            case TWO_JVMS -> cell.phase() == Phase.START_UP && cell.sink().equals("file");
            default -> false;
        };
    }

    @ParameterizedTest(allowZeroInvocations = true)
    @MethodSource("sample")
    void survives(MatrixCell cell) throws Exception {
        run(cell);
    }

    @ParameterizedTest(allowZeroInvocations = true)
    @MethodSource("rest")
    @Tag("slow")
    void survivesInEveryOtherCell(MatrixCell cell) throws Exception {
        run(cell);
    }

    @AfterAll
    static void printSummary() throws IOException {
        for (MatrixFixture fixture = IDLE_FIXTURES.poll(); fixture != null; fixture = IDLE_FIXTURES.poll()) {
            fixture.close();
        }
        List<MatrixCell> lost = RESULTS.entrySet().stream()
                .filter(tried -> !tried.getValue())
                .map(Map.Entry::getKey)
                .toList();
        Map<MatrixFault, Long> byFault = new TreeMap<>();
        RESULTS.keySet().forEach(cell -> byFault.merge(cell.fault(), 1L, Long::sum));
        System.out.println("Fault matrix: " + RESULTS.size() + " faults tried of "
                + MATRIX.cells().size() + ", "
                + (RESULTS.size() - lost.size()) + " survived, " + lost.size() + " lost " + lost + "\n   by fault: "
                + byFault + "\n   left out: " + MATRIX.excluded());
        assertThat(lost).isEmpty();
    }

    private void run(MatrixCell cell) throws Exception {
        Assumptions.assumeTrue(
                !cell.fault().isDiskFault() || SmallDisk.isPermitted(), "not run: unshare -Urm is not permitted here");
        MatrixFixture fixture = IDLE_FIXTURES.poll();
        if (fixture == null) {
            fixture = new MatrixFixture();
        }
        RESULTS.put(cell, false);
        try (CellEnvironment environment = new CellEnvironment(hosts, fixture)) {
            new HostLifecycle(cell, environment).run();
            RESULTS.put(cell, true);
        } finally {
            IDLE_FIXTURES.add(fixture);
        }
    }

    /** The life of the hosts of one cell, and the judgement of what it has left. */
    private static final class HostLifecycle {
        private final MatrixCell cell;
        private final CellEnvironment environment;
        private final List<ForkedJvm> hosts = new ArrayList<>();

        HostLifecycle(MatrixCell cell, CellEnvironment environment) {
            this.cell = cell;
            this.environment = environment;
        }

        void run() throws Exception {
            if (cell.fault().isDiskFault()) {
                environment.mountSmallDisk();
            }
            ForkedJvm host =
                    start("writes=2", "bytes=" + cell.bytes(), "phase=" + cell.phase(), "place=" + cell.sink());
            if (cell.phase().isStart() || cell.phase() == Phase.IDLE) {
                injectBeforeExit(host);
            } else {
                injectDuringExit(host);
            }
            environment.removeFaults();
            new CellVerifier(cell, environment, hosts).verify();
        }

        private void injectBeforeExit(ForkedJvm host) throws InterruptedException {
            awaitPhase(host);
            if (cell.fault() == MatrixFault.TWO_JVMS) {
                awaitReady(startAnother());
            }
            cell.fault().inject(environment, host);
            if (!cell.fault().killsProcess() && (cell.fault().hangsStartIn(cell.phase()) || becomesReady(host))) {
                triggerExit(host);
            }
            awaitExits(System.nanoTime());
        }

        private void injectDuringExit(ForkedJvm host) throws InterruptedException {
            if (cell.fault() == MatrixFault.TWO_JVMS) {
                awaitReady(startAnother());
            }
            awaitReady(host);
            long start = System.nanoTime();
            if (cell.trigger() == Trigger.TERM_DURING_BACKUP) {
                environment.sendCommand("host-0", "backup");
                awaitPhase(host);
                start = System.nanoTime();
                host.signal("TERM");
                host.awaitLine("Received shutdown signal", cell.exitLimit());
            } else {
                triggerExit(host);
                awaitPhase(host);
            }
            hosts.stream().filter(other -> other != host).forEach(other -> other.signal("TERM"));
            cell.fault().inject(environment, host);
            awaitExits(start);
        }

        private ForkedJvm start(String... options) {
            ForkedJvm.Builder host = environment
                    .describe("host-" + hosts.size(), options)
                    .environment("BACKUP_TIMEOUT", cell.timeout().toSeconds() + "s")
                    .environment("BACKUP_START_TIMEOUT", cell.startTimeout().toSeconds() + "s")
                    .jvmArguments("-XX:+UseSerialGC");
            if (!cell.isLarge()) {
                host.jvmArguments("-XX:TieredStopAtLevel=1"); // Saves the time of compiling what runs only once.
            }
            ForkedJvm jvm = environment.start(cell.fault().prepare(host));
            hosts.add(jvm);
            return jvm;
        }

        private ForkedJvm startAnother() {
            return start("writes=10", "place=nowhere");
        }

        private void awaitPhase(ForkedJvm host) {
            host.awaitLine("AT " + cell.phase(), ForkedHosts.START_LIMIT);
        }

        private static void awaitReady(ForkedJvm host) {
            host.awaitLine("READY", ForkedHosts.START_LIMIT);
        }

        /** Whether it serves; otherwise it has ended. */
        private static boolean becomesReady(ForkedJvm host) {
            try {
                awaitReady(host);
                return true;
            } catch (AssertionError notReady) {
                host.awaitExit(Duration.ofSeconds(1)); // fails with a thread dump if it hangs
                return false;
            }
        }

        private void triggerExit(ForkedJvm host) {
            switch (cell.trigger()) {
                case TERM, TERM_DURING_BACKUP -> host.signal("TERM");
                case INT -> host.signal("INT");
                case EXIT -> environment.sendCommand("host-0", "exit");
                case END -> environment.sendCommand("host-0", "return");
            }
            if (cell.phase().isStart() || cell.phase() == Phase.IDLE) {
                hosts.stream().filter(other -> other != host).forEach(other -> other.signal("TERM"));
            }
        }

        private void awaitExits(long start) {
            for (ForkedJvm host : hosts) {
                Duration left = cell.exitLimit().minusNanos(System.nanoTime() - start);
                int code = host.awaitExit(left);
                if (!cell.fault().killsProcess()
                        && !cell.fault().exhaustsResources()
                        && cell.fault() != MatrixFault.SECOND_SIGNAL // the JVM chooses between the two ends
                        && host.output().contains("READY")) {
                    assertThat(code)
                            .as("the exit code")
                            .isEqualTo(host == hosts.get(0) ? cell.trigger().exitCode() : Trigger.TERM.exitCode());
                }
            }
        }
    }
}
