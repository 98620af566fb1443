package io.gracefulbackup.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gracefulbackup.Deadline;
import io.gracefulbackup.spi.Listing;
import io.gracefulbackup.spi.StoredBackup;
import io.gracefulbackup.testkit.TestSinkContext;
import io.gracefulbackup.testkit.internal.Poll;
import io.gracefulbackup.testkit.internal.SyntheticBackup;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Tables that are missing, foreign, older, newer, or not ours to create. */
class SchemaTest {
    private static final String SEED_TABLE = """
            CREATE TABLE blockchain_backups (
              id serial PRIMARY KEY, name varchar(200), filename varchar(200) NOT NULL, backup_data text,
              created_by varchar(80) NOT NULL, created_at timestamp DEFAULT now())""";

    private static final AtomicInteger ROLES = new AtomicInteger();

    private final PostgresServer server = PostgresServer.shared();
    private String url;

    @BeforeEach
    void emptyDatabase() {
        url = server.emptyDatabase();
    }

    private static Deadline soon() {
        return Deadline.after(Duration.ofSeconds(60));
    }

    private TestSinkContext context(String databaseUrl, String table) {
        return TestSinks.context("app", Map.of("DATABASE_URL", databaseUrl, "BACKUP_TABLE", table));
    }

    private PostgresSink open(String databaseUrl, String table) {
        return TestSinks.open(context(databaseUrl, table));
    }

    private void storesAndReadsBack(PostgresSink sink) throws IOException {
        for (int size : List.of(1000, 17 << 20)) {
            SyntheticBackup backup = SyntheticBackup.of("app", size, size);
            StoredBackup stored = sink.store(backup, soon());
            try (InputStream in = sink.open(stored, soon())) {
                assertThat(SyntheticBackup.sha256(in)).isEqualTo(backup.sha256());
            }
        }
        assertThat(((Listing.Listed) sink.list(soon())).backups()).hasSize(2);
    }

    /** Creates a role with these rights only; returns its URL. */
    private String role(String... grants) {
        String role = "role_" + ROLES.incrementAndGet();
        PostgresServer.execute(url, "CREATE ROLE " + role + " LOGIN", "REVOKE CREATE ON SCHEMA public FROM public");
        for (String grant : grants) {
            PostgresServer.execute(url, grant + " TO " + role);
        }
        return url.replace("postgres@", role + "@");
    }

    @Test
    void createsTheTablesOnceWhenManyInstancesStore() throws Exception {
        int instances = 8;
        CyclicBarrier together = new CyclicBarrier(instances);
        ExecutorService threads = Executors.newFixedThreadPool(instances);
        try {
            List<Future<StoredBackup>> stores = new ArrayList<>();
            for (int i = 0; i < instances; i++) {
                int number = i;
                stores.add(threads.submit(() -> {
                    try (PostgresSink sink = open(url, "blockchain_backups")) {
                        together.await();
                        return sink.store(SyntheticBackup.of("app", number, 10), soon());
                    }
                }));
            }
            for (Future<StoredBackup> stored : stores) {
                assertThat(stored.get().location()).startsWith("blockchain_backups#");
            }
        } finally {
            threads.shutdown();
        }
    }

    @Test
    void doesNotRepeatTheMigrationOfAnotherInstance() throws Exception {
        Table table = Table.named("blockchain_backups");
        String lock = "(hashtext('graceful-backup schema ' || '" + table.rows() + "'))";
        try (Connection other = PostgresServer.connect(url);
                Statement statement = other.createStatement();
                Connection waiting = PostgresServer.connect(url)) {
            statement.execute("SELECT pg_advisory_lock" + lock);
            CompletableFuture<Void> ensured = CompletableFuture.runAsync(() -> {
                try {
                    new Schema(table).ensure(waiting, soon());
                } catch (IOException | SQLException e) {
                    throw new AssertionError(e);
                }
            });
            Poll.until(
                    () -> PostgresServer.value(
                                    url, "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")
                            .equals(1L),
                    Duration.ofSeconds(30),
                    () -> "the other connection waits for the lock");
            for (String sql : Migration.after(0, Migration.ALL, table)) {
                statement.execute(sql);
            }
            // Would be undone by a repetition.
            statement.execute("ALTER TABLE blockchain_backups ALTER COLUMN backup_data SET STORAGE EXTENDED");
            statement.execute("SELECT pg_advisory_unlock" + lock);
            ensured.join();
        }
        assertThat(PostgresServer.value(
                        url,
                        "SELECT attstorage::text FROM pg_attribute WHERE attname = 'backup_data'"
                                + " AND attrelid = 'blockchain_backups'::regclass"))
                .isEqualTo("x");
    }

    @Test
    void keepsSealedBytesUncompressedAndTheTablesVacuumed() throws IOException {
        try (PostgresSink sink = open(url, "blockchain_backups")) {
            sink.store(SyntheticBackup.of("app", 1, 10), soon());
        }
        assertThat(
                        PostgresServer.query(
                                url,
                                "SELECT attrelid::regclass::text t, attstorage::text s FROM pg_attribute"
                                        + " WHERE attname IN ('data', 'backup_data') AND attrelid::regclass::text LIKE 'blockchain%'"))
                .hasSize(2)
                .allSatisfy(row -> assertThat(row).containsEntry("s", "e"));
        assertThat(PostgresServer.value(
                        url, "SELECT reloptions::text FROM pg_class WHERE relname = 'blockchain_backups_parts'"))
                .asString()
                .contains("autovacuum_vacuum_scale_factor=0");
    }

    @Test
    void usesTheNamedSchema() throws IOException {
        url = server.newDatabase();
        PostgresServer.execute(url, "CREATE SCHEMA \"Ops\"");
        try (PostgresSink sink = open(url, "Ops.Select")) {
            storesAndReadsBack(sink);
        }
        assertThat(PostgresServer.value(url, "SELECT count(*) FROM \"Ops\".\"Select\""))
                .isEqualTo(2L);
    }

    @Test
    void reportsAMissingSchema() {
        try (PostgresSink sink = open(url, "nowhere.backups")) {
            assertThatThrownBy(() -> sink.list(soon()))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("no schema for BACKUP_TABLE nowhere.backups");
        }
    }

    @Test
    void leavesTheTableOfTheSeedsOwnProgramAlone() {
        PostgresServer.execute(
                url,
                SEED_TABLE,
                "INSERT INTO blockchain_backups (filename, created_by, backup_data) VALUES ('f', 'me', 'x')");
        try (PostgresSink sink = open(url, "blockchain_backups")) {
            assertThatThrownBy(() -> sink.list(soon()))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("backup_data is text where bytea is needed")
                    .hasMessageContaining("requires filename, created_by")
                    .hasMessageContaining("lacks upload, application, backup_id")
                    .hasMessageContaining("Set BACKUP_TABLE to another name");
            assertThatThrownBy(() -> sink.store(SyntheticBackup.of("app", 1, 10), soon()))
                    .hasMessageContaining("BACKUP_TABLE");
        }
        assertThat(PostgresServer.query(url, "SELECT * FROM blockchain_backups"))
                .singleElement()
                .satisfies(
                        row -> assertThat(row).containsEntry("backup_data", "x").hasSize(6));
        assertThat(PostgresServer.value(url, "SELECT to_regclass('blockchain_backups_parts') IS NULL"))
                .isEqualTo(true);
    }

    @Test
    void namesTheRightThatIsMissingToCreateTheTable() throws IOException {
        try (PostgresSink sink = open(role("GRANT USAGE ON SCHEMA public"), "blockchain_backups")) {
            assertThat(sink.list(soon())).isEqualTo(Listing.of(List.of()));
            for (ThrowingCallable call : List.<ThrowingCallable>of(
                    () -> sink.probe(soon()), () -> sink.store(SyntheticBackup.of("app", 1, 10), soon()))) {
                assertThatThrownBy(call)
                        .isInstanceOf(IOException.class)
                        .hasMessageContaining("table blockchain_backups does not exist, and role role_")
                        .hasMessageContaining("GRANT CREATE ON SCHEMA");
            }
        }
    }

    @Test
    void worksWithoutTheRightToCreateWhenTheTablesAreThere() throws Exception {
        createAsTheDocumentationSays();
        String restricted = role(
                "GRANT USAGE ON SCHEMA public",
                "GRANT SELECT, INSERT, DELETE ON blockchain_backups, blockchain_backups_parts");
        try (PostgresSink sink = open(restricted, "blockchain_backups")) {
            storesAndReadsBack(sink);
            for (StoredBackup stored : ((Listing.Listed) sink.list(soon())).backups()) {
                sink.delete(stored, soon());
            }
        }
    }

    @Test
    void worksWithFittingTablesThatLostTheirNumber() throws Exception {
        createAsTheDocumentationSays();
        PostgresServer.execute(url, "COMMENT ON TABLE blockchain_backups_parts IS NULL");
        String restricted = role(
                "GRANT USAGE ON SCHEMA public",
                "GRANT SELECT, INSERT, DELETE ON blockchain_backups, blockchain_backups_parts");
        try (PostgresSink sink = open(restricted, "blockchain_backups")) {
            storesAndReadsBack(sink);
        }
    }

    @Test
    void namesTheRightThatIsMissingToStore() throws Exception {
        createAsTheDocumentationSays();
        String restricted =
                role("GRANT USAGE ON SCHEMA public", "GRANT SELECT ON blockchain_backups, blockchain_backups_parts");
        try (PostgresSink sink = open(restricted, "blockchain_backups")) {
            assertThat(sink.list(soon())).isEqualTo(Listing.of(List.of()));
            assertThatThrownBy(() -> sink.store(SyntheticBackup.of("app", 1, 10), soon()))
                    .hasMessageContaining("GRANT SELECT, INSERT, DELETE ON \"blockchain_backups\"");
        }
    }

    @Test
    void createsATableThatWasDroppedWhileTheApplicationRan() throws IOException {
        TestSinkContext context = context(url, "blockchain_backups");
        try (PostgresSink sink = TestSinks.open(context)) {
            sink.store(SyntheticBackup.of("app", 0, 10), soon());
            PostgresServer.execute(url, "DROP TABLE blockchain_backups", "DROP TABLE blockchain_backups_parts");
            storesAndReadsBack(sink);
            PostgresServer.execute(url, "DROP TABLE blockchain_backups_parts");
            sink.store(SyntheticBackup.of("app", 3, 17 << 20), soon());
        }
        assertThat(context.warnings())
                .hasSize(2)
                .allMatch(line -> line.contains("blockchain_backups was dropped while the application ran"));
    }

    @Test
    void migratesAnOlderTableAndWorksOnANewerOne() throws Exception {
        Table table = Table.named("blockchain_backups");
        List<Migration> newer = new ArrayList<>(Migration.ALL);
        newer.add(new Migration(2, List.of("ALTER TABLE {rows} ADD COLUMN IF NOT EXISTS note text DEFAULT 'none'")));
        try (Connection connection = PostgresServer.connect(url);
                PostgresSink older = open(url, "blockchain_backups")) {
            older.store(SyntheticBackup.of("app", 1, 10), soon());
            new Schema(table, newer).ensure(connection, soon());
            assertThat(PostgresServer.value(url, "SELECT obj_description('blockchain_backups_parts'::regclass)"))
                    .isEqualTo("Graceful Backup, schema 2");
            assertThat(PostgresServer.value(url, "SELECT note FROM blockchain_backups"))
                    .isEqualTo("none");
        }
        try (PostgresSink older = open(url, "blockchain_backups")) {
            older.store(SyntheticBackup.of("app", 2, 10), soon());
            assertThat(((Listing.Listed) older.list(soon())).backups()).hasSize(2);
        }
        assertThat(PostgresServer.value(url, "SELECT obj_description('blockchain_backups_parts'::regclass)"))
                .isEqualTo("Graceful Backup, schema 2");
    }

    @Test
    void theQueriesInTheDocumentationRun() throws Exception {
        createAsTheDocumentationSays();
        String readme = Files.readString(Path.of("README.md"));
        int start = readme.lastIndexOf("```sql") + "```sql".length();
        PostgresServer.execute(url, readme.substring(start, readme.indexOf("```", start)));
    }

    /** The documentation's statements are the ones that are run. */
    private void createAsTheDocumentationSays() throws IOException {
        String readme = Files.readString(Path.of("README.md"));
        List<String> statements = Migration.after(0, Migration.ALL, Table.named("blockchain_backups"));
        assertThat(readme).contains(String.join(";\n", statements) + ";");
        PostgresServer.execute(url, statements.toArray(String[]::new));
    }
}
