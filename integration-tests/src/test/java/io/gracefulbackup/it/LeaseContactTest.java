package io.gracefulbackup.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.gracefulbackup.it.hosts.ChainHost;
import io.gracefulbackup.testkit.ForkedJvm;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * An application that takes part in handoffs starts only if it can use the lease: no instance answers every request with an error
 * behind a health check that succeeds.
 */
final class LeaseContactTest {
    /** How long a server is asked that gives a permanent reason. Such a start must end long before. */
    private static final Duration START_TIMEOUT = Duration.ofSeconds(60);

    /** 5 s, and the start of a JVM on a busy machine. */
    private static final Duration PERMANENT = Duration.ofSeconds(15);

    private static final Duration LIMIT = Duration.ofSeconds(20);

    private static final String WRONG = "wrong-password-Kq17";

    @RegisterExtension
    static final Database DATABASE = Database.onOwnServer();

    @RegisterExtension
    final ForkedHosts hosts = new ForkedHosts();

    private ForkedJvm start(String url, Duration startTimeout) throws IOException {
        return hosts.start(hosts.describe(ChainHost.class)
                .environment("DATABASE_URL", url)
                .environment("BACKUP_HANDOFF", "on")
                .environment("BACKUP_START_TIMEOUT", startTimeout.toSeconds() + "s")
                .environment("PORT", String.valueOf(DeploySimulation.freePort())));
    }

    private void assertRefuses(String url, String reason) throws IOException {
        ForkedJvm jvm = start(url, START_TIMEOUT);

        assertThat(jvm.awaitExit(PERMANENT)).isEqualTo(1);
        assertRefused(jvm, reason);
    }

    private void assertRefused(ForkedJvm jvm, String reason) {
        assertThat(jvm.output())
                .contains("Refusing to start: the lease in", reason)
                .doesNotContain("NOW ", "SAVING", "INSTALLED", WRONG, Database.PASSWORD);
        assertThat(hosts.file()).doesNotExist();
    }

    @Test
    void refusesToStartWithAWrongPassword() throws Exception {
        DATABASE.createRoleWithPassword("locked", "right");

        assertRefuses(DATABASE.url("locked", WRONG, "postgres"), "refuses user \"locked\"");
    }

    @Test
    void refusesToStartWithoutItsDatabase() throws Exception {
        assertRefuses(DATABASE.url("postgres", Database.PASSWORD, "not_there"), "\"not_there\" does not exist");
    }

    @Test
    void refusesToStartWithATableThatDoesNotFit() throws Exception {
        DATABASE.execute("CREATE TABLE blockchain_backups_lease (app text PRIMARY KEY)");

        assertRefuses(DATABASE.url("postgres", Database.PASSWORD, "postgres"), "blockchain_backups_lease");
    }

    @Test
    void refusesToStartOnAStandby() throws Exception {
        DATABASE.becomeStandby();
        try {
            assertRefuses(DATABASE.url("postgres", Database.PASSWORD, "postgres"), "standby");
        } finally {
            DATABASE.becomePrimary();
        }
    }

    /** The documentation address of RFC 5737: no route, or nobody who answers. */
    @Test
    void refusesToStartWithoutARouteOnceTheTimeOfTheStartIsUp() throws Exception {
        ForkedJvm jvm = start("postgresql://app:" + WRONG + "@192.0.2.1:5432/app", Duration.ofSeconds(3));

        assertThat(jvm.awaitExit(Duration.ofSeconds(3).plus(PERMANENT))).isEqualTo(1);
        assertRefused(jvm, "BACKUP_START_TIMEOUT");
        assertThat(jvm.output()).contains("192.0.2.1");
    }

    /** It can read the lease, so that it would stand by, and could never request it. */
    @Test
    void theOldInstanceServesOnWhenTheNewOneLacksAPrivilege() throws Exception {
        try (DeploySimulation deploys = new DeploySimulation(hosts, DATABASE::configure)) {
            Instance old = deploys.startHealthy();
            deploys.switchTo(old);
            DATABASE.execute(
                    "DROP ROLE IF EXISTS reader",
                    "CREATE ROLE reader LOGIN",
                    "GRANT USAGE ON SCHEMA public TO reader",
                    "GRANT SELECT ON ALL TABLES IN SCHEMA public TO reader");
            long refused = deploys.load().refused();

            assertRefuses(DATABASE.url("reader", Database.PASSWORD, "postgres"), "denies user \"reader\"");

            deploys.load().awaitOneFrom(old, LIMIT);
            assertThat(old.state()).isEqualTo("ACTIVE");
            assertThat(deploys.load().refused()).isEqualTo(refused);
            deploys.assertNothingLost();
            old.terminate();
            assertThat(DATABASE.backups()).isPositive();
            assertThat(DATABASE.number("SELECT count(*) FROM blockchain_backups_lease WHERE holder IS NULL"))
                    .isEqualTo(1);
            DATABASE.execute("DROP OWNED BY reader", "DROP ROLE reader");
        }
    }

    @Test
    void comesUpWhenTheDatabaseIsBackInTime() throws Exception {
        comesUpAfter(Duration.ofSeconds(4));
    }

    @Test
    @Tag("slow")
    void comesUpWhenTheDatabaseIsBackAfter40Seconds() throws Exception {
        comesUpAfter(Duration.ofSeconds(40));
    }

    private void comesUpAfter(Duration outage) throws Exception {
        DATABASE.stop();
        try {
            ForkedJvm jvm = start(DATABASE.url("postgres", Database.PASSWORD, "postgres"), START_TIMEOUT);
            jvm.awaitLine("cannot be reached", ForkedHosts.START_LIMIT);
            // The outage has to last, so this waits for no event.
            assertThat(new CountDownLatch(1).await(outage.toMillis(), TimeUnit.MILLISECONDS))
                    .isFalse();
            assertThat(jvm.isAlive()).isTrue();
            assertThat(jvm.output()).doesNotContain("INSTALLED");

            DATABASE.restart();

            jvm.awaitLine("INSTALLED ACTIVE", LIMIT);
            jvm.signal("TERM");
            assertThat(jvm.awaitExit(ForkedHosts.EXIT_LIMIT)).isEqualTo(143);
            assertThat(DATABASE.backups()).isEqualTo(1);
        } finally {
            DATABASE.ensureRunning();
        }
    }

    @Test
    void savesNothingWhenItIsToldToEndWhileItAsks() throws Exception {
        ForkedJvm jvm = start("postgresql://app:" + WRONG + "@localhost:1/app", START_TIMEOUT);
        jvm.awaitLine("cannot be reached", ForkedHosts.START_LIMIT);

        jvm.signal("TERM");

        assertThat(jvm.awaitExit(ForkedHosts.exitLimit(ForkedHosts.SHORT_TIMEOUT)))
                .isEqualTo(143);
        assertThat(jvm.output()).contains("Nothing to save").doesNotContain("SAVING", "NOW ", WRONG);
        assertThat(hosts.file()).doesNotExist();
    }
}
