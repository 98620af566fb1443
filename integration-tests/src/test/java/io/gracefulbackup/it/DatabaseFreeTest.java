package io.gracefulbackup.it;

import static io.gracefulbackup.it.ForkedHosts.START;
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
    final ForkedHosts forks = new ForkedHosts();

    @RegisterExtension
    final FakeServices clouds = new FakeServices(forks);

    @Test
    void restoresOnAnEmptyDisk() {
        live(0);
        assertThat(clouds.render().variables())
                .containsEntry(
                        "PINATA_LATEST_CID", clouds.pinata().pins().get(0).cid())
                .hasEntrySatisfying("BACKUP_LATEST", value -> assertThat(value).startsWith("1.1."));

        live(3);
        live(6);

        assertThat(clouds.render().variables())
                .hasSize(2)
                .hasEntrySatisfying("BACKUP_LATEST", value -> assertThat(value).startsWith("1.3."));
    }

    @Test
    void restoresByThePointerWhenTheKeyMayUploadButNotList() {
        clouds.pinata().scopes(PinataScope.PIN_FILE);

        live(0);
        live(3);

        assertThat(clouds.pinata().pins()).hasSize(2);
    }

    @Test
    void refusesAnOlderStateWhenTheNewestIsNotToBeSeen() {
        live(0);
        clouds.pinata().scopes(PinataScope.PIN_FILE);
        String older = clouds.pinata().pins().get(0).cid();
        live(3);
        clouds.render().variable("PINATA_LATEST_CID", older);

        ForkedJvm jvm = forks.start(describe().environment("BACKUP_START_TIMEOUT", "2s"));

        assertThat(jvm.awaitExit(START)).isEqualTo(1);
        assertThat(jvm.output()).contains("BACKUP_LATEST says that the newest backup is", "no sink shows it");
    }

    @Test
    void aRenderThatFailsIsAWarningNotAFailedBackup() {
        live(0);
        clouds.render().always(Fault.error(403), RenderCall.WRITE_VARIABLE);

        String output = live(3);

        assertThat(output)
                .contains("✅ IPFS backup completed!", "The pointers in Render could not be set")
                .doesNotContain("IPFS CID saved");
        clouds.render().heal();
        live(6);
    }

    @Test
    void restoresExactlyTheCidThatIsChosenOnce() {
        live(0);
        String first = clouds.pinata().pins().get(0).cid();
        live(3);

        ForkedJvm chosen = forks.start(describe().environment("PINATA_RESTORE_CID", first));
        assertThat(NextStart.of(chosen).count()).isEqualTo(3);
        assertThat(chosen.awaitExit(START)).isZero();

        ForkedJvm again = forks.start(describe().environment("PINATA_RESTORE_CID", first));
        assertThat(NextStart.of(again).count())
                .as("it was chosen and saved upon")
                .isEqualTo(6);
        assertThat(again.awaitExit(START)).isZero();
        assertThat(again.output()).contains("is ignored now");
    }

    @Test
    void failsIfTheChosenCidIsNotThere() {
        live(0);
        String other = "bafkreifzjut3te2nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e";

        ForkedJvm jvm = forks.start(describe().environment("PINATA_RESTORE_CID", other));

        assertThat(jvm.awaitExit(START)).isEqualTo(1);
        assertThat(jvm.output()).contains("RestoreRefusedException", other);
    }

    /** One life that finds so many changes, makes three more and ends. */
    private String live(long found) {
        ForkedJvm jvm = forks.start(describe());
        assertThat(NextStart.of(jvm).count()).isEqualTo(found);
        assertThat(jvm.awaitExit(START)).isZero();
        return jvm.output();
    }

    private ForkedJvm.Builder describe() {
        return clouds.onRender(clouds.withPinata(forks.describe(CounterHost.class, "end=return")));
    }
}
