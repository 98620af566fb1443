package io.gracefulbackup.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.gracefulbackup.testkit.ForkedJvm;
import java.time.Duration;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A deploy goes wrong: the old instance serves on, or takes over again, with everything that was acknowledged. */
final class FailedDeployTest {
    /** As short as may be: an instance that died in its turn is waited for. */
    private static final Duration TERM = Duration.ofSeconds(6);

    /** The term, 3 s more, and what a busy machine needs. */
    private static final Duration TAKEOVER = TERM.plusSeconds(3).plusSeconds(8);

    private static final Duration SOON = Duration.ofSeconds(20);

    @RegisterExtension
    static final Database DATABASE = new Database();

    @RegisterExtension
    final ForkedHosts forks = new ForkedHosts();

    private static ForkedJvm.Builder settings(ForkedJvm.Builder host) {
        return DATABASE.with(host).environment("BACKUP_LEASE_TTL", TERM.toSeconds() + "s");
    }

    @Test
    void changesNothingWhileItIsNotHealthy() throws Exception {
        try (DeploySimulation rollout = new DeploySimulation(forks, FailedDeployTest::settings)) {
            Instance old = rollout.boot();
            rollout.switchTo(old);
            long epoch = old.epoch();
            long refused = rollout.writers().refused();

            Instance ill = rollout.start(UnaryOperator.identity(), "healthy=false");
            Polling.until(() -> ill.health() == 500, ForkedHosts.START, () -> "its health check to fail\n" + ill.jvm());
            ill.awaitState("PREFLIGHTED", SOON);
            rollout.writers().awaitOneFrom(old, SOON);
            ill.terminate();

            rollout.writers().awaitOneFrom(old, SOON);
            assertThat(old.state()).isEqualTo("ACTIVE");
            assertThat(old.epoch()).isEqualTo(epoch);
            assertThat(old.jvm().output()).doesNotContain("TURN OVER");
            assertThat(rollout.writers().refused()).isEqualTo(refused);
            rollout.assertNothingLost();
        }
    }

    @Test
    void doesNotTakeOverWithAnotherKey() throws Exception {
        assertNeverTakesOver(
                host -> host.environment("SECRET_KEY", "another-key-0123456789-abcdef"),
                "version=1",
                "version=1",
                "Set SECRET_KEY to the key");
    }

    @Test
    void doesNotTakeOverWhenItCannotReadTheSection() throws Exception {
        assertNeverTakesOver(UnaryOperator.identity(), "version=2", "version=1", "Deploy the newer application again");
    }

    private void assertNeverTakesOver(UnaryOperator<ForkedJvm.Builder> own, String oldOnes, String newOnes, String why)
            throws Exception {
        try (DeploySimulation rollout = new DeploySimulation(forks, FailedDeployTest::settings)) {
            // Only what is stored shows that it cannot be read.
            Instance old = rollout.boot(host -> host.environment("BACKUP_INTERVAL", "1s"), oldOnes);
            rollout.switchTo(old);
            Polling.until(() -> DATABASE.backups() > 0, SOON, () -> "a checkpoint\n" + old.jvm());
            long epoch = old.epoch();

            Instance stranger = rollout.boot(own, newOnes);
            rollout.route(stranger);
            rollout.writers().awaitRefusals(3, SOON);
            assertThat(stranger.state()).isIn("STANDBY", "PREFLIGHTED", "REQUESTING");
            assertThat(stranger.get("/api/blocks").statusCode()).isEqualTo(503);

            rollout.switchTo(old);
            stranger.terminate();
            assertThat(stranger.jvm().output()).contains("does not ask for the state", why);
            assertThat(stranger.jvm().output()).doesNotContain("TURN", "SAVING");
            assertThat(old.epoch()).isEqualTo(epoch);
            rollout.assertNothingLost();
        }
    }

    @Test
    void givesTheStateBackWhenItCannotRestoreWhatWasSavedForIt() throws Exception {
        try (DeploySimulation rollout = new DeploySimulation(forks, FailedDeployTest::settings)) {
            Instance old = rollout.boot();
            rollout.switchTo(old);
            // Nothing is stored yet that could show it.
            Instance stranger = rollout.boot(host -> host.environment("SECRET_KEY", "another-key-0123456789-abcdef"));
            rollout.route(stranger);
            stranger.awaitState("FAILED", SOON);

            assertGoesOn(rollout, old);
            old.jvm().awaitLine("TURN KEPT", SOON);
            stranger.terminate();
            assertThat(stranger.jvm().output()).doesNotContain("TURN", "SAVING");
        }
    }

    @Test
    void mayDieBeforeItHasAsked() throws Exception {
        try (DeploySimulation rollout = new DeploySimulation(forks, FailedDeployTest::settings)) {
            Instance old = rollout.boot();
            rollout.switchTo(old);
            Instance next = rollout.boot();
            next.awaitState("PREFLIGHTED", SOON);

            next.jvm().kill();

            rollout.writers().awaitOneFrom(old, SOON);
            assertThat(old.jvm().output()).doesNotContain("TURN OVER");
            rollout.assertNothingLost();
        }
    }

    @Test
    @Tag("slow")
    void mayDieWhileTheStateIsSavedForIt() throws Exception {
        try (DeploySimulation rollout = new DeploySimulation(forks, FailedDeployTest::settings)) {
            Instance old = rollout.boot("saving=2000");
            rollout.switchTo(old);
            Instance next = rollout.boot();
            rollout.route(next);
            old.awaitState("HANDING_OVER", SOON);
            assertThat(next.state()).isEqualTo("REQUESTING");

            next.jvm().kill();

            assertGoesOn(rollout, old);
        }
    }

    @Test
    void mayDieWhileItRestores() throws Exception {
        try (DeploySimulation rollout = new DeploySimulation(forks, FailedDeployTest::settings)) {
            Instance old = rollout.boot();
            rollout.switchTo(old);
            Instance next = rollout.boot("restoring=60000");
            rollout.route(next);
            next.awaitState("RESTORING", SOON);
            assertThat(old.state()).isEqualTo("RETIRED");

            next.jvm().kill();

            assertGoesOn(rollout, old);
            old.jvm().awaitLine("TURN KEPT", SOON);
        }
    }

    private static void assertGoesOn(DeploySimulation rollout, Instance old) {
        long died = System.nanoTime();
        rollout.route(old);
        rollout.writers().awaitOneFrom(old, TAKEOVER);
        System.out.println("Back to the old one after the new one's death, ms: "
                + Duration.ofNanos(System.nanoTime() - died).toMillis());
        rollout.assertNothingLost();
    }

    @Test
    void mayBeTheOnlyOneLeftOnceItHasTheState() throws Exception {
        try (DeploySimulation rollout = new DeploySimulation(forks, FailedDeployTest::settings)) {
            Instance old = rollout.boot();
            rollout.switchTo(old);
            Instance next = rollout.boot();
            rollout.switchTo(next);

            old.jvm().kill();

            rollout.writers().awaitOneFrom(next, SOON);
            rollout.assertNothingLost();
            rollout.report("Old one killed after it had handed over");
        }
    }
}
