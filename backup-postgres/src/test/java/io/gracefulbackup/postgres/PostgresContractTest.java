package io.gracefulbackup.postgres;

import io.gracefulbackup.spi.BackupSink;
import io.gracefulbackup.spi.SinkContext;
import io.gracefulbackup.spi.StoredBackup;
import io.gracefulbackup.testkit.BackupSinkContract;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;

/** The contract of sinks, with a real server. */
class PostgresContractTest extends BackupSinkContract {
    private String url;

    @BeforeEach
    void createDatabase() {
        url = PostgresServer.shared().newDatabase();
    }

    @Override
    protected Map<String, String> settings() {
        return Map.of("DATABASE_URL", url);
    }

    @Override
    protected BackupSink open(SinkContext context) {
        return configured(new PostgresSinkProvider(), context);
    }

    @Override
    protected void damage(StoredBackup entry, UnaryOperator<byte[]> change) {
        String row =
                " WHERE id = " + entry.location().substring(entry.location().indexOf('#') + 1);
        byte[] held = (byte[]) PostgresServer.value(url, "SELECT backup_data FROM blockchain_backups" + row);
        String changed = HexFormat.of().formatHex(change.apply(held));
        PostgresServer.execute(url, "UPDATE blockchain_backups SET backup_data = '\\x" + changed + "'" + row);
    }

    @Override
    protected boolean canListOthers() {
        return true;
    }

    /** Parts of an interrupted upload, which no row names. */
    @Override
    protected void addForeignEntry() {
        PostgresServer.execute(
                url,
                "INSERT INTO blockchain_backups_parts (application, upload, no, data)"
                        + " VALUES ('contract', gen_random_uuid(), 0, '\\x00')");
    }

    @Override
    protected BackupSink openUnreachable() {
        return open(contextWith(Map.of("DATABASE_URL", "postgresql://postgres:not-to-be-seen@localhost:1/backups")));
    }

    @Override
    protected BackupSink openRefused() {
        PostgresServer.execute(url, "DROP ROLE IF EXISTS refused", "CREATE ROLE refused NOLOGIN");
        return open(contextWith(Map.of("DATABASE_URL", url.replace("postgres@", "refused:not-to-be-seen@"))));
    }

    @Override
    protected void refuseWrites() {
        PostgresServer.execute(
                url, "ALTER DATABASE " + url.replaceFirst(".*/", "") + " SET default_transaction_read_only = on");
    }

    /** All tables, and the rows of ours. */
    @Override
    protected Object contents() {
        List<Object> contents = new ArrayList<>(PostgresServer.query(
                url, "SELECT relname FROM pg_class WHERE relnamespace = to_regnamespace('public') ORDER BY 1"));
        if (!contents.isEmpty()) {
            contents.add(PostgresServer.query(url, "SELECT id, backup_id, sha256 FROM blockchain_backups ORDER BY id"));
            contents.add(PostgresServer.query(url, "SELECT upload, no FROM blockchain_backups_parts ORDER BY 1, 2"));
        }
        return contents;
    }

    @Override
    protected void corruptStorage() {
        PostgresServer.execute(
                url,
                "CREATE FUNCTION flip() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.backup_data :="
                        + " set_byte(NEW.backup_data, 100, 255 - get_byte(NEW.backup_data, 100)); RETURN NEW; END $$",
                "CREATE TRIGGER flip BEFORE INSERT ON blockchain_backups FOR EACH ROW EXECUTE FUNCTION flip()");
    }
}
