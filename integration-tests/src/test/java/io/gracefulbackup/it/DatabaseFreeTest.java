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

/** Nothing but SECRET_KEY, the keys for Pinata and those for Render, on a disk that is wiped: the state comes back. */
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
    void refusesAnOlderStateWhenTheNewestIsNotToBeSeen() {
        runOnce(0);
        services.pinata().scopes(PinataScope.PIN_FILE);
        String older = services.pinata().pins().get(0).cid();
        runOnce(3);
        services.render().variable("PINATA_LATEST_CID", older);

        ForkedJvm jvm = hosts.start(describe().environment("BACKUP_START_TIMEOUT", "2s"));

        assertThat(jvm.awaitExit(START_LIMIT)).isEqualTo(1);
        assertThat(jvm.output()).contains("BACKUP_LATEST says that the newest backup is", "no sink shows it");
    }

    @Test
    void aRenderThatFailsIsAWarningNotAFailedBackup() {
        runOnce(0);
        services.render().always(Fault.error(403), RenderCall.WRITE_VARIABLE);

        String output = runOnce(3);

        assertThat(output)
                .contains("✅ IPFS backup completed!", "The pointers in Render could not be set")
                .doesNotContain("IPFS CID saved");
        services.render().heal();
        runOnce(6);
    }

    @Test
    void restoresExactlyTheCidThatIsChosenOnce() {
        runOnce(0);
        String first = services.pinata().pins().get(0).cid();
        runOnce(3);

        ForkedJvm chosen = hosts.start(describe().environment("PINATA_RESTORE_CID", first));
        assertThat(NextStart.of(chosen).count()).isEqualTo(3);
        assertThat(chosen.awaitExit(START_LIMIT)).isZero();

        ForkedJvm again = hosts.start(describe().environment("PINATA_RESTORE_CID", first));
        assertThat(NextStart.of(again).count())
                .as("it was chosen and saved upon")
                .isEqualTo(6);
        assertThat(again.awaitExit(START_LIMIT)).isZero();
        assertThat(again.output()).contains("is ignored now");
    }

    @Test
    void failsIfTheChosenCidIsNotThere() {
        runOnce(0);
        String other = "bafkreifzjut3te2nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e";

        ForkedJvm jvm = hosts.start(describe().environment("PINATA_RESTORE_CID", other));

        assertThat(jvm.awaitExit(START_LIMIT)).isEqualTo(1);
        assertThat(jvm.output()).contains("RestoreRefusedException", other);
    }

    /** One life that finds so many changes, makes three more and ends. */
    private String runOnce(long found) {
        ForkedJvm jvm = hosts.start(describe());
        assertThat(NextStart.of(jvm).count()).isEqualTo(found);
        assertThat(jvm.awaitExit(START_LIMIT)).isZero();
        return jvm.output();
    }

    private ForkedJvm.Builder describe() {
        return services.onRender(services.withPinata(hosts.describe(CounterHost.class, "end=return")));
    }
}
