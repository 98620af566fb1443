package io.gracefulbackup.ipfs;

import static org.assertj.core.api.Assertions.assertThat;

import io.gracefulbackup.spi.StoredBackup;
import io.gracefulbackup.testkit.fakes.FakePin.Api;
import io.gracefulbackup.testkit.fakes.FakePinata;
import io.gracefulbackup.testkit.fakes.Fault;
import io.gracefulbackup.testkit.fakes.PinataCall;
import io.gracefulbackup.testkit.internal.SyntheticBackup;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A backup is read back from a real IPFS node, under the CID that this project has computed. */
@EnabledIfSystemProperty(
        named = "node",
        matches = "true",
        disabledReason = "needs Node and an npm registry: run with -Pnode")
final class IpfsNodeTest extends SinkTest {
    private static final long CHUNK = 256 << 10;

    @TempDir
    private static Path directory;

    private static IpfsNode node;

    @BeforeAll
    static void startNode() throws IOException, InterruptedException {
        node = IpfsNode.start(directory);
    }

    @AfterAll
    static void stopNode() {
        node.close();
    }

    @ParameterizedTest
    @ValueSource(longs = {100, CHUNK - 1, CHUNK, CHUNK + 1, 1 << 20, (1 << 20) + 1, 174 * CHUNK, 174 * CHUNK + 1})
    void restoresFromTheGatewayOfANode(long size) throws IOException {
        SyntheticBackup backup = SyntheticBackup.of(1, size);
        context.set("PINATA_GATEWAY", node.gatewayUrl());
        PinataSink sink = withKeyPair();
        StoredBackup stored = pinned(sink, backup);

        assertThat(backup.size()).isEqualTo(size);
        assertThat(read(sink, list(sink).get(0))).isEqualTo(backup.bytes());
        assertThat(read(sink, StoredBackup.at(stored.location(), null))).isEqualTo(backup.bytes());
        assertThat(context.warnings()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(longs = {1000, CHUNK, CHUNK + 1, 1_500_000})
    void continuesAtTheNodeWhereAnotherGatewayBrokeOff(long broken) throws IOException {
        SyntheticBackup backup = SyntheticBackup.of(1, 2_000_000);
        context.set("PINATA_GATEWAY", pinata.gatewayUrl() + "," + node.gatewayUrl());
        PinataSink sink = withKeyPair();
        StoredBackup stored = pinned(sink, backup);
        pinata.next(1, Fault.cutResponseAfter(broken), PinataCall.DOWNLOAD)
                .always(Fault.empty(404), PinataCall.DOWNLOAD);

        assertThat(read(sink, stored)).isEqualTo(backup.bytes());
        assertThat(context.warnings()).isEmpty();
    }

    @Test
    void usesTheNodeWhenTheFirstGatewayServesWrongBytes() throws IOException {
        SyntheticBackup backup = SyntheticBackup.of(1, 2_000_000);
        try (FakePinata lying = FakePinata.start()) {
            lying.pin(Api.LEGACY, "copy", Map.of(), backup.newStream());
            lying.always(Fault.corruptBody(), PinataCall.DOWNLOAD);
            context.set("PINATA_GATEWAY", lying.gatewayUrl() + "," + node.gatewayUrl());
            PinataSink sink = withKeyPair();
            pinned(sink, backup);
            StoredBackup entry = list(sink).get(0);

            // The seal finds it damaged; the library fetches what is damaged twice before it believes that.
            assertThat(read(sink, entry)).isNotEqualTo(backup.bytes());
            assertThat(read(sink, entry)).isEqualTo(backup.bytes());
            assertThat(context.warnings()).singleElement().asString().contains("serves content that does not match");
        }
    }

    @Test
    void usesTheNodeWhenTheFirstGatewayServesAPage() throws IOException {
        SyntheticBackup backup = SyntheticBackup.of(1, 300_000);
        pinata.always(Fault.html(200), PinataCall.DOWNLOAD);
        context.set("PINATA_GATEWAY", pinata.gatewayUrl() + "," + node.gatewayUrl());
        PinataSink sink = withKeyPair();
        StoredBackup stored = pinned(sink, backup);

        assertThat(read(sink, StoredBackup.at(stored.location(), null))).isEqualTo(backup.bytes());
    }

    private static StoredBackup pinned(PinataSink sink, SyntheticBackup backup) throws IOException {
        StoredBackup stored = sink.store(backup, enough());
        assertThat(node.add(new UploadBody(backup), 1)).isEqualTo(stored.location());
        return stored;
    }
}
