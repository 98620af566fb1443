package io.gracefulbackup.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.gracefulbackup.BackupId;
import io.gracefulbackup.Deadline;
import io.gracefulbackup.spi.Listing;
import io.gracefulbackup.spi.PermanentFailureException;
import io.gracefulbackup.spi.StoredBackup;
import io.gracefulbackup.spi.lease.Lease;
import io.gracefulbackup.spi.lease.LeaseStep;
import io.gracefulbackup.testkit.internal.SyntheticBackup;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Databases whose defaults, policies and answers differ from those of a fresh one. */
class UnlikeTheTestsTest {
    private static final String APP = "blockchain";

    private String url;

    @BeforeEach
    void createDatabase() {
        url = PostgresServer.shared().newDatabase();
    }

    private static Deadline soon() {
        return Deadline.after(Duration.ofSeconds(30));
    }

    private String database() {
        return url.substring(url.lastIndexOf('/') + 1);
    }

    private String role(String... statements) {
        String role = "unlike_" + database();
        PostgresServer.execute(url, "CREATE ROLE " + role + " LOGIN");
        for (String statement : statements) {
            PostgresServer.execute(url, statement.replace("{role}", role));
        }
        return url.replace("postgres@", role + "@");
    }

    private static List<StoredBackup> listed(PostgresSink sink) throws IOException {
        return ((Listing.Listed) sink.list(soon())).backups();
    }

    private void storeOne(String application, long sequence) throws IOException {
        try (PostgresSink sink = TestSinks.open(application, url)) {
            sink.store(SyntheticBackup.of(application, sequence, 1000), soon());
        }
    }

    private static void assertPermanent(String databaseUrl) throws Exception {
        try (PostgresSink sink = TestSinks.open(APP, databaseUrl);
                Lease lease = sink.lease("i1", Duration.ofSeconds(30))) {
            assertThat(catchThrowable(() -> sink.list(soon()))).isInstanceOf(PermanentFailureException.class);
            assertThat(catchThrowable(() -> sink.store(SyntheticBackup.of(APP, 9, 10), soon())))
                    .isInstanceOf(PermanentFailureException.class);
            assertThat(catchThrowable(() -> lease.apply(new LeaseStep.Read(), soon())))
                    .isInstanceOf(PermanentFailureException.class);
        }
    }

    @Test
    void aMissingDatabaseIsPermanent() throws Exception {
        assertPermanent(url.replace(database(), "no_such_database"));
    }

    @Test
    void aMissingRoleIsPermanent() throws Exception {
        assertPermanent(url.replace("postgres@", "nobody_of_that_name@"));
    }

    @Test
    void aServerWithoutTheTlsThatIsDemandedIsPermanent() throws Exception {
        assertPermanent(url + "?sslmode=require");
        assertPermanent(url + "?ssl=require");
    }

    @Test
    void aTableThatDoesNotFitIsPermanent() {
        PostgresServer.execute(url, "CREATE TABLE blockchain_backups (id int)");
        try (PostgresSink sink = TestSinks.open(APP, url)) {
            assertThatThrownBy(() -> sink.list(soon())).isInstanceOf(PermanentFailureException.class);
        }
    }

    @Test
    void aRoleThatIsReadOnlyByDefaultIsSaidByTheProbe() throws IOException {
        storeOne(APP, 1);
        PostgresServer.execute(url, "ALTER DATABASE " + database() + " SET default_transaction_read_only = on");
        try (PostgresSink sink = TestSinks.open(APP, url)) {
            assertThatThrownBy(() -> sink.probe(soon()))
                    .isInstanceOf(PermanentFailureException.class)
                    .hasMessageContaining("default_transaction_read_only");
            assertThat(listed(sink)).hasSize(1);
        }
    }

    @Test
    void aServerThatIsNotThereMayComeUp() {
        try (PostgresSink sink = TestSinks.open(APP, "postgres://u@localhost:1/d")) {
            assertThatThrownBy(() -> sink.list(soon())).isNotInstanceOf(PermanentFailureException.class);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"repeatable read", "serializable"})
    void transactionsAreReadCommittedWhateverTheDefaultIs(String level) throws Exception {
        PostgresServer.execute(
                url, "ALTER DATABASE " + database() + " SET default_transaction_isolation = '" + level + "'");
        try (var connection = PostgresServer.connect(url);
                var statement = connection.createStatement()) {
            String inside = Transaction.run(connection, soon(), () -> {
                try (var row = statement.executeQuery("SHOW transaction_isolation")) {
                    row.next();
                    return row.getString(1);
                }
            });
            assertThat(inside).isEqualTo("read committed");
        }
        storeOne(APP, 1);
        try (PostgresSink sink = TestSinks.open(APP, url)) {
            sink.probe(soon());
            sink.delete(listed(sink).get(0), soon());
            assertThat(listed(sink)).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"UPDATE", "USAGE", "none"})
    void anIdentityThatIsBehindDoesNotStopABackup(String privilege) throws IOException {
        for (int sequence = 1; sequence <= 4; sequence++) {
            storeOne(APP, sequence);
        }
        PostgresServer.execute(url, "ALTER TABLE blockchain_backups ALTER COLUMN id RESTART WITH 1");
        String role = role("GRANT SELECT, INSERT, DELETE ON blockchain_backups, blockchain_backups_parts TO {role}");
        if (!privilege.equals("none")) {
            PostgresServer.execute(
                    url,
                    "GRANT " + privilege + " ON SEQUENCE blockchain_backups_id_seq TO unlike_" + database(),
                    "GRANT USAGE ON SEQUENCE blockchain_backups_id_seq TO unlike_" + database());
        }
        try (PostgresSink sink = TestSinks.open(APP, role)) {
            sink.store(SyntheticBackup.of(APP, 5, 1000), soon());
            sink.store(SyntheticBackup.of(APP, 6, 1000), soon());
            assertThat(listed(sink)).hasSize(6);
        }
    }

    @Test
    void aPolicyThatHidesRowsFromAnotherRoleIsAnErrorAndNoEmptyList() throws IOException {
        storeOne(APP, 1);
        String other = role(
                "GRANT SELECT, INSERT, DELETE ON blockchain_backups, blockchain_backups_parts TO {role}",
                "ALTER TABLE blockchain_backups ENABLE ROW LEVEL SECURITY");
        try (PostgresSink sink = TestSinks.open(APP, other)) {
            assertThatThrownBy(() -> sink.list(soon()))
                    .isInstanceOf(PermanentFailureException.class)
                    .hasMessageContaining("row-level security");
        }
    }

    @Test
    void aPolicyThatIsForcedOnTheOwnerIsAnError() throws IOException {
        storeOne(APP, 1);
        String owner = role(
                "ALTER TABLE blockchain_backups OWNER TO {role}",
                "ALTER TABLE blockchain_backups ENABLE ROW LEVEL SECURITY",
                "ALTER TABLE blockchain_backups FORCE ROW LEVEL SECURITY");
        try (PostgresSink sink = TestSinks.open(APP, owner)) {
            assertThatThrownBy(() -> sink.list(soon())).hasMessageContaining("row-level security");
        }
    }

    @Test
    void aRoleThatBypassesPoliciesReads() throws IOException {
        storeOne(APP, 1);
        String other = role(
                "ALTER ROLE {role} BYPASSRLS",
                "GRANT SELECT, INSERT, DELETE ON blockchain_backups, blockchain_backups_parts TO {role}",
                "ALTER TABLE blockchain_backups ENABLE ROW LEVEL SECURITY");
        try (PostgresSink sink = TestSinks.open(APP, other)) {
            assertThat(listed(sink)).hasSize(1);
        }
    }

    @Test
    void theNewestOfEachOtherApplicationIsListedAndOpens() throws IOException {
        storeOne("one", 1);
        storeOne("one", 2);
        storeOne("two", 1);
        storeOne(APP, 5);
        try (PostgresSink sink = TestSinks.open(APP, " " + url + "\r\n")) {
            List<StoredBackup> others = sink.listOthers(soon());
            assertThat(others)
                    .extracting(other -> other.hint().orElseThrow().sequence())
                    .containsExactly(2L, 1L);
            try (InputStream in = sink.open(others.get(0), soon())) {
                assertThat(in.readAllBytes()).hasSize(1000);
            }
            assertThat(sink.place())
                    .contains("blockchain_backups of PostgreSQL at localhost")
                    .doesNotContain("postgres@");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"LATIN1", "EUC_JP", "SQL_ASCII"})
    void aNameThatTheEncodingLacksIsEscaped(String encoding) throws IOException {
        String name = database() + "_e";
        PostgresServer.execute(
                url,
                "CREATE DATABASE " + name + " ENCODING '" + encoding
                        + "' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0");
        url = url.replace(database(), name);
        var header = io.gracefulbackup.BackupHeader.builder(
                        APP,
                        new BackupId("0123456789abcdef0123456789abcdef"),
                        new io.gracefulbackup.BackupVersion(1, 1))
                .name("Käse 🧀")
                .build();
        SyntheticBackup bytes = SyntheticBackup.of(APP, 1, 100);
        try (PostgresSink sink = TestSinks.open(APP, url)) {
            sink.store(
                    new io.gracefulbackup.testkit.ForwardingBackup(bytes) {
                        @Override
                        public io.gracefulbackup.BackupHeader header() {
                            return header;
                        }
                    },
                    soon());
            assertThat(listed(sink)).hasSize(1);
        }
    }
}
