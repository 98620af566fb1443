package io.gracefulbackup.examples.http;

import io.gracefulbackup.spi.BackupSink;
import io.gracefulbackup.spi.SinkContext;
import io.gracefulbackup.spi.StoredBackup;
import io.gracefulbackup.testkit.BackupSinkContract;
import java.io.IOException;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** The contract of sinks. */
class HttpSinkContractTest extends BackupSinkContract {
    private FileServer server;

    @BeforeEach
    void startServer() throws IOException {
        server = new FileServer();
    }

    @AfterEach
    void stopServer() {
        server.close();
    }

    @Override
    protected boolean canProtect() {
        return false;
    }

    // snippet: open
    @Override
    protected Map<String, String> settings() {
        return Map.of("BACKUP_HTTP_URL", server.url().toString(), "BACKUP_HTTP_TOKEN", FileServer.TOKEN);
    }

    @Override
    protected BackupSink open(SinkContext context) {
        return configured(new HttpSinkProvider(), context);
    }
    // end

    // snippet: hooks
    @Override
    protected void damage(StoredBackup entry, UnaryOperator<byte[]> change) {
        String path = server.url().resolve(entry.location()).getPath();
        server.files.put(path, change.apply(server.files.get(path)));
    }

    @Override
    protected void addForeignEntry() {
        server.files.put("/backups/index.html", new byte[10]);
        server.files.put("/backups/contract~notes.txt", new byte[10]);
    }

    @Override
    protected BackupSink openUnreachable() {
        BackupSink sink = open(contextWith(settings()));
        server.close();
        return sink;
    }

    @Override
    protected BackupSink openRefused() {
        return open(
                contextWith(Map.of("BACKUP_HTTP_URL", server.url().toString(), "BACKUP_HTTP_TOKEN", "not-to-be-seen")));
    }

    @Override
    protected void refuseWrites() {
        server.isReadOnly = true;
    }

    @Override
    protected Object contents() {
        return Set.copyOf(server.files.keySet());
    }

    @Override
    protected void corruptStorage() {
        server.flipsBits = true;
    }
    // end
}
