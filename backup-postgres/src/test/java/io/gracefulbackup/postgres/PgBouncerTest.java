package io.gracefulbackup.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gracefulbackup.Deadline;
import io.gracefulbackup.spi.Listing;
import io.gracefulbackup.spi.SealedBackup;
import io.gracefulbackup.spi.StoredBackup;
import io.gracefulbackup.spi.lease.Lease;
import io.gracefulbackup.spi.lease.LeaseResult;
import io.gracefulbackup.spi.lease.LeaseStep;
import io.gracefulbackup.testkit.internal.PgBouncer;
import io.gracefulbackup.testkit.internal.SyntheticBackup;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The sink behind a real PgBouncer in transaction mode, where each transaction may use another server process. */
class PgBouncerTest {
    private static final String APP = "app";

    @TempDir
    private Path directory;

    private PgBouncer bouncer;
    private String url;

    @BeforeEach
    void startBouncer() throws IOException {
        PostgresServer server = PostgresServer.shared();
        String direct = server.emptyDatabase();
        bouncer = PgBouncer.start(server.port(), directory);
        url = direct.replaceFirst("@[^/]+/", "@127.0.0.1:" + bouncer.port() + "/");
    }

    @AfterEach
    void stopBouncer() {
        if (bouncer != null) {
            bouncer.close();
        }
    }

    private PostgresSink sink(String databaseUrl) {
        return TestSinks.open(APP, databaseUrl);
    }

    private static Deadline soon() {
        return Deadline.after(Duration.ofSeconds(60));
    }

    @Test
    void storesListsReadsAndDeletesThroughPgBouncer() throws IOException {
        try (PostgresSink sink = sink(url)) {
            assertThat(sink.list(soon())).isEqualTo(Listing.of(List.of()));
            for (int size : List.of(0, 45_000, 16 << 20, 40 << 20)) {
                SyntheticBackup backup = SyntheticBackup.of(APP, size, size);
                StoredBackup stored = sink.store(backup, soon());
                try (InputStream in = sink.open(stored, soon())) {
                    assertThat(SyntheticBackup.sha256(in)).isEqualTo(backup.sha256());
                }
            }
            for (StoredBackup stored : ((Listing.Listed) sink.list(soon())).backups()) {
                sink.delete(stored, soon());
            }
            assertThat(sink.list(soon())).isEqualTo(Listing.of(List.of()));
        }
    }

    @Test
    void worksWhenManyShareFewServerConnections() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try (PostgresSink sink = sink(url)) {
            List<Future<StoredBackup>> stores = new ArrayList<>();
            for (int i = 0; i < 24; i++) {
                SyntheticBackup backup = SyntheticBackup.of(APP, i, i % 8 == 0 ? 17 << 20 : 5000);
                stores.add(threads.submit(() -> sink.store(backup, soon())));
            }
            for (Future<StoredBackup> store : stores) {
                store.get();
            }
            assertThat(((Listing.Listed) sink.list(soon())).backups()).hasSize(24);
        } finally {
            threads.shutdown();
        }
    }

    @Test
    void keepsLeasesAndFencesThroughPgBouncer() throws IOException {
        try (PostgresSink sink = sink(url);
                Lease one = sink.lease("one", Duration.ofSeconds(15));
                Lease two = sink.lease("two", Duration.ofSeconds(15))) {
            LeaseResult taken = one.apply(new LeaseStep.Acquire(null, 6, "site"), soon());
            assertThat(taken.done()).isTrue();
            SealedBackup last = SyntheticBackup.of(APP, 1, 1000).under(7, "one");
            assertThat(sink.store(last, soon()).isFork()).isFalse();
            LeaseResult active =
                    one.apply(new LeaseStep.Activate(taken.row().orElseThrow().version(), 7), soon());
            LeaseResult free = one.apply(
                    new LeaseStep.Release(
                            active.row().orElseThrow().version(), last.header().id(), "two"),
                    soon());
            assertThat(two.apply(new LeaseStep.Read(), soon()).row()).isEqualTo(free.row());
            assertThat(two.apply(new LeaseStep.Acquire(free.row().orElseThrow().version(), 0, null), soon())
                            .done())
                    .isTrue();
            assertThat(sink.store(SyntheticBackup.of(APP, 2, 1000).under(7, "one"), soon())
                            .isFork())
                    .isTrue();
        }
    }

    @Test
    void explainsThatPgBouncerTakesNoOptions() {
        for (String option : List.of("options=-c%20search_path%3Dpublic", "currentSchema=public")) {
            try (PostgresSink sink = sink(url + "?" + option)) {
                assertThatThrownBy(() -> sink.list(soon()))
                        .isInstanceOf(IOException.class)
                        .hasMessageContaining("PgBouncer takes neither options nor currentSchema");
            }
        }
    }
}
