package io.gracefulbackup.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.gracefulbackup.BackupHeader;
import io.gracefulbackup.Deadline;
import io.gracefulbackup.spi.Listing;
import io.gracefulbackup.spi.SealedBackup;
import io.gracefulbackup.spi.StoredBackup;
import io.gracefulbackup.testkit.ForwardingBackup;
import io.gracefulbackup.testkit.SealedBackups;
import io.gracefulbackup.testkit.internal.SyntheticBackup;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The sink without faults. */
class PostgresSinkTest {
    private static final String APP = "blockchain";
    private static final int MIB = 1 << 20;

    private String url;
    private PostgresSink sink;

    @BeforeEach
    void openSink() {
        url = PostgresServer.shared().emptyDatabase();
        sink = sinkOf(APP);
    }

    @AfterEach
    void closeSink() {
        sink.close();
    }

    private PostgresSink sinkOf(String application) {
        return TestSinks.open(application, url);
    }

    private static Deadline soon() {
        return Deadline.after(Duration.ofSeconds(60));
    }

    private static List<StoredBackup> listed(PostgresSink sink) throws IOException {
        return ((Listing.Listed) sink.list(soon())).backups();
    }

    private String read(StoredBackup stored) throws IOException {
        try (InputStream in = sink.open(stored, soon())) {
            return SyntheticBackup.sha256(in);
        }
    }

    @ParameterizedTest
    @ValueSource(
            ints = {
                0,
                1,
                45_000,
                (1 << 16) - 1,
                1 << 16,
                (1 << 16) + 1,
                MIB - 1,
                MIB,
                MIB + 1,
                16 * MIB - 1,
                16 * MIB,
                16 * MIB + 1,
                17 * MIB,
                17 * MIB + 1,
                34 * MIB
            })
    void returnsTheStoredBytes(int size) throws IOException {
        SyntheticBackup backup = SyntheticBackup.of(APP, 1, size);
        StoredBackup stored = sink.store(backup, soon());

        assertThat(read(stored)).isEqualTo(backup.sha256());
        assertThat(listed(sink))
                .containsExactly(
                        StoredBackup.at(stored.location(), stored.hint().orElseThrow()));
        assertThat(stored.hint()).contains(StoredBackup.Hint.of(backup.header(), size));
    }

    @Test
    void reportsTheLinesForTheOperator() throws IOException {
        assertThat(sink.store(SyntheticBackup.of(APP, 1, 10), soon()).lines())
                .containsExactly("✅ Database backup completed: Auto-backup - 14/01/2026 15:30:45");
        assertThat(sink.detectedLine()).isEqualTo("✓ PostgreSQL database detected");
        assertThat(sink.title()).isEqualTo("Database");
        assertThat(sink.name()).isEqualTo("postgres");
    }

    @Test
    void runsAgainstTheExpectedVersion() {
        String major = System.getProperty("postgres.major", "18");
        assertThat(PostgresServer.value(url, "SHOW server_version")).asString().startsWith(major + ".");
    }

    @Test
    void listsNothingWhenItIsEmpty() throws IOException {
        assertThat(listed(sink)).isEmpty();
    }

    @Test
    void listsTheNewestFirst() throws IOException {
        for (long sequence : List.of(2L, 3L, 1L)) {
            sink.store(SyntheticBackup.of(APP, sequence, 100), soon());
        }
        assertThat(listed(sink))
                .extracting(stored -> stored.hint().orElseThrow().sequence())
                .containsExactly(3L, 2L, 1L);
    }

    @Test
    void answersTheMonitoringQueriesOfTheSeed() throws IOException {
        sink.store(SyntheticBackup.of(APP, 1, 45_000), soon());
        SyntheticBackup newest = SyntheticBackup.of(APP, 2, 55_000);
        sink.store(newest, soon());

        List<Map<String, Object>> rows = PostgresServer.query(url, """
                SELECT id, name, created_at, LENGTH(backup_data) as size
                FROM blockchain_backups
                ORDER BY created_at DESC
                LIMIT 10;""");
        assertThat(rows).extracting(row -> row.get("size")).containsExactly(55_000, 45_000);
        assertThat(rows).extracting(row -> row.get("id")).containsExactly(2L, 1L);
        assertThat(PostgresServer.query(
                        url, "SELECT name, created_at FROM blockchain_backups ORDER BY created_at DESC LIMIT 1;"))
                .extracting(row -> row.get("name"))
                .containsExactly(newest.header().name());
        assertThat(PostgresServer.query(url, """
                                SELECT
                                    COUNT(*) as backup_count,
                                    AVG(LENGTH(backup_data)) as avg_size_bytes,
                                    MAX(created_at) as latest_backup
                                FROM blockchain_backups;""").get(0)).containsEntry("backup_count", 2L);
    }

    @Test
    void keepsWhatTheCatalogueNeedsForAnySize() throws IOException {
        SyntheticBackup small = SyntheticBackup.of(APP, 7, 10);
        SyntheticBackup large = SyntheticBackup.of(APP, 8, 17 * MIB);
        sink.store(small, soon());
        sink.store(large, soon());

        for (SyntheticBackup backup : List.of(small, large)) {
            assertThat(PostgresServer.query(
                                    url,
                                    "SELECT * FROM blockchain_backups WHERE backup_id = '"
                                            + backup.header().id() + "'")
                            .get(0))
                    .containsEntry("application", APP)
                    .containsEntry("sequence", backup.header().sequence())
                    .containsEntry("size_bytes", backup.size())
                    .containsEntry("state_bytes", backup.stateBytes())
                    .containsEntry("sha256", backup.sha256())
                    .containsEntry("content_digest", backup.contentDigest())
                    .containsEntry("reason", "SIGTERM")
                    .containsEntry("fork", false)
                    .containsEntry("protected", false);
        }
        assertThat(PostgresServer.value(url, "SELECT count(*) FROM blockchain_backups WHERE backup_data IS NULL"))
                .isEqualTo(1L);
        assertThat(PostgresServer.value(url, "SELECT count(*) FROM blockchain_backups_parts"))
                .isEqualTo(17L);
    }

    @Test
    void describesABackupAsItsHeaderDoes() throws IOException {
        try (SealedBackups sealed = SealedBackups.of(APP, "a key for the tests of the columns")) {
            SealedBackup parent = sealed.next(10);
            SealedBackup backup = sealed.next(20);
            sink.store(parent, soon());
            sink.store(backup, soon());
            BackupHeader header = backup.header();

            assertThat(PostgresServer.query(
                                    url, "SELECT * FROM blockchain_backups WHERE backup_id = '" + header.id() + "'")
                            .get(0))
                    .containsEntry("name", header.name())
                    .containsEntry("epoch", header.epoch())
                    .containsEntry("sequence", header.sequence())
                    .containsEntry("parent_id", parent.header().id().value())
                    .containsEntry("reason", header.reason())
                    .containsEntry("site", header.site().orElse(null))
                    .containsEntry("instance", header.instance())
                    .containsEntry("format", 1)
                    .hasEntrySatisfying(
                            "snapshot_at",
                            at -> assertThat(((Timestamp) at).toInstant())
                                    .isCloseTo(header.createdAt(), within(1, ChronoUnit.MICROS)));
        }
    }

    @Test
    void datesARowByTheServersClockWhenItIsPublished() throws IOException {
        Object before = PostgresServer.value(url, "SELECT clock_timestamp()::text");
        try (SealedBackups sealed = SealedBackups.of(APP, "a key for the tests of the columns")) {
            SealedBackup backup = sealed.next(10);
            PostgresServer.value(url, "SELECT true FROM pg_sleep(0.01)");
            sink.store(backup, soon());
        }
        assertThat(PostgresServer.value(
                        url,
                        "SELECT created_at BETWEEN '" + before + "' AND clock_timestamp() AND created_at > snapshot_at"
                                + " FROM blockchain_backups"))
                .isEqualTo(true);
    }

    @Test
    void isOnDiskWhenStoredEvenWithAsynchronousCommit() throws IOException {
        closeSink();
        url = PostgresServer.shared().newDatabase();
        PostgresServer.execute(
                url, "ALTER DATABASE " + url.substring(url.lastIndexOf('/') + 1) + " SET synchronous_commit = off");
        sink = sinkOf(APP);
        PostgresServer.createTables(url);
        PostgresServer.execute(
                url,
                """
                CREATE FUNCTION deny() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
                  IF current_setting('synchronous_commit') <> 'on' THEN RAISE 'not synchronous'; END IF;
                  RETURN NEW; END $$""",
                "CREATE TRIGGER deny BEFORE INSERT ON blockchain_backups FOR EACH ROW EXECUTE FUNCTION deny()",
                "CREATE TRIGGER deny BEFORE INSERT ON blockchain_backups_parts FOR EACH ROW EXECUTE FUNCTION deny()");
        for (int size : List.of(1000, 17 * MIB)) {
            sink.store(SyntheticBackup.of(APP, size, size), soon());
        }
        assertThat(listed(sink)).hasSize(2);
    }

    @Test
    void storingAStoredBackupAgainSucceeds() throws IOException {
        for (int size : List.of(1000, 17 * MIB)) {
            SyntheticBackup backup = SyntheticBackup.of(APP, 1, size);
            StoredBackup first = sink.store(backup, soon());
            assertThat(sink.store(backup, soon()).location()).isEqualTo(first.location());
        }
        assertThat(listed(sink)).hasSize(2);
    }

    @Test
    void doesNotReportADamagedBackupOfTheSameIdAsStored() throws IOException {
        SyntheticBackup small = SyntheticBackup.of(APP, 1, 1000);
        SyntheticBackup large = SyntheticBackup.of(APP, 2, 17 * MIB);
        sink.store(small, soon());
        sink.store(large, soon());
        PostgresServer.execute(
                url,
                "UPDATE blockchain_backups SET backup_data = overlay(backup_data PLACING '\\x00ff' FROM 100)",
                "UPDATE blockchain_backups_parts SET data = overlay(data PLACING '\\x00ff' FROM 100) WHERE no = 5");

        for (SyntheticBackup backup : List.of(small, large)) {
            assertThatThrownBy(() -> sink.store(backup, soon()))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("holds other bytes than it was given");
        }
    }

    @Test
    void refusesBytesWithAnotherDigest() throws IOException {
        for (long size : List.of(1000L, 17L * MIB)) {
            SyntheticBackup backup = SyntheticBackup.of(APP, 1, size);
            SealedBackup wrong = new ForwardingBackup(backup) {
                @Override
                public String sha256() {
                    return "0".repeat(64);
                }
            };
            assertThatThrownBy(() -> sink.store(wrong, soon())).isInstanceOf(IOException.class);
        }
        assertThat(listed(sink)).isEmpty();
        assertThat(PostgresServer.value(url, "SELECT count(*) FROM blockchain_backups_parts"))
                .isEqualTo(0L);
    }

    @Test
    void keepsApplicationsApart() throws IOException {
        try (PostgresSink other = sinkOf("'; DROP TABLE blockchain_backups; --")) {
            StoredBackup mine = sink.store(SyntheticBackup.of(APP, 1, 1000), soon());
            StoredBackup theirs = other.store(SyntheticBackup.of("other", 1, 1000), soon());

            assertThat(listed(sink)).extracting(StoredBackup::location).containsExactly(mine.location());
            assertThat(listed(other)).extracting(StoredBackup::location).containsExactly(theirs.location());
            sink.delete(theirs, soon());
            assertThat(listed(other)).hasSize(1);
            assertThatThrownBy(() -> sink.open(theirs, soon())).hasMessageContaining("is gone");
        }
    }

    @Test
    void deletesARowWithItsPartsAndIsIdempotent() throws IOException {
        StoredBackup small = sink.store(SyntheticBackup.of(APP, 1, 1000), soon());
        StoredBackup large = sink.store(SyntheticBackup.of(APP, 2, 17 * MIB), soon());
        for (StoredBackup stored : List.of(small, large, small, large)) {
            sink.delete(stored, soon());
        }
        assertThat(listed(sink)).isEmpty();
        assertThat(PostgresServer.value(url, "SELECT count(*) FROM blockchain_backups_parts"))
                .isEqualTo(0L);
    }

    @Test
    void doesNotDeleteProtectedBackups() throws IOException {
        StoredBackup stored = sink.store(SyntheticBackup.of(APP, 1, 1000), soon());
        PostgresServer.execute(url, "UPDATE blockchain_backups SET protected = true");
        assertThatThrownBy(() -> sink.delete(stored, soon())).hasMessageContaining("is protected");
        assertThat(listed(sink)).hasSize(1);
    }

    @Test
    void refusesALocationThatIsNotItsOwn() {
        for (String location : List.of("blockchain_backups#1; DROP TABLE x", "other#1", "blockchain_backups#", "1")) {
            assertThatThrownBy(() -> sink.open(StoredBackup.at(location, null), soon()))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("expected blockchain_backups#<id>");
        }
    }

    @Test
    void returnsDamagedBytesAsStored() throws IOException {
        StoredBackup cut = sink.store(SyntheticBackup.of(APP, 1, 1000), soon());
        StoredBackup gap = sink.store(SyntheticBackup.of(APP, 2, 40 * MIB), soon());
        StoredBackup empty = sink.store(SyntheticBackup.of(APP, 3, 17 * MIB), soon());
        PostgresServer.execute(
                url,
                "UPDATE blockchain_backups SET backup_data = substring(backup_data FROM 1 FOR 900) WHERE sequence = 1",
                "DELETE FROM blockchain_backups_parts p USING blockchain_backups b"
                        + " WHERE p.upload = b.upload AND b.sequence = 2 AND no = 20",
                "DELETE FROM blockchain_backups_parts p USING blockchain_backups b"
                        + " WHERE p.upload = b.upload AND b.sequence = 3");

        assertThat(listed(sink)).hasSize(3);
        assertThat(length(cut)).isEqualTo(900);
        assertThat(length(gap)).isLessThan(40L * MIB);
        assertThat(length(empty)).isZero();
    }

    @Test
    void readsCorrectlyDespiteWrongHints() throws IOException {
        SyntheticBackup small = SyntheticBackup.of(APP, 1, 5000);
        SyntheticBackup large = SyntheticBackup.of(APP, 2, 40 * MIB);
        StoredBackup smallStored = sink.store(small, soon());
        StoredBackup largeStored = sink.store(large, soon());
        for (long lie : List.of(0L, 100L, 3L * MIB, Long.MAX_VALUE)) {
            PostgresServer.execute(
                    url,
                    "UPDATE blockchain_backups SET size_bytes = " + lie
                            + ", sha256 = 'no', epoch = -1, sequence = 77, snapshot_at = 'infinity', name = ''");
            assertThat(read(smallStored)).isEqualTo(small.sha256());
            assertThat(read(largeStored)).isEqualTo(large.sha256());
        }
        PostgresServer.execute(url, "UPDATE blockchain_backups SET backup_id = 'nonsense' WHERE id = 1");
        assertThat(listed(sink)).filteredOn(stored -> stored.hint().isEmpty()).hasSize(1);
    }

    @Test
    void tellsADeletionDuringTheReadFromDamage() throws IOException {
        StoredBackup stored = sink.store(SyntheticBackup.of(APP, 1, 40 * MIB), soon());
        try (PostgresSink other = sinkOf(APP);
                InputStream in = sink.open(stored, soon())) {
            in.skipNBytes(MIB);
            other.delete(stored, soon());
            assertThatThrownBy(() -> in.transferTo(OutputStream.nullOutputStream()))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("was deleted while it was being read");
        }
    }

    @Test
    void keepsItsConnectionWhenOnlyTheHeaderIsRead() throws IOException {
        closeSink();
        url = PostgresServer.shared().newDatabase();
        sink = sinkOf(APP);
        StoredBackup small = sink.store(SyntheticBackup.of(APP, 1, 5 * MIB), soon());
        StoredBackup large = sink.store(SyntheticBackup.of(APP, 2, 40 * MIB), soon());
        List<Object> before = backends();
        for (StoredBackup stored : List.of(small, large)) {
            try (InputStream in = sink.open(stored, soon())) {
                in.skipNBytes(5000);
            }
            assertThat(listed(sink)).hasSize(2);
        }
        assertThat(backends()).isEqualTo(before).hasSize(1);
    }

    @Test
    void isUsableAfterAReaderStoppedInTheMiddle() throws IOException {
        SyntheticBackup backup = SyntheticBackup.of(APP, 2, 40 * MIB);
        StoredBackup stored = sink.store(backup, soon());
        try (InputStream in = sink.open(stored, soon())) {
            in.skipNBytes(5 * MIB);
        }
        assertThat(read(stored)).isEqualTo(backup.sha256());
    }

    @Test
    void givesAConnectionBackOnlyOnceWhenAStreamIsClosedTwice() throws IOException {
        SyntheticBackup backup = SyntheticBackup.of(APP, 1, 40 * MIB);
        StoredBackup stored = sink.store(backup, soon());
        InputStream first = sink.open(stored, soon());
        first.close();
        try (InputStream second = sink.open(stored, soon())) {
            byte[] start = second.readNBytes(5 * MIB);
            first.close();
            assertThat(listed(sink)).hasSize(1);
            assertThat(SyntheticBackup.sha256(new SequenceInputStream(new ByteArrayInputStream(start), second)))
                    .isEqualTo(backup.sha256());
        }
    }

    @Test
    void storesManyAtTheSameTime() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(6);
        try {
            List<Future<StoredBackup>> futures = new ArrayList<>();
            for (int i = 0; i < 12; i++) {
                SyntheticBackup backup = SyntheticBackup.of(APP, i, i % 4 == 0 ? 17 * MIB : 5000);
                futures.add(threads.submit(() -> sink.store(backup, soon())));
            }
            for (Future<StoredBackup> future : futures) {
                future.get();
            }
        } finally {
            threads.shutdown();
        }
        assertThat(listed(sink)).hasSize(12);
    }

    @Test
    void storesTheSameBackupTwiceAtTheSameTimeAsOne() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            for (int size : List.of(5000, 17 * MIB)) {
                SyntheticBackup backup = SyntheticBackup.of(APP, size, size);
                List<Future<StoredBackup>> futures = new ArrayList<>();
                for (int i = 0; i < 4; i++) {
                    futures.add(threads.submit(() -> sink.store(backup, soon())));
                }
                String location = futures.get(0).get().location();
                for (Future<StoredBackup> future : futures) {
                    assertThat(future.get().location()).isEqualTo(location);
                }
            }
        } finally {
            threads.shutdown();
        }
        assertThat(listed(sink)).hasSize(2);
    }

    @Test
    void aListingCollectsNoOrphansButALargeStoreDoes() throws IOException {
        StoredBackup kept = sink.store(SyntheticBackup.of(APP, 1, 17 * MIB), soon());
        leaveOrphans();
        try (PostgresSink next = sinkOf(APP)) {
            assertThat(listed(next)).extracting(StoredBackup::location).containsExactly(kept.location());
            next.probe(soon());
            assertThat(parts()).isEqualTo(20L);

            next.store(SyntheticBackup.of(APP, 2, 17 * MIB), soon());
            assertThat(parts()).isEqualTo(20L - 1 + 17);
            leaveOrphans();
            next.store(SyntheticBackup.of(APP, 3, 17 * MIB), soon());
            assertThat(parts()).as("collected once in a process").isEqualTo(20L - 1 + 17 + 3 + 17);
        }
    }

    @Test
    void retentionCollectsOrphans() throws IOException {
        StoredBackup small = sink.store(SyntheticBackup.of(APP, 1, 1000), soon());
        leaveOrphans();

        sink.delete(small, soon());

        assertThat(parts()).isEqualTo(2L);
    }

    /** Parts of interrupted uploads: one is old enough, one is not, one is another application's. */
    private void leaveOrphans() {
        PostgresServer.execute(
                url,
                "INSERT INTO blockchain_backups_parts (application, upload, no, data, uploaded_at) VALUES"
                        + " ('blockchain', gen_random_uuid(), 0, '\\x00', now() - interval '61 minutes'),"
                        + " ('blockchain', gen_random_uuid(), 0, '\\x00', now() - interval '59 minutes'),"
                        + " ('another', gen_random_uuid(), 0, '\\x00', now() - interval '2 days')",
                "UPDATE blockchain_backups_parts SET uploaded_at = now() - interval '9 days' WHERE octet_length(data) > 1");
    }

    private Object parts() {
        return PostgresServer.value(url, "SELECT count(*) FROM blockchain_backups_parts");
    }

    @Test
    void noticesAPartThatTheServerDidNotKeep() throws Exception {
        PostgresServer.createTables(url);
        PostgresServer.execute(
                url,
                """
                CREATE FUNCTION lose() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
                  IF NEW.no = 3 THEN RETURN NULL; END IF; RETURN NEW; END $$""",
                "CREATE TRIGGER lose BEFORE INSERT ON blockchain_backups_parts FOR EACH ROW EXECUTE FUNCTION lose()");
        assertThatThrownBy(() -> sink.store(SyntheticBackup.of(APP, 1, 17 * MIB), soon()))
                .hasMessageContaining("holds other bytes than it was given");
        assertThat(listed(sink)).isEmpty();
        assertThat(PostgresServer.value(url, "SELECT count(*) FROM blockchain_backups_parts"))
                .isEqualTo(0L);
    }

    @Test
    void noticesBytesThatTheServerChanged() throws Exception {
        PostgresServer.createTables(url);
        PostgresServer.execute(
                url,
                """
                CREATE FUNCTION spoil() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
                  NEW.backup_data = NEW.backup_data || '\\x00'; RETURN NEW; END $$""",
                "CREATE TRIGGER spoil BEFORE INSERT ON blockchain_backups FOR EACH ROW EXECUTE FUNCTION spoil()");
        assertThatThrownBy(() -> sink.store(SyntheticBackup.of(APP, 1, 1000), soon()))
                .hasMessageContaining("holds other bytes than it was given");
        assertThat(listed(sink)).isEmpty();
    }

    @Test
    void publishesOnlyCompleteBackups() throws Exception {
        PostgresServer.createTables(url);
        Table table = Table.named("blockchain_backups");
        try (var connection = PostgresServer.connect(url)) {
            assertThat(new Catalogue(table, APP)
                            .insert(connection, SyntheticBackup.of(APP, 1, 17 * MIB), UUID.randomUUID(), 17))
                    .isEmpty();
        }
        assertThat(listed(sink)).isEmpty();
    }

    @Test
    void doesNotCollectWhileSomebodyPublishes() throws Exception {
        PostgresServer.createTables(url);
        PostgresServer.execute(
                url,
                "INSERT INTO blockchain_backups_parts (application, upload, no, data, uploaded_at) VALUES"
                        + " ('blockchain', gen_random_uuid(), 0, '\\x00', now() - interval '61 minutes')");
        Orphans orphans = new Orphans(Table.named("blockchain_backups"), APP);
        try (var publisher = PostgresServer.connect(url);
                var collector = PostgresServer.connect(url)) {
            publisher.setAutoCommit(false);
            orphans.holdOff(publisher);
            assertThat(orphans.collect(collector)).isZero();
            publisher.commit();
            assertThat(orphans.collect(collector)).isEqualTo(1);
        }
    }

    private List<Object> backends() {
        String database = url.substring(url.lastIndexOf('/') + 1);
        return PostgresServer.query(
                        PostgresServer.shared().url("postgres"),
                        "SELECT pid FROM pg_stat_activity WHERE datname = '" + database + "' ORDER BY pid")
                .stream()
                .map(row -> row.get("pid"))
                .toList();
    }

    private long length(StoredBackup stored) throws IOException {
        try (InputStream in = sink.open(stored, soon())) {
            return in.transferTo(OutputStream.nullOutputStream());
        }
    }
}
