package io.gracefulbackup.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.gracefulbackup.it.WriteLoad.Acknowledgement;
import io.gracefulbackup.testkit.ForkedJvm;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * The instance that holds the lease is killed, or suspended for longer than the term of its lease. Another instance continues from
 * the last checkpoint. Later changes are lost or, if the first instance resumes, kept as a fork.
 */
final class LeaseTakeoverTest {
    private static final Duration LEASE_TERM = Duration.ofSeconds(6);
    private static final Duration INTERVAL = Duration.ofSeconds(1);

    /** How late a checkpoint may begin and how long it may take on a busy machine. */
    private static final Duration CHECKPOINT_DELAY = Duration.ofSeconds(2);

    /** The term, the takeover delay of 3 s, and a margin for a busy machine. */
    private static final Duration TAKEOVER_LIMIT = LEASE_TERM.plusSeconds(3).plusSeconds(6);

    private static final Duration LIMIT = Duration.ofSeconds(20);

    @RegisterExtension
    static final Database DATABASE = Database.onSharedServer();

    @RegisterExtension
    final ForkedHosts hosts = new ForkedHosts();

    private static ForkedJvm.Builder settings(ForkedJvm.Builder host) {
        return DATABASE.configure(host)
                .environment("BACKUP_LEASE_TTL", LEASE_TERM.toSeconds() + "s")
                .environment("BACKUP_INTERVAL", INTERVAL.toSeconds() + "s");
    }

    @Test
    void losesAtMostOneCheckpointIntervalWhenTheHolderIsKilled() throws Exception {
        try (DeploySimulation deploys = new DeploySimulation(hosts, LeaseTakeoverTest::settings)) {
            Instance holder = startHolder(deploys);
            Instance standby = startStandby(deploys);

            long lostAt = System.nanoTime();
            holder.jvm().kill();

            assertTakesOver(deploys, standby, lostAt, "kill -9");
        }
    }

    @Test
    void acknowledgesNothingAfterASuspensionLongerThanTheLease() throws Exception {
        try (DeploySimulation deploys = new DeploySimulation(hosts, LeaseTakeoverTest::settings)) {
            Instance holder = startHolder(deploys);
            Instance standby = startStandby(deploys);

            long lostAt = System.nanoTime();
            holder.jvm().signal("STOP");
            long stoppedAt = System.nanoTime();
            try {
                List<Acknowledgement> lost = assertTakesOver(deploys, standby, lostAt, "SIGSTOP");
                holder.jvm().signal("CONT");
                holder.jvm().awaitLine("NOW RETIRED", LIMIT);

                assertThat(holder.get("/api/blocks").statusCode()).isEqualTo(503);
                assertThat(holder.state()).isEqualTo("RETIRED");
                // Only an answer that was being sent when the process was suspended may arrive now.
                assertThat(deploys.load().acknowledged().stream()
                                .filter(one -> one.port() == holder.port() && one.requestedAt() > stoppedAt))
                        .as("acknowledged by the suspended instance")
                        .isEmpty();
                assertThat(lost).as("accepted since the last checkpoint").isNotEmpty();
                Polling.until(() -> forkCount() > 0, LIMIT, () -> "a fork\n" + holder.jvm());
                deploys.load().awaitOneFrom(standby, LIMIT);
                assertThat(deploys.lost().stream().filter(one -> one.requestedAt() > stoppedAt))
                        .as("lost after the takeover")
                        .isEmpty();
            } finally {
                holder.jvm().signal("CONT");
            }
        }
    }

    private static long forkCount() {
        return DATABASE.number("SELECT count(*) FROM blockchain_backups WHERE fork");
    }

    private static Instance startStandby(DeploySimulation deploys) throws Exception {
        Instance standby = deploys.startHealthy();
        standby.awaitState("PREFLIGHTED", LIMIT);
        return standby;
    }

    /** Starts the holder of the lease and waits for checkpoints. */
    private static Instance startHolder(DeploySimulation deploys) throws Exception {
        Instance holder = deploys.startHealthy();
        deploys.switchTo(holder);
        Polling.until(() -> DATABASE.backups() >= 2, LIMIT, () -> "checkpoints\n" + holder.jvm());
        return holder;
    }

    /** Waits for the takeover and returns the lost changes. */
    private static List<Acknowledgement> assertTakesOver(
            DeploySimulation deploys, Instance standby, long lostAt, String signal) {
        deploys.route(standby);
        Acknowledgement first = deploys.load().awaitOneFrom(standby, TAKEOVER_LIMIT);
        List<Acknowledgement> lost = deploys.lost();
        long oldest =
                lost.stream().mapToLong(one -> lostAt - one.receivedAt()).max().orElse(0);
        System.out.printf(
                "%s: taken over after %d ms; of %d acknowledged %d lost, the oldest %d ms before%n",
                signal,
                Duration.ofNanos(first.receivedAt() - lostAt).toMillis(),
                deploys.load().acknowledged().size(),
                lost.size(),
                Duration.ofNanos(oldest).toMillis());
        assertThat(Duration.ofNanos(oldest)).isLessThan(INTERVAL.plus(CHECKPOINT_DELAY));
        return lost;
    }
}
