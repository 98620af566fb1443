package io.gracefulbackup.ipfs;

import static org.assertj.core.api.Assertions.assertThat;

import io.gracefulbackup.Deadline;
import io.gracefulbackup.spi.BackupSink;
import io.gracefulbackup.spi.SealedBackup;
import io.gracefulbackup.spi.SinkContext;
import io.gracefulbackup.spi.StoredBackup;
import io.gracefulbackup.testkit.ForwardingSink;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** The contract of sinks, where pinned files are fetched from a real IPFS node. */
@EnabledIfSystemProperty(
        named = "node",
        matches = "true",
        disabledReason = "needs Node and an npm registry: run with -Pnode")
final class IpfsNodeContractTest extends PinataContractTest {
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

    @Override
    protected Map<String, String> settings() {
        Map<String, String> settings = new HashMap<>(super.settings());
        settings.put("PINATA_GATEWAY", node.gatewayUrl());
        return settings;
    }

    @Override
    protected BackupSink open(SinkContext context) {
        return new Pinned(super.open(context));
    }

    @Override
    protected void damage(StoredBackup entry, UnaryOperator<byte[]> change) {
        Assumptions.abort("skipped: a node serves only bytes that match the CID");
    }

    @Override
    protected void corruptStorage() {
        Assumptions.abort("skipped: changed bytes never get to the node");
    }

    /** Copies every upload to the node, as it would get into the network. */
    private static final class Pinned extends ForwardingSink {
        Pinned(BackupSink sink) {
            super(sink);
        }

        @Override
        public StoredBackup store(SealedBackup backup, Deadline deadline) throws IOException {
            StoredBackup stored = super.store(backup, deadline);
            assertThat(node.add(new UploadBody(backup), 1)).isEqualTo(stored.location());
            return stored;
        }

        @Override
        public void delete(StoredBackup backup, Deadline deadline) throws IOException {
            super.delete(backup, deadline);
            node.remove(backup.location());
        }
    }
}
