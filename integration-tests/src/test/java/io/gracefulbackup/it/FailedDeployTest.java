package io.gracefulbackup.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.gracefulbackup.testkit.ForkedJvm;
import java.time.Duration;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A deploy fails: the old instance continues, or takes over again, with all acknowledged changes. */
final class FailedDeployTest {
    /** The shortest term, because the lease of a killed instance must expire. */
    private static final Duration LEASE_TERM = Duration.ofSeconds(6);

    /** The term, the takeover delay of 3 s, and a margin for a busy machine. */
    private static final Duration TAKEOVER_LIMIT = LEASE_TERM.plusSeconds(3).plusSeconds(8);

    private static final Duration LIMIT = Duration.ofSeconds(20);

    @RegisterExtension
    static final Database DATABASE = Database.onSharedServer();

    @RegisterExtension
    final ForkedHosts hosts = new ForkedHosts();

    private static ForkedJvm.Builder settings(ForkedJvm.Builder host) {
        return DATABASE.configure(host).environment("BACKUP_LEASE_TTL", LEASE_TERM.toSeconds() + "s");
    }

    @Test
    void changesNothingWhileTheNewInstanceIsUnhealthy() throws Exception {
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
            assertThat(holder.jvm().output()).doesNotContain("NOW RETIRED");
            assertThat(deploys.load().refused()).isEqualTo(refused);
            deploys.assertNothingLost();
        }
    }

    /** HandoffTest in backup-api holds the same; the next test takes the same path between processes. */
    @Test
    @Tag("slow")
    void doesNotHandOverToAnInstanceWithAnotherKey() throws Exception {
        assertNeverHandsOver(
                host -> host.environment("SECRET_KEY", "another-key-0123456789-abcdef"),
                "version=1",
                "version=1",
                "Set SECRET_KEY to the key");
    }

    @Test
    void doesNotHandOverToAnInstanceThatCannotReadTheSection() throws Exception {
        assertNeverHandsOver(UnaryOperator.identity(), "version=2", "version=1", "Deploy the newer application again");
    }

    private void assertNeverHandsOver(
            UnaryOperator<ForkedJvm.Builder> customizer, String oldOptions, String newOptions, String reason)
            throws Exception {
        try (DeploySimulation deploys = new DeploySimulation(hosts, FailedDeployTest::settings)) {
            // Only a stored backup shows that it cannot be read.
            Instance holder = deploys.startHealthy(host -> host.environment("BACKUP_INTERVAL", "1s"), oldOptions);
            deploys.switchTo(holder);
            Polling.until(() -> DATABASE.backups() > 0, LIMIT, () -> "a checkpoint\n" + holder.jvm());
            long epoch = holder.epoch();

            Instance newcomer = deploys.startHealthy(customizer, newOptions);
            deploys.route(newcomer);
            deploys.load().awaitRefusals(3, LIMIT);
            newcomer.jvm().awaitLine("does not ask for the state", LIMIT);
            assertThat(newcomer.state()).isIn("STANDBY", "PREFLIGHTED", "REQUESTING");
            assertThat(newcomer.get("/api/blocks").statusCode()).isEqualTo(503);

            deploys.switchTo(holder);
            newcomer.terminate();
            assertThat(newcomer.jvm().output()).contains("does not ask for the state", reason);
            assertThat(newcomer.jvm().output()).doesNotContain("NOW ", "SAVING");
            assertThat(holder.epoch()).isEqualTo(epoch);
            deploys.assertNothingLost();
        }
    }

    @Test
    void returnsTheStateWhenTheNewInstanceCannotRestoreIt() throws Exception {
        try (DeploySimulation deploys = new DeploySimulation(hosts, FailedDeployTest::settings)) {
            Instance holder = deploys.startHealthy();
            deploys.switchTo(holder);
            // No backup is stored yet that could show that it cannot be read.
            Instance newcomer =
                    deploys.startHealthy(host -> host.environment("SECRET_KEY", "another-key-0123456789-abcdef"));
            deploys.route(newcomer);
            newcomer.awaitState("FAILED", LIMIT);

            assertResumes(deploys, holder);
            holder.jvm().awaitLine("NOW ACTIVE KEPT", LIMIT);
            newcomer.terminate();
            assertThat(newcomer.jvm().output()).doesNotContain("NOW ", "SAVING");
        }
    }

    /** The deploy comes too early: the old instance has not filled its empty state yet. */
    @Test
    void handsOverAllSeedsOfAnInstanceThatIsStillSeeding() throws Exception {
        try (DeploySimulation deploys = new DeploySimulation(hosts, FailedDeployTest::settings)) {
            Instance seeder = deploys.start(UnaryOperator.identity(), "seeding=5000");
            seeder.jvm().awaitLine("SEEDING", ForkedHosts.START_LIMIT);

            Instance newcomer = deploys.startHealthy("seeding=1");
            deploys.switchTo(newcomer);

            seeder.jvm().awaitLine("NOW RETIRED", LIMIT);
            String blocks = newcomer.get("/api/blocks").body();
            assertThat(blocks).containsOnlyOnce("\"seed-1\"").containsOnlyOnce("\"seed-2\"");
            assertThat(seeder.jvm().output())
                    .containsSubsequence("SEEDED", "NOW ACTIVE EMPTY", "SAVING", "NOW RETIRED")
                    .containsOnlyOnce("SAVING");
            assertThat(newcomer.jvm().output()).contains("NOW ACTIVE RESTORED").doesNotContain("SEEDED");
            deploys.assertNothingLost();
        }
    }

    @Test
    void continuesWhenTheNewInstanceIsKilledBeforeItsRequest() throws Exception {
        try (DeploySimulation deploys = new DeploySimulation(hosts, FailedDeployTest::settings)) {
            Instance holder = deploys.startHealthy();
            deploys.switchTo(holder);
            Instance newcomer = deploys.startHealthy();
            newcomer.awaitState("PREFLIGHTED", LIMIT);

            newcomer.jvm().kill();

            deploys.load().awaitOneFrom(holder, LIMIT);
            assertThat(holder.jvm().output()).doesNotContain("NOW RETIRED");
            deploys.assertNothingLost();
        }
    }

    @Test
    @Tag("slow")
    void continuesWhenTheNewInstanceIsKilledDuringTheSave() throws Exception {
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
    void takesOverAgainWhenTheNewInstanceIsKilledDuringItsRestore() throws Exception {
        try (DeploySimulation deploys = new DeploySimulation(hosts, FailedDeployTest::settings)) {
            Instance holder = deploys.startHealthy();
            deploys.switchTo(holder);
            Instance newcomer = deploys.startHealthy("restoring=60000");
            deploys.route(newcomer);
            newcomer.awaitState("RESTORING", LIMIT);
            assertThat(holder.state()).isEqualTo("RETIRED");

            newcomer.jvm().kill();

            assertResumes(deploys, holder);
            holder.jvm().awaitLine("NOW ACTIVE KEPT", LIMIT);
        }
    }

    private static void assertResumes(DeploySimulation deploys, Instance holder) {
        long killedAt = System.nanoTime();
        deploys.route(holder);
        deploys.load().awaitOneFrom(holder, TAKEOVER_LIMIT);
        System.out.println("Old instance active again after the new one was killed, ms: "
                + Duration.ofNanos(System.nanoTime() - killedAt).toMillis());
        deploys.assertNothingLost();
    }

    @Test
    void keepsEverythingWhenTheOldInstanceIsKilledAfterTheHandoff() throws Exception {
        try (DeploySimulation deploys = new DeploySimulation(hosts, FailedDeployTest::settings)) {
            Instance holder = deploys.startHealthy();
            deploys.switchTo(holder);
            Instance newcomer = deploys.startHealthy();
            deploys.switchTo(newcomer);

            holder.jvm().kill();

            deploys.load().awaitOneFrom(newcomer, LIMIT);
            deploys.assertNothingLost();
            deploys.report("Old instance killed after the handoff");
        }
    }
}
