package io.gracefulbackup.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.gracefulbackup.Deadline;
import io.gracefulbackup.spi.Listing;
import io.gracefulbackup.spi.StoredBackup;
import io.gracefulbackup.spi.lease.Lease;
import io.gracefulbackup.spi.lease.LeaseStep;
import io.gracefulbackup.testkit.internal.SyntheticBackup;
import java.io.IOException;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a probe finds, and that probes, listings and deletions leave nothing behind. */
class StoreProbeTest {
    private static final String APP = "blockchain";
    private static final String TABLES = "blockchain_backups, blockchain_backups_parts";
    private static final AtomicInteger ROLES = new AtomicInteger();

    private final List<PostgresSink> opened = new ArrayList<>();
    private String url;

    @BeforeEach
    void createDatabase() {
        url = PostgresServer.shared().newDatabase();
    }

    @AfterEach
    void closeSinks() {
        opened.forEach(PostgresSink::close);
    }

    private PostgresSink open(String databaseUrl) {
        PostgresSink sink = TestSinks.open(APP, databaseUrl);
        opened.add(sink);
        return sink;
    }

    private static Deadline soon() {
        return Deadline.after(Duration.ofSeconds(60));
    }

    private static List<StoredBackup> listed(PostgresSink sink) throws IOException {
        return ((Listing.Listed) sink.list(soon())).backups();
    }

    /** Creates a role that owns nothing; returns its name. */
    private String role(String... statements) {
        String role = "probe_" + ROLES.incrementAndGet() + "_" + url.replaceFirst(".*/", "");
        PostgresServer.execute(url, "CREATE ROLE " + role + " LOGIN", "REVOKE CREATE ON SCHEMA public FROM public");
        for (String statement : statements) {
            PostgresServer.execute(url, statement.replace("{role}", role));
        }
        return role;
    }

    private String urlOf(String role) {
        return url.replace("postgres@", role + "@");
    }

    private Object relations() {
        return PostgresServer.value(
                url, "SELECT count(*) FROM pg_class WHERE relnamespace = to_regnamespace('public')");
    }

    @Test
    void probesAndListingsOfAnEmptyDatabaseCreateNothing() throws IOException {
        PostgresSink sink = open(url);

        sink.probe(soon());
        assertThat(listed(sink)).isEmpty();
        sink.probe(soon());

        assertThat(relations()).isEqualTo(0L);
    }

    @Test
    void aPreparationCreatesTheTablesOnce() throws IOException {
        PostgresSink sink = open(url);

        sink.prepare(soon());
        Object created = relations();
        open(url).prepare(soon());

        assertThat(created).isNotEqualTo(0L).isEqualTo(relations());
        assertThat(listed(sink)).isEmpty();
    }

    @Test
    void aStoreAfterAProbeCreatesTheTables() throws IOException {
        PostgresSink sink = open(url);
        sink.probe(soon());

        sink.store(SyntheticBackup.of(APP, 1, 1000), soon());

        assertThat(listed(sink)).hasSize(1);
    }

    @Test
    void deletingFromADatabaseWithoutTablesSucceedsAndCreatesNothing() throws IOException {
        open(url).delete(StoredBackup.at("blockchain_backups#1", null), soon());

        assertThat(relations()).isEqualTo(0L);
    }

    @Test
    void leavesRowsAndPartsAsTheyAre() throws IOException {
        PostgresSink sink = open(url);
        sink.store(SyntheticBackup.of(APP, 1, 1000), soon());
        sink.store(SyntheticBackup.of(APP, 2, 17 << 20), soon());
        List<StoredBackup> before = listed(sink);

        sink.probe(soon());

        assertThat(listed(open(url))).isEqualTo(before);
        assertThat(PostgresServer.value(url, "SELECT count(*) FROM blockchain_backups_parts"))
                .isEqualTo(17L);
    }

    @Test
    void refusesBadCredentials() {
        String role = role("ALTER ROLE {role} NOLOGIN");

        assertThatIOException()
                .isThrownBy(() -> open(urlOf(role)).probe(soon()))
                .withMessageContaining("refuses user \"" + role + "\"")
                .withMessageContaining("DATABASE_URL");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "SELECT         | SELECT, INSERT, DELETE | GRANT INSERT, DELETE ON \"blockchain_backups\" TO",
                "SELECT, INSERT | SELECT, INSERT, DELETE | GRANT DELETE ON \"blockchain_backups\" TO",
                "SELECT, DELETE | SELECT, INSERT, DELETE | GRANT INSERT ON \"blockchain_backups\" TO",
                "SELECT, INSERT, DELETE | SELECT, INSERT | GRANT DELETE ON \"blockchain_backups_parts\" TO",
                "SELECT, INSERT, DELETE | SELECT         | GRANT INSERT, DELETE ON \"blockchain_backups_parts\" TO",
            })
    void namesTheMissingPrivilege(String onRows, String onParts, String grant) throws IOException {
        PostgresServer.createTables(url);
        String role = role(
                "GRANT " + onRows + " ON blockchain_backups TO {role}",
                "GRANT " + onParts + " ON blockchain_backups_parts TO {role}");
        PostgresSink sink = open(urlOf(role));

        assertThatIOException()
                .isThrownBy(() -> sink.probe(soon()))
                .withMessageContaining("denies role \"" + role + "\"")
                .withMessageContaining("in blockchain_backups")
                .withMessageContaining(grant + " " + role);
        assertThat(listed(sink)).isEmpty();
    }

    @Test
    void passesWithThePrivilegesOfTheDocumentation() throws IOException {
        PostgresServer.createTables(url);
        String role = role("GRANT SELECT, INSERT, DELETE ON " + TABLES + " TO {role}");

        open(urlOf(role)).probe(soon());
    }

    @Test
    void namesTheMissingPrivilegeOnTheLease() throws IOException {
        PostgresServer.createTables(url);
        PostgresServer.execute(url, LeaseSchema.definition(Table.named("blockchain_backups")));
        String role = role(
                "GRANT SELECT, INSERT, DELETE ON " + TABLES + " TO {role}",
                "GRANT SELECT, INSERT ON blockchain_backups_lease TO {role}");
        PostgresSink sink = open(urlOf(role));
        sink.probe(soon());

        sink.lease("one", Duration.ofSeconds(15)).close();

        assertThatIOException()
                .isThrownBy(() -> sink.probe(soon()))
                .withMessageContaining("GRANT UPDATE ON \"blockchain_backups_lease\" TO " + role);
    }

    @Test
    void leavesTheLeaseAsItIs() throws IOException {
        PostgresSink sink = open(url);
        try (Lease lease = sink.lease("one", Duration.ofSeconds(15))) {
            sink.probe(soon());
            assertThat(relations()).isEqualTo(0L);
            lease.apply(new LeaseStep.Acquire(null, 0, null), soon());
            Object before = PostgresServer.query(url, "SELECT * FROM blockchain_backups_lease");

            sink.probe(soon());

            assertThat(PostgresServer.query(url, "SELECT * FROM blockchain_backups_lease"))
                    .isEqualTo(before);
        }
    }

    @Test
    void refusesATableThatDoesNotFit() {
        PostgresServer.execute(url, "CREATE TABLE blockchain_backups (id serial PRIMARY KEY, backup_data text)");

        assertThatIOException()
                .isThrownBy(() -> open(url).probe(soon()))
                .withMessageContaining("backup_data is text where bytea is needed")
                .withMessageContaining("Set BACKUP_TABLE to another name");
        assertThat(PostgresServer.value(url, "SELECT to_regclass('blockchain_backups_parts') IS NULL"))
                .isEqualTo(true);
    }

    @ParameterizedTest
    @CsvSource({
        "ALTER ROLE {role} SET default_transaction_read_only = on",
        "ALTER DATABASE {database} SET default_transaction_read_only = on"
    })
    void refusesARoleAndADatabaseThatAreReadOnly(String statement) throws IOException {
        PostgresServer.createTables(url);
        String role = role(
                "GRANT SELECT, INSERT, DELETE ON " + TABLES + " TO {role}",
                statement.replace("{database}", url.replaceFirst(".*/", "")));
        PostgresSink sink = open(urlOf(role));

        assertThatIOException()
                .isThrownBy(() -> sink.probe(soon()))
                .withMessageContaining("is read-only")
                .withMessageContaining("default_transaction_read_only is on for role \"" + role + "\"");
        assertThat(listed(sink)).isEmpty();
    }

    @Test
    void refusesAReadOnlyDatabaseWithoutTables() {
        String role = role(
                "GRANT CREATE ON SCHEMA public TO {role}", "ALTER ROLE {role} SET default_transaction_read_only = on");

        assertThatIOException()
                .isThrownBy(() -> open(urlOf(role)).probe(soon()))
                .withMessageContaining("cannot execute CREATE TABLE in a read-only transaction");
    }

    @Test
    void aTableThatTheRoleCannotSeeIsNotAnEmptyListing() throws IOException {
        open(url).store(SyntheticBackup.of(APP, 1, 1000), soon());
        String role = role(
                "GRANT SELECT, INSERT, DELETE ON " + TABLES + " TO {role}",
                "REVOKE USAGE ON SCHEMA public FROM public",
                "CREATE SCHEMA {role} AUTHORIZATION {role}");
        PostgresSink sink = open(urlOf(role));

        for (IoCall call : List.<IoCall>of(
                () -> sink.list(soon()),
                () -> sink.probe(soon()),
                () -> sink.store(SyntheticBackup.of(APP, 2, 1000), soon()))) {
            assertThatIOException()
                    .isThrownBy(call::run)
                    .withMessageContaining("table blockchain_backups exists in schema public, but role " + role)
                    .withMessageContaining("GRANT USAGE ON SCHEMA public TO " + role);
        }
    }

    @Test
    void aRoleThatMayUseNoSchemaProvesNothing() {
        String role = role("REVOKE USAGE ON SCHEMA public FROM public");

        assertThatIOException()
                .isThrownBy(() -> open(urlOf(role)).list(soon()))
                .withMessageContaining("role " + role + " may use no schema of its search_path");
    }

    @Test
    void aNamedSchemaThatTheRoleMayNotUseProvesNothing() {
        String role = role("CREATE SCHEMA ops");
        PostgresSink sink = TestSinks.open(
                TestSinks.context(APP, Map.of("DATABASE_URL", urlOf(role), "BACKUP_TABLE", "ops.backups")));
        opened.add(sink);

        assertThatIOException()
                .isThrownBy(() -> sink.list(soon()))
                .withMessageContaining("permission denied for schema ops");
    }

    @Test
    void theTableOfAnotherSchemaIsNotThisOne() throws IOException {
        PostgresServer.execute(url, "CREATE SCHEMA other", "CREATE TABLE other.blockchain_backups (id int)");

        PostgresSink sink = open(url);
        sink.probe(soon());

        assertThat(listed(sink)).isEmpty();
    }

    @Test
    void waitsForNoStoreAndDelaysNone() throws Exception {
        PostgresSink sink = open(url);
        sink.store(SyntheticBackup.of(APP, 1, 1000), soon());
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            List<Future<?>> calls = new ArrayList<>();
            for (int i = 0; i < 12; i++) {
                int number = i + 2;
                calls.add(threads.submit(() -> {
                    if (number % 2 == 0) {
                        sink.probe(soon());
                    } else {
                        sink.store(SyntheticBackup.of(APP, number, 1000), soon());
                    }
                    return number;
                }));
            }
            for (Future<?> call : calls) {
                call.get();
            }
        } finally {
            threads.shutdown();
        }
        assertThat(listed(sink)).hasSize(7);
    }

    @Test
    void passesWhileABackupIsBeingPublished() throws Exception {
        PostgresServer.createTables(url);
        try (Connection publisher = PostgresServer.connect(url);
                Statement statement = publisher.createStatement()) {
            publisher.setAutoCommit(false);
            new Orphans(Table.named("blockchain_backups"), APP).holdOff(publisher);
            statement.execute("LOCK TABLE blockchain_backups IN ROW EXCLUSIVE MODE");

            open(url).probe(soon());
        }
    }

    private interface IoCall {
        void run() throws IOException;
    }
}
