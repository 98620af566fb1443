package io.gracefulbackup.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.gracefulbackup.it.WriteLoad.Acknowledgement;
import io.gracefulbackup.testkit.ForkedJvm;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * The instance that has the state is gone without a word, or away for longer than its lease: another one goes on from the last
 * checkpoint, and what came after that is lost or, if the first one comes back, kept as a fork.
 */
final class LeaseTakeoverTest {
    private static final Duration LEASE_TERM = Duration.ofSeconds(6);
    private static final Duration INTERVAL = Duration.ofSeconds(1);

    /** What a checkpoint may be late, and may take, on a busy machine. */
    private static final Duration CHECKPOINT_DELAY = Duration.ofSeconds(2);

    /** The term and 3 s more, and what a busy machine needs. */
    private static final Duration TAKEOVER_LIMIT = LEASE_TERM.plusSeconds(3).plusSeconds(6);

    private static final Duration LIMIT = Duration.ofSeconds(20);

    @RegisterExtension
    static final Database DATABASE = new Database();

    @RegisterExtension
    final ForkedHosts hosts = new ForkedHosts();

    private static ForkedJvm.Builder settings(ForkedJvm.Builder host) {
        return DATABASE.configure(host)
                .environment("BACKUP_LEASE_TTL", LEASE_TERM.toSeconds() + "s")
                .environment("BACKUP_INTERVAL", INTERVAL.toSeconds() + "s");
    }

    @Test
    void losesNoMoreThanTheCheckpointIntervalWhenItIsKilled() throws Exception {
        try (DeploySimulation deploys = new DeploySimulation(hosts, LeaseTakeoverTest::settings)) {
            Instance holder = startHolder(deploys);
            Instance standby = startStandby(deploys);

            long lostAt = System.nanoTime();
            holder.jvm().kill();

            assertTakesOver(deploys, standby, lostAt, "kill -9");
        }
    }

    @Test
    void acknowledgesNothingAfterAPauseThatWasLongerThanItsLease() throws Exception {
        try (DeploySimulation deploys = new DeploySimulation(hosts, LeaseTakeoverTest::settings)) {
            Instance holder = startHolder(deploys);
            Instance standby = startStandby(deploys);

            long lostAt = System.nanoTime();
            holder.jvm().signal("STOP");
            long stoppedAt = System.nanoTime();
            try {
                List<Acknowledgement> lost = assertTakesOver(deploys, standby, lostAt, "SIGSTOP");
                holder.jvm().signal("CONT");
                holder.jvm().awaitLine("TURN OVER", LIMIT);

                assertThat(holder.get("/api/blocks").statusCode()).isEqualTo(503);
                assertThat(holder.state()).isEqualTo("RETIRED");
                // Only an answer that was on its way out when the process stood still arrives now.
                assertThat(deploys.load().acknowledged().stream()
                                .filter(one -> one.port() == holder.port() && one.requestedAt() > stoppedAt))
                        .as("acknowledged by the one that was away")
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
        return Long.parseLong(DATABASE.text("SELECT count(*) FROM blockchain_backups WHERE fork"));
    }

    private static Instance startStandby(DeploySimulation deploys) throws Exception {
        Instance standby = deploys.startHealthy();
        standby.awaitState("PREFLIGHTED", LIMIT);
        return standby;
    }

    /** Has made a checkpoint. */
    private static Instance startHolder(DeploySimulation deploys) throws Exception {
        Instance holder = deploys.startHealthy();
        deploys.switchTo(holder);
        Polling.until(() -> DATABASE.backups() >= 2, LIMIT, () -> "checkpoints\n" + holder.jvm());
        return holder;
    }

    /** What was lost. */
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
