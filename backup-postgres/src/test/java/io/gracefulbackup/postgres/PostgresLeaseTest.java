package io.gracefulbackup.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gracefulbackup.BackupId;
import io.gracefulbackup.Deadline;
import io.gracefulbackup.spi.Listing;
import io.gracefulbackup.spi.SealedBackup;
import io.gracefulbackup.spi.StoredBackup;
import io.gracefulbackup.spi.lease.Lease;
import io.gracefulbackup.spi.lease.LeaseResult;
import io.gracefulbackup.spi.lease.LeaseRow;
import io.gracefulbackup.spi.lease.LeaseRow.Terms;
import io.gracefulbackup.spi.lease.LeaseStep;
import io.gracefulbackup.testkit.internal.SyntheticBackup;
import io.gracefulbackup.testkit.internal.TcpProxy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The lease in a real server: every step as it is specified, at most one holder, and no backup past the fence. */
class PostgresLeaseTest {
    private static final String APP = "app";
    private static final Duration TERM = Duration.ofSeconds(15);
    private static final Terms TERMS = new Terms("site", List.of("k1", "k2"), 1);

    private final PostgresServer server = PostgresServer.shared();
    private String url;

    @BeforeEach
    void emptyDatabase() {
        url = server.emptyDatabase();
    }

    private PostgresSink sink(String databaseUrl) {
        return TestSinks.open(APP, databaseUrl);
    }

    private Lease lease(String instance, Duration term) {
        return new PostgresLease(
                DatabaseUrl.parse(url, line -> {}), Table.named("blockchain_backups"), APP, instance, term);
    }

    private Lease lease(String instance) {
        return lease(instance, TERM);
    }

    private static Deadline soon() {
        return Deadline.after(Duration.ofSeconds(60));
    }

    private static LeaseRow taken(Lease lease, LeaseStep step) throws IOException {
        LeaseResult answer = lease.apply(step, soon());
        assertThat(answer.done()).isTrue();
        return answer.row().orElseThrow();
    }

    private static LeaseRow refused(Lease lease, LeaseStep step) throws IOException {
        LeaseResult answer = lease.apply(step, soon());
        assertThat(answer.done()).isFalse();
        return answer.row().orElseThrow();
    }

    /** Acquires the free lease and activates it. */
    private static LeaseRow holds(Lease lease) throws IOException {
        LeaseRow row = taken(lease, new LeaseStep.Acquire(null, 6, "site"));
        return taken(lease, new LeaseStep.Activate(row.version(), row.epoch()));
    }

    @Test
    void everyStepDoesWhatItIsSpecifiedToDo() throws IOException {
        List<String> names = List.of("one", "two", "three");
        int done = 0;
        try (PostgresSink sink = sink(url)) {
            SyntheticBackup stored = SyntheticBackup.of(APP, 1, 100);
            sink.store(stored, soon());
            List<Lease> leases = names.stream().map(this::lease).toList();
            SplittableRandom random = new SplittableRandom(1);
            LeaseRow row = null;
            for (int n = 0; n < 600; n++) {
                int who = random.nextInt(3);
                LeaseStep step = anyStep(random, row, names, stored.header().id());
                LeaseResult expected = step.applyTo(row, names.get(who));
                LeaseResult answer = leases.get(who).apply(step, soon());
                assertThat(answer)
                        .as(n + ": " + names.get(who) + " " + step + " on " + row)
                        .isEqualTo(expected);
                row = answer.row().orElse(null);
                done += answer.done() ? 1 : 0;
            }
            leases.forEach(lease -> assertThatNoException(lease));
        }
        assertThat(done).isBetween(100, 500);
    }

    private static void assertThatNoException(Lease lease) {
        try {
            lease.close();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static LeaseStep anyStep(SplittableRandom random, LeaseRow row, List<String> names, BackupId stored) {
        String other = random.nextInt(4) == 0 ? null : names.get(random.nextInt(3));
        LeaseRow.Version version = row == null
                ? null
                : random.nextInt(8) == 0
                        ? new LeaseRow.Version(row.epoch(), row.holder().orElse(null), row.heartbeat() - 1)
                        : row.version();
        LeaseRow.Version held = version == null ? new LeaseRow.Version(1, "one", 1) : version;
        long epoch = row == null ? 1 : row.epoch();
        return switch (random.nextInt(9)) {
            case 0 -> new LeaseStep.Read();
            case 1 -> new LeaseStep.Acquire(random.nextInt(20) == 0 ? null : version, random.nextInt(50), other);
            case 2 -> new LeaseStep.Renew(epoch - random.nextInt(2));
            case 3 -> new LeaseStep.Activate(held, epoch + random.nextInt(3) - 1);
            case 4 -> new LeaseStep.Release(held, random.nextBoolean() ? null : stored, other);
            case 5, 6 ->
                new LeaseStep.Request(
                        random.nextBoolean() ? TERMS : new Terms(null, List.of(), 2),
                        row == null || random.nextBoolean()
                                ? null
                                : row.request().orElse(null));
            case 7 -> new LeaseStep.Withdraw();
            default -> new LeaseStep.Decline(epoch, other == null ? "nobody" : other, "why");
        };
    }

    @Test
    void oneOfManyContendersGetsTheLease() throws Exception {
        int contenders = 8;
        for (int round = 0; round < 5; round++) {
            LeaseRow before = round == 0
                    ? null
                    : lease("reader").apply(new LeaseStep.Read(), soon()).row().orElse(null);
            LeaseRow.Version expected = before == null ? null : before.version();
            CyclicBarrier together = new CyclicBarrier(contenders);
            List<Callable<LeaseResult>> attempts = new ArrayList<>();
            for (int i = 0; i < contenders; i++) {
                String name = "c" + round + i;
                attempts.add(() -> {
                    try (Lease lease = lease(name)) {
                        lease.apply(new LeaseStep.Read(), soon());
                        together.await();
                        return lease.apply(new LeaseStep.Acquire(expected, 0, null), soon());
                    }
                });
            }
            assertThat(atOnce(attempts)).filteredOn(LeaseResult::done).hasSize(1);
        }
    }

    private static <T> List<T> atOnce(List<Callable<T>> attempts) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(attempts.size());
        try {
            List<T> results = new ArrayList<>();
            for (Future<T> attempt : threads.invokeAll(attempts)) {
                results.add(attempt.get());
            }
            return results;
        } finally {
            threads.shutdown();
        }
    }

    @Test
    void reportsAnExpiredTermAndStillRenews() throws Exception {
        try (Lease one = lease("one", Duration.ofMillis(300));
                Lease two = lease("two")) {
            LeaseRow held = holds(one);
            assertThat(held.expired()).isFalse();
            while (!two.apply(new LeaseStep.Read(), soon()).row().orElseThrow().expired()) {
                Thread.onSpinWait();
            }
            LeaseRow still = two.apply(new LeaseStep.Read(), soon()).row().orElseThrow();
            assertThat(still.heartbeat()).isEqualTo(held.heartbeat());
            assertThat(taken(one, new LeaseStep.Renew(held.epoch())).heartbeat())
                    .isEqualTo(held.heartbeat() + 1);
            assertThat(refused(two, new LeaseStep.Acquire(still.version(), 0, null))
                            .holder())
                    .contains("one");
        }
    }

    @Test
    void findsTheResultOfALostAnswerInTheRow() throws Exception {
        int lost = 0;
        for (int bytes = 1; bytes < 2000 && lost < 8; bytes += 37) {
            url = server.emptyDatabase();
            holdsThenReleases();
            try (TcpProxy proxy = new TcpProxy(server.port());
                    Lease one = leaseThrough(proxy)) {
                LeaseRow free = one.apply(new LeaseStep.Read(), soon()).row().orElseThrow();
                proxy.closeAllAfter(Long.MAX_VALUE, bytes);
                LeaseStep acquire = new LeaseStep.Acquire(free.version(), 0, null);
                LeaseResult first;
                try {
                    first = one.apply(acquire, soon());
                } catch (IOException e) {
                    lost++;
                    first = one.apply(acquire, soon());
                }
                assertThat(first.row().orElseThrow().holder()).contains("proxied");
                assertThat(first.row().orElseThrow().epoch()).isEqualTo(free.epoch() + 1);
            }
        }
        assertThat(lost).isPositive();
    }

    private void holdsThenReleases() throws IOException {
        try (Lease one = lease("before")) {
            taken(one, new LeaseStep.Release(holds(one).version(), null, null));
        }
    }

    private Lease leaseThrough(TcpProxy proxy) {
        String through = url.replaceFirst("@[^/]+/", "@127.0.0.1:" + proxy.port() + "/");
        return sink(through).lease("proxied", TERM);
    }

    @Test
    void storesTheHoldersBackupAsTheNextOne() throws IOException {
        try (PostgresSink sink = sink(url);
                Lease one = lease("one")) {
            LeaseRow row = holds(one);
            for (int size : List.of(1000, 17 << 20)) {
                StoredBackup stored =
                        sink.store(SyntheticBackup.of(APP, size, size).under(row.epoch(), "one"), soon());
                assertThat(stored.isFork()).isFalse();
                assertThat(stored.lines()).singleElement().asString().startsWith("✅ Database backup completed");
            }
        }
        assertThat(PostgresServer.value(url, "SELECT bool_or(fork) FROM blockchain_backups"))
                .isEqualTo(false);
    }

    @Test
    void storesTheBackupOfASupersededInstanceAsAFork() throws IOException {
        try (PostgresSink sink = sink(url);
                Lease one = lease("one");
                Lease two = lease("two")) {
            LeaseRow row = holds(one);
            taken(two, new LeaseStep.Acquire(row.version(), 0, null));
            for (int size : List.of(1000, 17 << 20)) {
                SealedBackup late = SyntheticBackup.of(APP, size, size).under(row.epoch(), "one");
                StoredBackup stored = sink.store(late, soon());
                assertThat(stored.isFork()).isTrue();
                assertThat(stored.lines()).singleElement().asString().contains("as a fork");
                assertThat(sink.store(late, soon()).isFork()).as("stored again").isTrue();
            }
            assertThat(((Listing.Listed) sink.list(soon())).backups()).hasSize(2);
        }
        assertThat(PostgresServer.value(url, "SELECT bool_and(fork) FROM blockchain_backups"))
                .isEqualTo(true);
    }

    @Test
    void aBackupPublishedDuringATakeoverIsSeenOrIsAFork() throws Exception {
        int forks = 0;
        int rounds = 40;
        try (PostgresSink sink = sink(url);
                Lease one = lease("one");
                Lease two = lease("two")) {
            LeaseRow row = holds(one);
            for (int round = 0; round < rounds; round++) {
                SealedBackup backup = SyntheticBackup.of(APP, round + 1, 50_000).under(row.epoch(), "one");
                LeaseRow before = row;
                CyclicBarrier together = new CyclicBarrier(2);
                List<Boolean> results = atOnce(List.of(
                        () -> {
                            together.await();
                            return sink.store(backup, soon()).isFork();
                        },
                        () -> {
                            together.await();
                            taken(two, new LeaseStep.Acquire(before.version(), 0, null));
                            return seenBy(sink, backup);
                        }));
                boolean fork = results.get(0);
                assertThat(fork || results.get(1)).isTrue();
                forks += fork ? 1 : 0;
                LeaseRow other = two.apply(new LeaseStep.Read(), soon()).row().orElseThrow();
                row = taken(one, new LeaseStep.Acquire(other.version(), 0, null));
            }
        }
        System.out.println(forks + " of " + rounds + " publications met a takeover");
    }

    private static boolean seenBy(PostgresSink sink, SealedBackup backup) throws IOException {
        return ((Listing.Listed) sink.list(soon()))
                .backups().stream()
                        .anyMatch(s -> s.hint()
                                .orElseThrow()
                                .id()
                                .equals(backup.header().id()));
    }

    @Test
    void renewsWhileManyBackupsArePublished() throws Exception {
        try (PostgresSink sink = sink(url);
                Lease one = lease("one")) {
            LeaseRow row = holds(one);
            List<Callable<Boolean>> work = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                int from = i * 10;
                work.add(() -> {
                    for (int n = from; n < from + 10; n++) {
                        if (sink.store(SyntheticBackup.of(APP, n, 200_000).under(row.epoch(), "one"), soon())
                                .isFork()) {
                            return false;
                        }
                    }
                    return true;
                });
            }
            work.add(() -> {
                for (int n = 0; n < 40; n++) {
                    taken(one, new LeaseStep.Renew(row.epoch()));
                }
                return true;
            });
            assertThat(atOnce(work)).containsOnly(true);
            assertThat(one.apply(new LeaseStep.Read(), soon())
                            .row()
                            .orElseThrow()
                            .heartbeat())
                    .isEqualTo(row.heartbeat() + 40);
        }
    }

    @Test
    void releasesOnlyWithAStoredBackup() throws IOException {
        try (PostgresSink sink = sink(url);
                Lease one = lease("one")) {
            LeaseRow row = holds(one);
            BackupId missing = SyntheticBackup.of(APP, 1, 10).header().id();
            assertThat(refused(one, new LeaseStep.Release(row.version(), missing, null)))
                    .isEqualTo(row);
            SealedBackup fork = SyntheticBackup.of(APP, 2, 10).under(row.epoch() - 1, "one");
            sink.store(fork, soon());
            assertThat(refused(
                            one,
                            new LeaseStep.Release(row.version(), fork.header().id(), null)))
                    .isEqualTo(row);
            SealedBackup last = SyntheticBackup.of(APP, 3, 10).under(row.epoch(), "one");
            sink.store(last, soon());
            LeaseRow free = taken(
                    one, new LeaseStep.Release(row.version(), last.header().id(), "two"));
            assertThat(free.finalBackup()).contains(last.header().id());
            assertThat(free.isFree()).isTrue();
        }
    }

    @Test
    void reportsAMissingRowOrTable() throws IOException {
        try (PostgresSink sink = sink(url);
                Lease one = lease("one")) {
            LeaseRow row = holds(one);
            PostgresServer.execute(url, "DELETE FROM blockchain_backups_lease");
            assertThat(one.apply(new LeaseStep.Renew(row.epoch()), soon())).isEqualTo(LeaseResult.refused(null));
            assertThat(sink.store(SyntheticBackup.of(APP, 1, 10).under(row.epoch(), "one"), soon())
                            .isFork())
                    .isTrue();
            PostgresServer.execute(url, "DROP TABLE blockchain_backups_lease");
            assertThat(sink.store(SyntheticBackup.of(APP, 2, 10).under(row.epoch(), "one"), soon())
                            .isFork())
                    .isTrue();
            PostgresServer.execute(url, "DROP TABLE blockchain_backups_lease");
            assertThatThrownBy(() -> one.apply(new LeaseStep.Renew(row.epoch()), soon()))
                    .isInstanceOf(IOException.class);
            assertThat(one.apply(new LeaseStep.Renew(row.epoch()), soon())).isEqualTo(LeaseResult.refused(null));
        }
    }

    @Test
    void readingCreatesNothing() throws IOException {
        try (Lease one = lease("one")) {
            assertThat(one.apply(new LeaseStep.Read(), soon())).isEqualTo(LeaseResult.refused(null));
        }
        assertThat(PostgresServer.value(url, "SELECT count(*) FROM pg_class WHERE relname LIKE 'blockchain_backups%'"))
                .isEqualTo(0L);
    }

    @Test
    void readsTheRowThatAnotherInstanceCreatesLater() throws IOException {
        try (Lease one = lease("one");
                Lease two = lease("two")) {
            assertThat(two.apply(new LeaseStep.Read(), soon()).row()).isEmpty();
            LeaseRow row = holds(one);
            assertThat(two.apply(new LeaseStep.Read(), soon()).row()).contains(row);
        }
    }

    @Test
    void readsWithoutAnyRightToCreate() throws IOException {
        String restricted = role("pg_class");
        try (PostgresSink sink = sink(restricted);
                Lease one = sink.lease("one", TERM)) {
            assertThat(one.apply(new LeaseStep.Read(), soon())).isEqualTo(LeaseResult.refused(null));
        }
    }

    @Test
    void refusesToReadATableWithOtherColumns() throws IOException {
        PostgresServer.execute(url, "CREATE TABLE blockchain_backups_lease (app text PRIMARY KEY)");
        try (Lease one = lease("one")) {
            assertThatThrownBy(() -> one.apply(new LeaseStep.Read(), soon()))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("blockchain_backups_lease");
        }
    }

    @Test
    void givesUpAtTheDeadlineWhenTheRowIsLocked() throws Exception {
        try (Lease one = lease("one");
                Connection other = PostgresServer.connect(url);
                Statement statement = other.createStatement()) {
            LeaseRow row = holds(one);
            other.setAutoCommit(false);
            statement.execute("SELECT FROM blockchain_backups_lease FOR UPDATE");
            Deadline deadline = Deadline.after(Duration.ofMillis(500));
            assertThatThrownBy(() -> one.apply(new LeaseStep.Renew(row.epoch()), deadline))
                    .isInstanceOf(IOException.class);
            other.rollback();
            assertThat(one.apply(new LeaseStep.Renew(row.epoch()), soon()).done())
                    .isTrue();
        }
    }

    @Test
    void worksWithoutTheRightToCreateWhenTheTableIsThere() throws IOException {
        PostgresServer.createTables(url);
        String restricted = role("blockchain_backups, blockchain_backups_parts");
        try (PostgresSink sink = sink(restricted);
                Lease one = sink.lease("one", TERM)) {
            assertThatThrownBy(() -> one.apply(new LeaseStep.Acquire(null, 0, null), soon()))
                    .hasMessageContaining(
                            "blockchain_backups_lease, which holds the lease for handoffs, does not exist")
                    .hasMessageContaining("GRANT SELECT, INSERT, UPDATE");
            PostgresServer.execute(url, LeaseSchema.definition(Table.named("blockchain_backups")));
            PostgresServer.execute(
                    url,
                    "GRANT SELECT, INSERT, UPDATE ON blockchain_backups_lease TO "
                            + restricted.replaceFirst(".*//", "").replaceFirst("@.*", ""));
            LeaseRow row = holds(one);
            assertThat(sink.store(SyntheticBackup.of(APP, 1, 10).under(row.epoch(), "one"), soon())
                            .isFork())
                    .isFalse();
        }
    }

    private String role(String tables) {
        String role = "lease_role_" + Math.abs(System.nanoTime());
        PostgresServer.execute(
                url,
                "CREATE ROLE " + role + " LOGIN",
                "REVOKE CREATE ON SCHEMA public FROM public",
                "GRANT USAGE ON SCHEMA public TO " + role,
                "GRANT SELECT, INSERT, DELETE ON " + tables + " TO " + role);
        return url.replace("postgres@", role + "@");
    }

    @Test
    void theDocumentationHasTheTable() throws IOException {
        assertThat(Files.readString(Path.of("README.md")))
                .contains(LeaseSchema.definition(Table.named("blockchain_backups")) + ";");
    }
}
