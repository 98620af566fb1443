package io.gracefulbackup.it;

import static io.gracefulbackup.it.ForkedHosts.START;
import static io.gracefulbackup.it.ForkedHosts.gone;
import static org.assertj.core.api.Assertions.assertThat;

import io.gracefulbackup.it.hosts.CounterHost;
import io.gracefulbackup.testkit.ForkedJvm;
import io.gracefulbackup.testkit.fakes.Fault;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** However Pinata ails at an exit: the exit ends in time, the other sinks have the backup, and the report says what it was. */
final class PinataExitTest {
    private static final String STATE = "bytes=300000";
    private static final Duration TIMEOUT = Duration.ofSeconds(6);

    @RegisterExtension
    static final Database database = new Database();

    @RegisterExtension
    final ForkedHosts forks = new ForkedHosts();

    @RegisterExtension
    final FakeServices clouds = new FakeServices(forks);

    static Stream<Named<Fault>> ailments() {
        return Stream.of(
                Named.of("slow", Fault.slowRequest(1024)),
                Named.of("failing", Fault.error(500)),
                Named.of("cutting", Fault.cutRequestAfter(2000)));
    }

    @Test
    void endsInTimeWithTheOthersCompleteWhilePinataIsSilent() throws IOException {
        endsInTimeWithTheOthersComplete(Fault.silent());
    }

    @Tag("slow")
    @ParameterizedTest
    @MethodSource("ailments")
    void endsInTimeWithTheOthersComplete(Fault ailment) throws IOException {
        assertThat(forks.start(withAllSinks("end=return")).awaitExit(START)).isZero();
        ForkedJvm jvm = forks.start(withAllSinks().environment("BACKUP_TIMEOUT", TIMEOUT.toSeconds() + "s"));
        jvm.awaitLine("READY count=6", START);
        clouds.pinata().always(ailment);

        jvm.signal("TERM");

        assertThat(jvm.awaitExit(gone(TIMEOUT))).isEqualTo(143);
        assertThat(jvm.output())
                .contains("✅ Database backup completed", "✅ File backup saved")
                .contains("❌ IPFS backup failed: Pinata", "bytes were sent")
                .doesNotContain("✅ IPFS backup completed!", "IPFS CID saved");
        assertThat(database.backups()).isEqualTo(2);
        assertThat(NextStart.of(forks).count()).as("from the file").isEqualTo(6);

        clouds.pinata().heal();
        assertThat(nextStartOnAnEmptyDisk()).as("from PostgreSQL").isEqualTo(6);
        database.empty();
        assertThat(nextStartOnAnEmptyDisk())
                .as("from IPFS, where it had come to")
                .isEqualTo(3);
    }

    @Test
    void saysWhatAndWhereAndSavesThePointers() {
        ForkedJvm jvm = forks.start(clouds.withPinata(forks.describe(CounterHost.class, "end=return")));

        assertThat(jvm.awaitExit(START)).isZero();

        String cid = clouds.pinata().pins().get(0).cid();
        assertThat(jvm.output())
                .containsSubsequence(
                        "🌐 Backing up blockchain to IPFS...",
                        "✅ IPFS backup completed!",
                        "CID: " + cid,
                        "View at: " + clouds.pinata().gatewayUrl() + "/ipfs/" + cid,
                        "✅ IPFS CID saved for automatic restoration");
        assertThat(Path.of(forks.file() + ".pointers"))
                .content()
                .contains("BACKUP_LATEST=1.1.", "PINATA_LATEST_CID=" + cid);
    }

    @Test
    void restoresFromIpfsAloneWhenTheOtherTwoAreEmpty() throws IOException {
        assertThat(forks.start(withAllSinks("end=return")).awaitExit(START)).isZero();
        ForkedHosts.deleteAll(forks.file().getParent());
        database.empty();

        ForkedJvm second = forks.start(withAllSinks("end=return"));

        assertThat(NextStart.of(second).count()).isEqualTo(3);
        assertThat(second.awaitExit(START)).isZero();
        assertThat(clouds.pinata().pins()).as("all are kept").hasSize(2);
    }

    @Test
    void anUnconfiguredPinataIsSaidAtEachBackup() {
        ForkedJvm jvm = forks.start(CounterHost.class, "end=return");

        assertThat(jvm.awaitExit(START)).isZero();
        assertThat(jvm.output()).contains("⚠️ IPFS backup skipped: PINATA_API_KEY and PINATA_SECRET_KEY are not set");
    }

    @Test
    void aPinataThatIsSilentAtTheStartIsNotTakenForEmpty() {
        clouds.pinata().always(Fault.silent());

        ForkedJvm jvm = forks.start(
                clouds.withPinata(forks.describe(CounterHost.class).environment("BACKUP_START_TIMEOUT", "3s")));

        assertThat(jvm.awaitExit(START)).isEqualTo(1);
        assertThat(jvm.output()).contains("RestoreRefusedException", "ipfs may hold one");
        assertThat(forks.file()).doesNotExist();
    }

    private ForkedJvm.Builder withAllSinks(String... options) {
        String[] all = Arrays.copyOf(options, options.length + 1);
        all[options.length] = STATE;
        return database.with(clouds.withPinata(forks.describe(CounterHost.class, all)));
    }

    private long nextStartOnAnEmptyDisk() throws IOException {
        ForkedHosts.deleteAll(forks.file().getParent());
        ForkedJvm jvm = forks.start(withAllSinks("writes=0"));
        long count = NextStart.of(jvm).count();
        jvm.kill();
        return count;
    }
}
