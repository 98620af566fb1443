package io.gracefulbackup.it;

import static io.gracefulbackup.it.ForkedHosts.START_LIMIT;
import static org.assertj.core.api.Assertions.assertThat;

import io.gracefulbackup.it.hosts.CounterHost;
import io.gracefulbackup.testkit.ForkedJvm;
import io.gracefulbackup.testkit.fakes.Fault;
import io.gracefulbackup.testkit.fakes.PinataScope;
import io.gracefulbackup.testkit.fakes.RenderCall;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * With only SECRET_KEY and the keys for Pinata and Render, on a disk that is erased, the state is restored. Lives that only
 * prepare a test run in the test's JVM.
 */
final class DatabaseFreeTest {
    @RegisterExtension
    final ForkedHosts hosts = new ForkedHosts();

    @RegisterExtension
    final FakeServices services = new FakeServices(hosts);

    @Test
    void restoresOnAnEmptyDisk() {
        runOnce(0);
        assertThat(services.render().variables())
                .containsEntry(
                        "PINATA_LATEST_CID", services.pinata().pins().get(0).cid())
                .hasEntrySatisfying("BACKUP_LATEST", value -> assertThat(value).startsWith("1.1."));

        runOnce(3);
        runOnce(6);

        assertThat(services.render().variables())
                .hasSize(2)
                .hasEntrySatisfying("BACKUP_LATEST", value -> assertThat(value).startsWith("1.3."));
    }

    @Test
    void restoresByThePointerWhenTheKeyMayUploadButNotList() {
        services.pinata().scopes(PinataScope.PIN_FILE);

        runOnce(0);
        runOnce(3);

        assertThat(services.pinata().pins()).hasSize(2);
    }

    @Test
    void refusesAnOlderStateWhenTheNewestIsNotListed() {
        saveEarlierState();
        services.pinata().scopes(PinataScope.PIN_FILE);
        String older = services.pinata().pins().get(0).cid();
        runOnce(3);
        services.render().variable("PINATA_LATEST_CID", older);

        ForkedJvm jvm = hosts.start(describe().environment("BACKUP_START_TIMEOUT", "2s"));

        assertThat(jvm.awaitExit(START_LIMIT)).isEqualTo(1);
        assertThat(jvm.output()).contains("BACKUP_LATEST says that the newest backup is", "no sink shows it");
    }

    @Test
    void warnsWhenRenderFailsAndStoresTheBackup() {
        saveEarlierState();
        services.render().always(Fault.error(403), RenderCall.WRITE_VARIABLE);

        String output = runOnce(3);

        assertThat(output)
                .contains("✅ IPFS backup completed!", "The pointers in Render could not be set")
                .doesNotContain("IPFS CID saved");
        services.render().heal();
        assertThat(NextStart.of(services.settingsWithoutDisk()).count()).isEqualTo(6);
    }

    @Test
    void restoresTheChosenCidOnce() {
        saveEarlierState();
        String first = services.pinata().pins().get(0).cid();
        saveEarlierState();

        ForkedJvm chosen = hosts.start(describe().environment("PINATA_RESTORE_CID", first));
        assertThat(NextStart.of(chosen).count()).isEqualTo(3);
        assertThat(chosen.awaitExit(START_LIMIT)).isZero();

        ForkedJvm again = hosts.start(describe().environment("PINATA_RESTORE_CID", first));
        assertThat(NextStart.of(again).count())
                .as("a backup was saved since the choice")
                .isEqualTo(6);
        assertThat(again.awaitExit(START_LIMIT)).isZero();
        assertThat(again.output()).contains("is ignored now");
    }

    @Test
    void refusesToStartWhenTheChosenCidDoesNotExist() {
        saveEarlierState();
        String other = "bafkreifzjut3te2nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e";

        ForkedJvm jvm = hosts.start(describe().environment("PINATA_RESTORE_CID", other));

        assertThat(jvm.awaitExit(START_LIMIT)).isEqualTo(1);
        assertThat(jvm.output()).contains("RestoreRefusedException", other);
    }

    /** A life in this JVM that adds 3 to the count. */
    private void saveEarlierState() {
        InProcessStart.save(services.settingsWithoutDisk(), 3);
    }

    /** A life in a forked host that restores this count, adds 3 and ends. */
    private String runOnce(long restored) {
        ForkedJvm jvm = hosts.start(describe());
        assertThat(NextStart.of(jvm).count()).isEqualTo(restored);
        assertThat(jvm.awaitExit(START_LIMIT)).isZero();
        return jvm.output();
    }

    private ForkedJvm.Builder describe() {
        return services.onRender(services.withPinata(hosts.describe(CounterHost.class, "script=return")));
    }
}
