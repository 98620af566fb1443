package io.gracefulbackup.it;

import static io.gracefulbackup.it.ForkedHosts.START_LIMIT;
import static io.gracefulbackup.it.ForkedHosts.exitLimit;
import static org.assertj.core.api.Assertions.assertThat;

import io.gracefulbackup.it.hosts.CounterHost;
import io.gracefulbackup.testkit.ForkedJvm;
import io.gracefulbackup.testkit.fakes.Fault;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever fails in Pinata during an exit, the exit ends in time, the other sinks store the backup, and the report names the failure. */
final class PinataExitTest {
    private static final String STATE = "bytes=300000";
    private static final Duration TIMEOUT = Duration.ofSeconds(6);

    @RegisterExtension
    static final Database database = Database.onSharedServer();

    @RegisterExtension
    final ForkedHosts hosts = new ForkedHosts();

    @RegisterExtension
    final FakeServices services = new FakeServices(hosts);

    static Stream<Named<Fault>> faults() {
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
    @MethodSource("faults")
    void endsInTimeWithTheOthersComplete(Fault fault) throws IOException {
        InProcessStart.save(allSettings(), 3);
        ForkedJvm jvm = hosts.start(withAllSinks().environment("BACKUP_TIMEOUT", TIMEOUT.toSeconds() + "s"));
        jvm.awaitLine("READY count=6", START_LIMIT);
        services.pinata().always(fault);

        jvm.signal("TERM");

        assertThat(jvm.awaitExit(exitLimit(TIMEOUT))).isEqualTo(143);
        assertThat(jvm.output())
                .contains("✅ Database backup completed", "✅ File backup saved")
                .contains("❌ IPFS backup failed: Pinata", "bytes were sent")
                .doesNotContain("✅ IPFS backup completed!", "IPFS CID saved");
        assertThat(database.backups()).isEqualTo(2);
        assertThat(NextStart.of(hosts).count()).as("from the file").isEqualTo(6);

        services.pinata().heal();
        assertThat(countOnAnEmptyDisk()).as("from PostgreSQL").isEqualTo(6);
        database.clear();
        assertThat(countOnAnEmptyDisk())
                .as("from IPFS, which has the backup before")
                .isEqualTo(3);
    }

    @Test
    void printsTheCidAndSavesThePointers() {
        // Where the tests run in a container, the pointer file does not outlive it: Render keeps the pointers.
        ForkedJvm jvm = hosts.start(services.withPinata(hosts.describe(CounterHost.class, "script=return"))
                .environment("RENDER_API_KEY", services.render().apiKey())
                .environment("RENDER_SERVICE_ID", services.render().serviceId())
                .environment("RENDER_API_URL", services.render().apiUrl()));

        assertThat(jvm.awaitExit(START_LIMIT)).isZero();

        String cid = services.pinata().pins().get(0).cid();
        assertThat(jvm.output())
                .containsSubsequence(
                        "🌐 Backing up blockchain to IPFS...",
                        "✅ IPFS backup completed!",
                        "CID: " + cid,
                        "View at: " + services.pinata().gatewayUrl() + "/ipfs/" + cid,
                        "✅ IPFS CID saved for automatic restoration");
        assertThat(Path.of(hosts.file() + ".pointers"))
                .content()
                .contains("BACKUP_LATEST=1.1.", "PINATA_LATEST_CID=" + cid);
    }

    @Test
    void restoresFromIpfsAloneWhenTheOtherTwoAreEmpty() throws IOException {
        InProcessStart.save(allSettings(), 3);
        ForkedHosts.deleteAll(hosts.file().getParent());
        database.clear();

        ForkedJvm second = hosts.start(withAllSinks("script=return"));

        assertThat(NextStart.of(second).count()).isEqualTo(3);
        assertThat(second.awaitExit(START_LIMIT)).isZero();
        assertThat(services.pinata().pins()).as("all are kept").hasSize(2);
    }

    @Test
    void warnsOfAnUnconfiguredPinataAtEachBackup() {
        ForkedJvm jvm = hosts.start(CounterHost.class, "script=return");

        assertThat(jvm.awaitExit(START_LIMIT)).isZero();
        assertThat(jvm.output()).contains("⚠️ IPFS backup skipped: PINATA_API_KEY and PINATA_SECRET_KEY are not set");
    }

    @Test
    void doesNotTakeASilentPinataForEmpty() {
        services.pinata().always(Fault.silent());

        ForkedJvm jvm = hosts.start(
                services.withPinata(hosts.describe(CounterHost.class).environment("BACKUP_START_TIMEOUT", "3s")));

        assertThat(jvm.awaitExit(START_LIMIT)).isEqualTo(1);
        assertThat(jvm.output()).contains("RestoreRefusedException", "ipfs may hold one");
        assertThat(hosts.file()).doesNotExist();
    }

    private ForkedJvm.Builder withAllSinks(String... options) {
        String[] all = Arrays.copyOf(options, options.length + 1);
        all[options.length] = STATE;
        return database.configure(services.withPinata(hosts.describe(CounterHost.class, all)));
    }

    /** The settings of {@link #withAllSinks}, for a start in this JVM. */
    private Map<String, String> allSettings() {
        Map<String, String> settings = new HashMap<>(hosts.settings());
        settings.putAll(database.settings());
        settings.putAll(services.pinataSettings());
        return settings;
    }

    private long countOnAnEmptyDisk() throws IOException {
        ForkedHosts.deleteAll(hosts.file().getParent());
        return NextStart.of(allSettings()).count();
    }
}
