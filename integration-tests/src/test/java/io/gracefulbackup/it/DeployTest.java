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
 * Deploys of the registry, as Render makes them, while clients write: nothing that was acknowledged is lost. Alone on the
 * machine, because it measures.
 */
@Isolated
final class DeployTest {
    /** A state of at most so many blocks, a few MB, is a small one. */
    private static final int SMALL = 10_000;

    @RegisterExtension
    static final Database DATABASE = new Database();

    @RegisterExtension
    final ForkedHosts forks = new ForkedHosts();

    @Test
    void losesNothingOverFiveDeploys() throws Exception {
        deploy(5);
    }

    @Test
    @Tag("slow")
    void losesNothingOverFiftyDeploys() throws Exception {
        deploy(50);
    }

    private void deploy(int deploys) throws Exception {
        assumeThat(DeploySimulation.JAR).as("built by: mvn verify").exists();
        List<Long> gapsLater = new ArrayList<>();
        List<Long> gapsWhileSmall = new ArrayList<>();
        List<Long> rollbacks = new ArrayList<>();
        try (DeploySimulation rollout = new DeploySimulation(forks, DeployTest::settings)) {
            Instance serving = rollout.bootRegistry(UnaryOperator.identity());
            rollout.switchTo(serving);
            for (int i = 1; i <= deploys; i++) {
                if (i % 5 == 0) {
                    failToDeploy(rollout, serving, i / 5);
                    rollout.assertNothingLost();
                }
                Instance next = rollout.bootRegistry(UnaryOperator.identity());
                // A platform looks at its health for longer than this takes; Render for about a minute.
                next.awaitState("PREFLIGHTED", ForkedHosts.START);
                int size = rollout.writers().acknowledged().size();
                long gap = rollout.switchTo(next);
                (size <= SMALL ? gapsWhileSmall : gapsLater).add(gap);
                if (i % 3 == 0) {
                    // Back to the version before: the old instance is still there.
                    rollout.route(serving);
                    next.terminate();
                    rollbacks.add(rollout.switchTo(serving));
                } else {
                    serving.terminate();
                    serving = next;
                }
                rollout.assertNothingLost();
                assertThat(serving.status().path("chainValid").asBoolean()).isTrue();
            }
            rollout.report(deploys + " deploys of the registry, of them " + rollbacks.size() + " rolled back, and "
                    + deploys / 5 + " that failed");
        }
        List<Long> sorted = gapsWhileSmall.stream().sorted().toList();
        System.out.println("Time without an accepting instance, ms: handoffs of up to " + SMALL + " blocks " + sorted
                + ", of more " + gapsLater.stream().sorted().toList() + ", back to the old one "
                + rollbacks.stream().sorted().toList());
        TimeBounds.assertAtMost(sorted.get(sorted.size() / 2), 3000);
    }

    /** A newcomer that comes to nothing, in another way each time. */
    private static void failToDeploy(DeploySimulation rollout, Instance serving, int time) throws Exception {
        switch (time % 3) {
            case 1 -> rollout.bootRegistry(UnaryOperator.identity()).jvm().kill();
            case 2 -> {
                Instance stranger =
                        rollout.bootRegistry(host -> host.environment("SECRET_KEY", "another-key-0123456789-abcdef"));
                rollout.route(stranger);
                rollout.writers().awaitRefusals(3, DeploySimulation.TURN);
                rollout.switchTo(serving);
                stranger.terminate();
            }
            default -> {
                Instance mortal = rollout.bootRegistry(UnaryOperator.identity());
                rollout.route(mortal);
                serving.awaitStateOtherThan("ACTIVE", DeploySimulation.TURN);
                mortal.jvm().kill();
                rollout.switchTo(serving);
            }
        }
    }

    /** As short a term as may be: one that died in its turn is waited for. */
    private static ForkedJvm.Builder settings(ForkedJvm.Builder host) {
        return DATABASE.with(host).environment("BACKUP_LEASE_TTL", "6s");
    }
}
