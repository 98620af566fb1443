package io.gracefulbackup.it;

import static io.gracefulbackup.it.ForkedHosts.EXIT_LIMIT;
import static io.gracefulbackup.it.ForkedHosts.START_LIMIT;
import static org.assertj.core.api.Assertions.assertThat;

import io.gracefulbackup.it.hosts.LifeCycleHost;
import io.gracefulbackup.testkit.ForkedJvm;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Frameworks and containers end an installation in their own order; two installations in one process lose and fork nothing. */
final class ContainerLifeCycleTest {
    @RegisterExtension
    final ForkedHosts hosts = new ForkedHosts();

    @Test
    void tryWithResourcesLeavesABackupAndTheExitMakesNoOther() {
        ForkedJvm jvm = hosts.start(LifeCycleHost.class, "try");

        assertThat(jvm.awaitExit(START_LIMIT)).isZero();
        assertSavedOnce(jvm);
        assertThat(NextStart.of(hosts).count()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"container", "container-only"})
    void aContainerThatClosesTheHandleInAHookOfItsOwnSavesOnce(String how) {
        ForkedJvm jvm = hosts.start(LifeCycleHost.class, how);
        jvm.awaitLine("READY", START_LIMIT);

        jvm.signal("TERM");

        assertThat(jvm.awaitExit(EXIT_LIMIT)).isEqualTo(143);
        jvm.awaitLine("CLOSED", EXIT_LIMIT);
        assertSavedOnce(jvm);
        assertThat(NextStart.of(hosts).count()).isEqualTo(1);
    }

    @Test
    void twoInstallationsInTenRestartsLoseAndForkNothing() {
        for (int life = 0; life < 10; life++) {
            ForkedJvm jvm = hosts.start(LifeCycleHost.class, "twice");
            assertThat(jvm.awaitExit(START_LIMIT)).isZero();

            assertThat(NextStart.of(jvm).count()).isEqualTo(2L * life);
            assertThat(jvm.awaitLine("REFUSED same class loader", START_LIMIT))
                    .contains("installed already", "by io.gracefulbackup.it.hosts.HostSupport.install");
            assertThat(jvm.awaitLine("REFUSED other class loader", START_LIMIT))
                    .contains("installed already", "by io.gracefulbackup.it.hosts.HostSupport.install");
            assertThat(jvm.output()).doesNotContain("NOT REFUSED").doesNotContainIgnoringCase("fork");
            assertSavedOnce(jvm);
        }
        assertThat(NextStart.of(hosts).count()).isEqualTo(20);
    }

    @Test
    void savesAlthoughTheReasonOfTheExitCannotBeFound() {
        ForkedJvm jvm = hosts.start(LifeCycleHost.class, "without-exit-reason");
        jvm.awaitLine("READY", START_LIMIT);

        jvm.signal("TERM");

        assertThat(jvm.awaitExit(EXIT_LIMIT)).isEqualTo(143);
        assertSavedOnce(jvm);
        assertThat(NextStart.of(hosts).count()).isEqualTo(1);
    }

    @Test
    void anIsolatedBuilderNeverReachesTheDatabaseOfTheShell() {
        ForkedJvm jvm = hosts.start(hosts.describe(LifeCycleHost.class, "isolated")
                .environment("DATABASE_URL", "postgres://nobody@127.0.0.1:1/not-for-tests")
                .environment("BACKUP_APP", "production"));

        assertThat(jvm.awaitExit(START_LIMIT)).isZero();
        assertThat(jvm.lines()).anyMatch(line -> line.contains("memory stored"));
        assertThat(jvm.output()).doesNotContain("Database", "PostgreSQL", "production", "File backup");
    }

    private static void assertSavedOnce(ForkedJvm jvm) {
        assertThat(jvm.lines())
                .filteredOn(line -> line.contains("File backup saved"))
                .hasSize(1);
    }
}
