package io.gracefulbackup.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.gracefulbackup.testkit.internal.PgBouncer;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Deploys while the database restarts, and through a connection pooler. */
final class DeployDatabaseTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    @RegisterExtension
    static final Database DATABASE = Database.onOwnServer();

    @RegisterExtension
    final ForkedHosts hosts = new ForkedHosts();

    @Test
    void losesNothingWhenTheDatabaseRestarts() throws Exception {
        try (DeploySimulation deploys = new DeploySimulation(hosts, DATABASE::configure)) {
            Instance old = deploys.startHealthy();
            deploys.switchTo(old);
            Instance next = deploys.startHealthy();

            DATABASE.stop();
            old.awaitState("DEGRADED", LIMIT);
            deploys.load().awaitOneFrom(old, LIMIT);
            DATABASE.restart();

            old.awaitState("ACTIVE", LIMIT);
            deploys.assertNothingLost();
            deploys.switchTo(next);
            old.terminate();
            deploys.assertNothingLost();
            deploys.report("Database restarted");
        }
    }

    @Test
    void losesNothingWhenTheDatabaseRestartsDuringTheHandoff() throws Exception {
        try (DeploySimulation deploys = new DeploySimulation(hosts, DATABASE::configure)) {
            Instance old = deploys.startHealthy("saving=1000");
            deploys.switchTo(old);
            Instance next = deploys.startHealthy();
            next.awaitState("PREFLIGHTED", LIMIT);

            deploys.route(next);
            old.awaitState("HANDING_OVER", LIMIT);
            DATABASE.stop();
            DATABASE.restart();

            deploys.load().awaitOneFrom(next, Duration.ofSeconds(60));
            old.terminate();
            deploys.assertNothingLost();
            assertThat(next.state()).isEqualTo("ACTIVE");
            deploys.report("Database restarted during the handoff");
        }
    }

    @Test
    void losesNothingThroughPgBouncer(@TempDir Path directory) throws Exception {
        try (PgBouncer bouncer = PgBouncer.start(DATABASE.port(), directory);
                DeploySimulation deploys =
                        new DeploySimulation(hosts, host -> DATABASE.configure(host, bouncer.port()))) {
            Instance serving = deploys.startHealthy();
            deploys.switchTo(serving);
            for (int i = 0; i < 2; i++) {
                Instance next = deploys.startHealthy();
                next.awaitState("PREFLIGHTED", LIMIT);
                deploys.switchTo(next);
                serving.terminate();
                deploys.assertNothingLost();
                serving = next;
            }
            deploys.report("Deploys through PgBouncer");
        }
    }
}
