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
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.TimeZone;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

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

    /** Makes the next statements of a kind fail. A sequence counts on when the transaction is rolled back. */
    private void failing(String table, String event, int times, String state) {
        PostgresServer.execute(
                url,
                "CREATE SEQUENCE failures",
                "CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF nextval('failures') <= " + times
                        + " THEN RAISE EXCEPTION 'made to fail' USING ERRCODE = '" + state
                        + "'; END IF; RETURN coalesce(NEW, OLD); END $$",
                "CREATE TRIGGER fail BEFORE " + event + " ON " + table + " FOR EACH ROW EXECUTE FUNCTION fail()");
    }

    @ParameterizedTest
    @CsvSource({"40001,4", "40001,1", "40P01,4"})
    void aStoreIsRepeatedThatMetAnotherTransaction(String state, int times) throws IOException {
        storeOne(APP, 1);
        failing("blockchain_backups", "INSERT", times, state);
        storeOne(APP, 2);
        assertThat(PostgresServer.value(url, "SELECT count(*) FROM blockchain_backups"))
                .isEqualTo(2L);
    }

    @ParameterizedTest
    @CsvSource({"40001,4", "40001,1", "40P01,4"})
    void aDeletionIsRepeatedThatMetAnotherTransaction(String state, int times) throws IOException {
        storeOne(APP, 1);
        failing("blockchain_backups", "DELETE", times, state);
        try (PostgresSink sink = TestSinks.open(APP, url)) {
            sink.delete(listed(sink).get(0), soon());
            assertThat(listed(sink)).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource({"40001,4", "40001,1", "40P01,4"})
    void aStepOfTheLeaseIsRepeatedThatMetAnotherTransaction(String state, int times) throws Exception {
        try (PostgresSink sink = TestSinks.open(APP, url);
                Lease lease = sink.lease("i1", Duration.ofSeconds(30))) {
            long epoch = lease.apply(new LeaseStep.Acquire(null, 6, null), soon())
                    .row()
                    .orElseThrow()
                    .epoch();
            failing("blockchain_backups_lease", "UPDATE", times, state);
            assertThat(lease.apply(new LeaseStep.Renew(epoch), soon()).done()).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"40001", "40P01"})
    void contentionThatDoesNotEndIsReportedAndMayPass(String state) throws IOException {
        storeOne(APP, 1);
        failing("blockchain_backups", "INSERT", 1_000_000, state);
        try (PostgresSink sink = TestSinks.open(APP, url)) {
            assertThatThrownBy(() -> sink.store(SyntheticBackup.of(APP, 2, 10), soon()))
                    .isInstanceOf(IOException.class)
                    .isNotInstanceOf(PermanentFailureException.class)
                    .hasMessageContaining("reports: ERROR: made to fail")
                    .hasMessageContaining("(SQLSTATE " + state + ")");
            assertThat(listed(sink)).hasSize(1);
        }
    }

    @Test
    void aPolicyOnThePartsOrTheLeaseIsAnErrorToo() throws Exception {
        try (PostgresSink sink = TestSinks.open(APP, url);
                Lease lease = sink.lease("i1", Duration.ofSeconds(30))) {
            sink.store(SyntheticBackup.of(APP, 1, 17 << 20), soon());
            assertThat(lease.apply(new LeaseStep.Acquire(null, 6, null), soon()).done())
                    .isTrue();
        }
        String other = role(
                "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role}",
                "ALTER TABLE blockchain_backups_parts ENABLE ROW LEVEL SECURITY",
                "ALTER TABLE blockchain_backups_lease ENABLE ROW LEVEL SECURITY");
        try (PostgresSink sink = TestSinks.open(APP, other);
                Lease lease = sink.lease("i2", Duration.ofSeconds(30))) {
            StoredBackup listed = listed(sink).get(0);
            assertHidden(() -> {
                try (InputStream in = sink.open(listed, soon())) {
                    in.read();
                }
            });
            assertHidden(() -> sink.store(SyntheticBackup.of(APP, 2, 10), soon()));
            assertHidden(() -> sink.delete(listed, soon()));
            assertHidden(() -> sink.probe(soon()));
            assertHidden(() -> lease.apply(new LeaseStep.Read(), soon()));
            assertHidden(() -> lease.apply(new LeaseStep.Renew(7), soon()));
        }
    }

    private static void assertHidden(ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOf(PermanentFailureException.class)
                .hasMessageContaining("row-level security that hides rows of blockchain_backups or its side tables")
                .hasMessageContaining("BYPASSRLS");
    }

    @Test
    void aPolicyIsRecognisedInAnyLanguage() {
        DatabaseUrl parsed = DatabaseUrl.parse(url, line -> {});
        String answer =
                "SFEHLER\0C42501\0MAnfrage würde von Policy für Sicherheit auf Zeilenebene betroffen\0Rcheck_enable_rls\0";
        assertThat(new Faults(parsed, Table.named("blockchain_backups"))
                        .explained(new PSQLException(new ServerErrorMessage(answer), false), soon()))
                .isInstanceOf(PermanentFailureException.class)
                .hasMessageContaining("DISABLE ROW LEVEL SECURITY");
    }

    @ParameterizedTest
    @ValueSource(strings = {"America/New_York", "Asia/Kathmandu", "Pacific/Apia"})
    void theZoneOfTheJvmDoesNotMatter(String zone) throws IOException {
        PostgresServer.execute(url, "ALTER DATABASE " + database() + " SET timezone = 'Australia/Lord_Howe'");
        TimeZone before = TimeZone.getDefault();
        try {
            TimeZone.setDefault(TimeZone.getTimeZone(zone));
            // Within the hour that New York's clocks repeat, within the one they skip, and on the day that Apia
            // skipped.
            for (String time : List.of(
                    "2026-11-01T05:30:00Z", "2026-11-01T06:30:00Z", "2026-03-08T07:30:00Z", "2011-12-30T12:00:00Z")) {
                Instant created = Instant.parse(time);
                SyntheticBackup bytes = SyntheticBackup.of(APP, created.getEpochSecond(), 10);
                var header = io.gracefulbackup.BackupHeader.builder(
                                APP, bytes.header().id(), new io.gracefulbackup.BackupVersion(1, 1))
                        .createdAt(created)
                        .build();
                try (PostgresSink sink = TestSinks.open(APP, url)) {
                    StoredBackup stored = sink.store(
                            new io.gracefulbackup.testkit.ForwardingBackup(bytes) {
                                @Override
                                public io.gracefulbackup.BackupHeader header() {
                                    return header;
                                }
                            },
                            soon());
                    TimeZone.setDefault(TimeZone.getTimeZone("Pacific/Chatham"));
                    assertThat(listed(sink).get(0).hint().orElseThrow().createdAt())
                            .isEqualTo(created);
                    sink.delete(stored, soon());
                    TimeZone.setDefault(TimeZone.getTimeZone(zone));
                }
            }
        } finally {
            TimeZone.setDefault(before);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"23503", "P0001", "55000"})
    void aDeletionThatIsRefusedDoesNotStopTheNext(String state) throws IOException {
        storeOne(APP, 1);
        storeOne(APP, 2);
        failing("blockchain_backups", "DELETE", 1, state);
        try (PostgresSink sink = TestSinks.open(APP, url)) {
            List<StoredBackup> both = listed(sink);
            assertThatThrownBy(() -> sink.delete(both.get(0), soon()))
                    .isNotInstanceOf(PermanentFailureException.class)
                    .hasMessageContaining("(SQLSTATE " + state + ")");
            sink.delete(both.get(1), soon());
            assertThat(listed(sink)).hasSize(1);
        }
    }

    @ParameterizedTest
    @CsvSource({"DATABASE {database},serializable", "DATABASE {database},repeatable read", "ROLE {role},serializable"})
    void instancesWorkSideBySideWhateverTheDefaultIs(String whose, String level) throws Exception {
        String own = role("GRANT CREATE, USAGE ON SCHEMA public TO {role}");
        PostgresServer.execute(
                url,
                "ALTER " + whose.replace("{database}", database()).replace("{role}", "unlike_" + database())
                        + " SET default_transaction_isolation = '" + level + "'");
        ExecutorService threads = Executors.newFixedThreadPool(5);
        try (PostgresSink first = TestSinks.open(APP, own);
                Lease lease = first.lease("i1", Duration.ofSeconds(30))) {
            long epoch = lease.apply(new LeaseStep.Acquire(null, 6, null), soon())
                    .row()
                    .orElseThrow()
                    .epoch();
            List<Future<Boolean>> all = new ArrayList<>();
            for (int instance = 0; instance < 4; instance++) {
                int from = 100 * instance;
                all.add(threads.submit(() -> {
                    try (PostgresSink sink = TestSinks.open(APP, own)) {
                        for (int n = 1; n <= 10; n++) {
                            StoredBackup stored = sink.store(
                                    SyntheticBackup.of(APP, from + n, 1000).under(epoch, "i1"), soon());
                            listed(sink);
                            if (n % 2 == 0) {
                                sink.delete(stored, soon());
                            }
                        }
                        return true;
                    }
                }));
            }
            all.add(threads.submit(() -> {
                for (int n = 0; n < 40; n++) {
                    assertThat(lease.apply(new LeaseStep.Renew(epoch), soon()).done())
                            .isTrue();
                }
                return true;
            }));
            for (Future<Boolean> one : all) {
                assertThat(one.get()).isTrue();
            }
            assertThat(listed(first)).hasSize(20);
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void tenThousandRowsAreListedAndDeletedFrom() throws IOException {
        storeOne(APP, 1_000_000);
        PostgresServer.execute(
                url,
                "INSERT INTO blockchain_backups (name, backup_data, application, backup_id, epoch, sequence, content_digest,"
                        + " sha256, size_bytes, state_bytes, snapshot_at, reason, instance, format) SELECT 'n', '\\x00',"
                        + " 'blockchain', md5(n::text), 1, n, '', '', 1, 1, now(), '', '', 1 FROM generate_series(1, 10000) n");
        try (PostgresSink sink = TestSinks.open(APP, url)) {
            long start = System.nanoTime();
            List<StoredBackup> all = listed(sink);
            Duration listing = Duration.ofNanos(System.nanoTime() - start);
            assertThat(all).hasSize(10_001);
            assertThat(all.get(0).hint().orElseThrow().sequence()).isEqualTo(1_000_000);
            start = System.nanoTime();
            for (StoredBackup old : all.subList(9_901, 10_001)) {
                sink.delete(old, soon());
            }
            Duration deleting = Duration.ofNanos(System.nanoTime() - start);
            System.out.println("10,001 rows: listed in " + listing.toMillis() + " ms, 100 deleted in "
                    + deleting.toMillis() + " ms");
            assertThat(listing).isLessThan(Duration.ofSeconds(5));
            assertThat(deleting).isLessThan(Duration.ofSeconds(20));
        }
    }
}
