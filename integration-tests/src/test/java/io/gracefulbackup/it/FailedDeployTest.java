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
    private static final Duration LEASE_TERM = Duration.ofSeconds(6);

    /** The term, 3 s more, and what a busy machine needs. */
    private static final Duration TAKEOVER_LIMIT = LEASE_TERM.plusSeconds(3).plusSeconds(8);

    private static final Duration LIMIT = Duration.ofSeconds(20);

    @RegisterExtension
    static final Database DATABASE = new Database();

    @RegisterExtension
    final ForkedHosts hosts = new ForkedHosts();

    private static ForkedJvm.Builder settings(ForkedJvm.Builder host) {
        return DATABASE.configure(host).environment("BACKUP_LEASE_TTL", LEASE_TERM.toSeconds() + "s");
    }

    @Test
    void changesNothingWhileItIsNotHealthy() throws Exception {
        try (DeploySimulation deploys = new DeploySimulation(hosts, FailedDeployTest::settings)) {
            Instance holder = deploys.startHealthy();
            deploys.switchTo(holder);
            long epoch = holder.epoch();
            long refused = deploys.load().refused();

            Instance unhealthy = deploys.start(UnaryOperator.identity(), "healthy=false");
            Polling.until(
                    () -> unhealthy.health() == 500,
                    ForkedHosts.START_LIMIT,
                    () -> "its health check to fail\n" + unhealthy.jvm());
            unhealthy.awaitState("PREFLIGHTED", LIMIT);
            deploys.load().awaitOneFrom(holder, LIMIT);
            unhealthy.terminate();

            deploys.load().awaitOneFrom(holder, LIMIT);
            assertThat(holder.state()).isEqualTo("ACTIVE");
            assertThat(holder.epoch()).isEqualTo(epoch);
            assertThat(holder.jvm().output()).doesNotContain("TURN OVER");
            assertThat(deploys.load().refused()).isEqualTo(refused);
            deploys.assertNothingLost();
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

    private void assertNeverTakesOver(
            UnaryOperator<ForkedJvm.Builder> customizer, String oldOnes, String newOnes, String reason)
            throws Exception {
        try (DeploySimulation deploys = new DeploySimulation(hosts, FailedDeployTest::settings)) {
            // Only what is stored shows that it cannot be read.
            Instance holder = deploys.startHealthy(host -> host.environment("BACKUP_INTERVAL", "1s"), oldOnes);
            deploys.switchTo(holder);
            Polling.until(() -> DATABASE.backups() > 0, LIMIT, () -> "a checkpoint\n" + holder.jvm());
            long epoch = holder.epoch();

            Instance stranger = deploys.startHealthy(customizer, newOnes);
            deploys.route(stranger);
            deploys.load().awaitRefusals(3, LIMIT);
            assertThat(stranger.state()).isIn("STANDBY", "PREFLIGHTED", "REQUESTING");
            assertThat(stranger.get("/api/blocks").statusCode()).isEqualTo(503);

            deploys.switchTo(holder);
            stranger.terminate();
            assertThat(stranger.jvm().output()).contains("does not ask for the state", reason);
            assertThat(stranger.jvm().output()).doesNotContain("TURN", "SAVING");
            assertThat(holder.epoch()).isEqualTo(epoch);
            deploys.assertNothingLost();
        }
    }

    @Test
    void givesTheStateBackWhenItCannotRestoreWhatWasSavedForIt() throws Exception {
        try (DeploySimulation deploys = new DeploySimulation(hosts, FailedDeployTest::settings)) {
            Instance holder = deploys.startHealthy();
            deploys.switchTo(holder);
            // Nothing is stored yet that could show it.
            Instance stranger =
                    deploys.startHealthy(host -> host.environment("SECRET_KEY", "another-key-0123456789-abcdef"));
            deploys.route(stranger);
            stranger.awaitState("FAILED", LIMIT);

            assertResumes(deploys, holder);
            holder.jvm().awaitLine("TURN KEPT", LIMIT);
            stranger.terminate();
            assertThat(stranger.jvm().output()).doesNotContain("TURN", "SAVING");
        }
    }

    @Test
    void mayDieBeforeItHasAsked() throws Exception {
        try (DeploySimulation deploys = new DeploySimulation(hosts, FailedDeployTest::settings)) {
            Instance holder = deploys.startHealthy();
            deploys.switchTo(holder);
            Instance newcomer = deploys.startHealthy();
            newcomer.awaitState("PREFLIGHTED", LIMIT);

            newcomer.jvm().kill();

            deploys.load().awaitOneFrom(holder, LIMIT);
            assertThat(holder.jvm().output()).doesNotContain("TURN OVER");
            deploys.assertNothingLost();
        }
    }

    @Test
    @Tag("slow")
    void mayDieWhileTheStateIsSavedForIt() throws Exception {
        try (DeploySimulation deploys = new DeploySimulation(hosts, FailedDeployTest::settings)) {
            Instance holder = deploys.startHealthy("saving=2000");
            deploys.switchTo(holder);
            Instance newcomer = deploys.startHealthy();
            deploys.route(newcomer);
            holder.awaitState("HANDING_OVER", LIMIT);
            assertThat(newcomer.state()).isEqualTo("REQUESTING");

            newcomer.jvm().kill();

            assertResumes(deploys, holder);
        }
    }

    @Test
    void mayDieWhileItRestores() throws Exception {
        try (DeploySimulation deploys = new DeploySimulation(hosts, FailedDeployTest::settings)) {
            Instance holder = deploys.startHealthy();
            deploys.switchTo(holder);
            Instance newcomer = deploys.startHealthy("restoring=60000");
            deploys.route(newcomer);
            newcomer.awaitState("RESTORING", LIMIT);
            assertThat(holder.state()).isEqualTo("RETIRED");

            newcomer.jvm().kill();

            assertResumes(deploys, holder);
            holder.jvm().awaitLine("TURN KEPT", LIMIT);
        }
    }

    private static void assertResumes(DeploySimulation deploys, Instance holder) {
        long died = System.nanoTime();
        deploys.route(holder);
        deploys.load().awaitOneFrom(holder, TAKEOVER_LIMIT);
        System.out.println("Back to the old one after the new one's death, ms: "
                + Duration.ofNanos(System.nanoTime() - died).toMillis());
        deploys.assertNothingLost();
    }

    @Test
    void mayBeTheOnlyOneLeftOnceItHasTheState() throws Exception {
        try (DeploySimulation deploys = new DeploySimulation(hosts, FailedDeployTest::settings)) {
            Instance holder = deploys.startHealthy();
            deploys.switchTo(holder);
            Instance newcomer = deploys.startHealthy();
            deploys.switchTo(newcomer);

            holder.jvm().kill();

            deploys.load().awaitOneFrom(newcomer, LIMIT);
            deploys.assertNothingLost();
            deploys.report("Old one killed after it had handed over");
        }
    }
}
