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
    private static final Duration TERM = Duration.ofSeconds(6);
    private static final Duration INTERVAL = Duration.ofSeconds(1);

    /** What a checkpoint may be late, and may take, on a busy machine. */
    private static final Duration CHECKPOINT = Duration.ofSeconds(2);

    /** The term and 3 s more, and what a busy machine needs. */
    private static final Duration TAKEOVER = TERM.plusSeconds(3).plusSeconds(6);

    private static final Duration SOON = Duration.ofSeconds(20);

    @RegisterExtension
    static final Database DATABASE = new Database();

    @RegisterExtension
    final ForkedHosts forks = new ForkedHosts();

    private static ForkedJvm.Builder settings(ForkedJvm.Builder host) {
        return DATABASE.with(host)
                .environment("BACKUP_LEASE_TTL", TERM.toSeconds() + "s")
                .environment("BACKUP_INTERVAL", INTERVAL.toSeconds() + "s");
    }

    @Test
    void losesNoMoreThanTheCheckpointIntervalWhenItIsKilled() throws Exception {
        try (DeploySimulation rollout = new DeploySimulation(forks, LeaseTakeoverTest::settings)) {
            Instance old = underWay(rollout);
            Instance next = standby(rollout);

            long away = System.nanoTime();
            old.jvm().kill();

            takesOver(rollout, next, away, "kill -9");
        }
    }

    @Test
    void acknowledgesNothingAfterAPauseThatWasLongerThanItsLease() throws Exception {
        try (DeploySimulation rollout = new DeploySimulation(forks, LeaseTakeoverTest::settings)) {
            Instance old = underWay(rollout);
            Instance next = standby(rollout);

            long away = System.nanoTime();
            old.jvm().signal("STOP");
            long still = System.nanoTime();
            try {
                List<Acknowledgement> lost = takesOver(rollout, next, away, "SIGSTOP");
                old.jvm().signal("CONT");
                old.jvm().awaitLine("TURN OVER", SOON);

                assertThat(old.get("/api/blocks").statusCode()).isEqualTo(503);
                assertThat(old.state()).isEqualTo("RETIRED");
                // Only an answer that was on its way out when the process stood still arrives now.
                assertThat(rollout.writers().acknowledged().stream()
                                .filter(one -> one.by() == old.port() && one.asked() > still))
                        .as("acknowledged by the one that was away")
                        .isEmpty();
                assertThat(lost).as("accepted since the last checkpoint").isNotEmpty();
                Polling.until(() -> forks() > 0, SOON, () -> "a fork\n" + old.jvm());
                rollout.writers().awaitOneFrom(next, SOON);
                assertThat(rollout.lost().stream().filter(one -> one.asked() > still))
                        .as("lost after the takeover")
                        .isEmpty();
            } finally {
                old.jvm().signal("CONT");
            }
        }
    }

    private static long forks() {
        return Long.parseLong(DATABASE.text("SELECT count(*) FROM blockchain_backups WHERE fork"));
    }

    private static Instance standby(DeploySimulation rollout) throws Exception {
        Instance next = rollout.boot();
        next.awaitState("PREFLIGHTED", SOON);
        return next;
    }

    /** Has made a checkpoint. */
    private static Instance underWay(DeploySimulation rollout) throws Exception {
        Instance old = rollout.boot();
        rollout.switchTo(old);
        Polling.until(() -> DATABASE.backups() >= 2, SOON, () -> "checkpoints\n" + old.jvm());
        return old;
    }

    /** What was lost. */
    private static List<Acknowledgement> takesOver(DeploySimulation rollout, Instance next, long away, String how) {
        rollout.route(next);
        Acknowledgement first = rollout.writers().awaitOneFrom(next, TAKEOVER);
        List<Acknowledgement> lost = rollout.lost();
        long oldest = lost.stream().mapToLong(one -> away - one.at()).max().orElse(0);
        System.out.printf(
                "%s: taken over after %d ms; of %d acknowledged %d lost, the oldest %d ms before%n",
                how,
                Duration.ofNanos(first.at() - away).toMillis(),
                rollout.writers().acknowledged().size(),
                lost.size(),
                Duration.ofNanos(oldest).toMillis());
        assertThat(Duration.ofNanos(oldest)).isLessThan(INTERVAL.plus(CHECKPOINT));
        return lost;
    }
}
