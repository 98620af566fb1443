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
 * The fault matrix. In each cell a host restores one of three earlier backups from a file, a real PostgreSQL and a Pinata, makes
 * two changes and exits; a fault occurs in one phase of that. Whatever the fault: the process ends by its deadline, every listed
 * backup restores to a state that a host had, no earlier backup is missing, every reported backup exists, and the next start
 * restores the newest one.
 */
@Execution(ExecutionMode.CONCURRENT)
final class FaultMatrixTest {
    /** Restricts the test to the cells whose names match this regular expression. */
    private static final String ONLY = System.getProperty("matrix.only", ".*");

    private static final FaultMatrix MATRIX = new FaultMatrix();
    private static final ConcurrentLinkedQueue<MatrixFixture> IDLE_FIXTURES = new ConcurrentLinkedQueue<>();
    private static final Map<MatrixCell, Boolean> RESULTS = new ConcurrentHashMap<>();

    @RegisterExtension
    final ForkedHosts hosts = new ForkedHosts();

    /** The cells of the default build. */
    static Stream<MatrixCell> sample() {
        return selectedCells().filter(FaultMatrix::isInSample);
    }

    /** All other cells. */
    static Stream<MatrixCell> rest() {
        return selectedCells().filter(cell -> !FaultMatrix.isInSample(cell));
    }

    private static Stream<MatrixCell> selectedCells() {
        return MATRIX.cells().stream().filter(cell -> cell.toString().matches(ONLY));
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
        System.out.println("Fault matrix: " + RESULTS.size() + " cells run of "
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

    /** Runs the hosts of a cell and verifies what they have stored. */
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
            ForkedJvm host = start("writes=2", "bytes=" + cell.bytes(), "phase=" + cell.phase(), "sink=" + cell.sink());
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
                host.jvmArguments("-XX:TieredStopAtLevel=1"); // saves the time of optimizing code that runs only once
            }
            ForkedJvm jvm = environment.start(cell.fault().prepare(host));
            hosts.add(jvm);
            return jvm;
        }

        private ForkedJvm startAnother() {
            return start("writes=10", "sink=nowhere");
        }

        private void awaitPhase(ForkedJvm host) {
            host.awaitLine("AT " + cell.phase(), ForkedHosts.START_LIMIT);
        }

        private static void awaitReady(ForkedJvm host) {
            host.awaitLine("READY", ForkedHosts.START_LIMIT);
        }

        /** Whether the host becomes ready. If not, it has ended. */
        private static boolean becomesReady(ForkedJvm host) {
            try {
                awaitReady(host);
                return true;
            } catch (AssertionError e) {
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
                        && cell.fault() != MatrixFault.SECOND_SIGNAL // the exit code is that of either signal
                        && host.output().contains("READY")) {
                    assertThat(code)
                            .as("the exit code")
                            .isEqualTo(host == hosts.get(0) ? cell.trigger().exitCode() : Trigger.TERM.exitCode());
                }
            }
        }
    }
}
