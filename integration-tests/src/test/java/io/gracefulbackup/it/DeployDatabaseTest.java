package io.gracefulbackup.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.gracefulbackup.testkit.internal.PgBouncer;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Deploys over a database that restarts, and through a pooler. */
final class DeployDatabaseTest {
    private static final Duration SOON = Duration.ofSeconds(20);

    @RegisterExtension
    static final Database DATABASE = new Database();

    @RegisterExtension
    final Forks forks = new Forks();

    @Test
    void losesNothingWhenTheDatabaseRestarts() throws Exception {
        try (Rollout rollout = new Rollout(forks, DATABASE::with)) {
            Instance old = rollout.boot();
            rollout.switchTo(old);
            Instance next = rollout.boot();

            DATABASE.stop();
            old.awaitState("DEGRADED", SOON);
            rollout.writers().awaitOneFrom(old, SOON);
            DATABASE.startAgain();

            old.awaitState("ACTIVE", SOON);
            rollout.assertNothingLost();
            rollout.switchTo(next);
            old.terminate();
            rollout.assertNothingLost();
            rollout.report("Database restarted");
        }
    }

    @Test
    void losesNothingWhenTheDatabaseRestartsDuringTheHandoff() throws Exception {
        try (Rollout rollout = new Rollout(forks, DATABASE::with)) {
            Instance old = rollout.boot("saving=1000");
            rollout.switchTo(old);
            Instance next = rollout.boot();
            next.awaitState("PREFLIGHTED", SOON);

            rollout.route(next);
            old.awaitState("HANDING_OVER", SOON);
            DATABASE.stop();
            DATABASE.startAgain();

            rollout.writers().awaitOneFrom(next, Duration.ofSeconds(60));
            old.terminate();
            rollout.assertNothingLost();
            assertThat(next.state()).isEqualTo("ACTIVE");
            rollout.report("Database restarted during the handoff");
        }
    }

    @Test
    void losesNothingThroughPgBouncer(@TempDir Path directory) throws Exception {
        try (PgBouncer bouncer = PgBouncer.start(DATABASE.port(), directory);
                Rollout rollout = new Rollout(forks, host -> DATABASE.with(host, bouncer.port()))) {
            Instance serving = rollout.boot();
            rollout.switchTo(serving);
            for (int i = 0; i < 2; i++) {
                Instance next = rollout.boot();
                next.awaitState("PREFLIGHTED", SOON);
                rollout.switchTo(next);
                serving.terminate();
                rollout.assertNothingLost();
                serving = next;
            }
            rollout.report("Deploys through PgBouncer");
        }
    }
}
