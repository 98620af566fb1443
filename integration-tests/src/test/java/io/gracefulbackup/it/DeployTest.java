package io.gracefulbackup.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.gracefulbackup.testkit.ForkedJvm;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * Deploys of the property registry, as Render makes them, while clients write: no acknowledged change is lost. Isolated because it
 * measures.
 */
@Isolated
final class DeployTest {
    /** The number of blocks up to which a state is small: a few MB. */
    private static final int SMALL = 10_000;

    @RegisterExtension
    static final Database DATABASE = Database.onSharedServer();

    @RegisterExtension
    final ForkedHosts hosts = new ForkedHosts();

    @Test
    void losesNothingOverFiveDeploys() throws Exception {
        deploy(5);
    }

    @Test
    @Tag("slow")
    void losesNothingOverFiftyDeploys() throws Exception {
        deploy(50);
    }

    private void deploy(int count) throws Exception {
        assumeThat(DeploySimulation.JAR).as("built by: mvn verify").exists();
        List<Long> gapsLater = new ArrayList<>();
        List<Long> gapsWhileSmall = new ArrayList<>();
        List<Long> rollbacks = new ArrayList<>();
        try (DeploySimulation deploys = new DeploySimulation(hosts, DeployTest::settings)) {
            Instance serving = deploys.startHealthyRegistry(UnaryOperator.identity());
            deploys.switchTo(serving);
            for (int i = 1; i <= count; i++) {
                if (i % 5 == 0) {
                    failDeploy(deploys, serving, i / 5);
                    deploys.assertNothingLost();
                }
                Instance next = deploys.startHealthyRegistry(UnaryOperator.identity());
                // This takes less time than the health checks of a platform; those of Render take about a minute.
                next.awaitState("PREFLIGHTED", ForkedHosts.START_LIMIT);
                int size = deploys.load().acknowledged().size();
                long gap = deploys.switchTo(next);
                (size <= SMALL ? gapsWhileSmall : gapsLater).add(gap);
                if (i % 3 == 0) {
                    // A rollback to the old instance, which still runs.
                    deploys.route(serving);
                    next.terminate();
                    rollbacks.add(deploys.switchTo(serving));
                } else {
                    serving.terminate();
                    serving = next;
                }
                deploys.assertNothingLost();
                assertThat(serving.status().path("chainValid").asBoolean()).isTrue();
            }
            deploys.report(count + " deploys of the registry, of them " + rollbacks.size() + " rolled back, and "
                    + count / 5 + " that failed");
        }
        List<Long> sorted = gapsWhileSmall.stream().sorted().toList();
        System.out.println("Time without an accepting instance, ms: handoffs of up to " + SMALL + " blocks " + sorted
                + ", of larger states " + gapsLater.stream().sorted().toList() + ", rollbacks "
                + rollbacks.stream().sorted().toList());
        TimeBounds.assertAtMost(sorted.get(sorted.size() / 2), 3000);
    }

    /** Deploys a new instance that fails, in a different way each time. */
    private static void failDeploy(DeploySimulation deploys, Instance serving, int variant) throws Exception {
        switch (variant % 3) {
            case 1 ->
                deploys.startHealthyRegistry(UnaryOperator.identity()).jvm().kill();
            case 2 -> {
                Instance otherKey = deploys.startHealthyRegistry(
                        host -> host.environment("SECRET_KEY", "another-key-0123456789-abcdef"));
                deploys.route(otherKey);
                deploys.load().awaitRefusals(3, DeploySimulation.HANDOFF_LIMIT);
                deploys.switchTo(serving);
                otherKey.terminate();
            }
            default -> {
                Instance killed = deploys.startHealthyRegistry(UnaryOperator.identity());
                deploys.route(killed);
                serving.awaitStateOtherThan("ACTIVE", DeploySimulation.HANDOFF_LIMIT);
                killed.jvm().kill();
                deploys.switchTo(serving);
            }
        }
    }

    /** The shortest lease term, because the lease of a killed instance must expire. */
    private static ForkedJvm.Builder settings(ForkedJvm.Builder host) {
        return DATABASE.configure(host).environment("BACKUP_LEASE_TTL", "6s");
    }
}
