package io.gracefulbackup.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.gracefulbackup.Deadline;
import io.gracefulbackup.spi.StoredBackup;
import io.gracefulbackup.testkit.internal.SyntheticBackup;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Runs where a Docker engine is available. With {@code -Dpostgres.image=…} all tests run against an image. */
class ContainerTest {

    @Test
    void storesAndReadsBackWithTheOfficialImage() throws IOException {
        try (PostgresServer server = PostgresServer.inContainer(System.getProperty("postgres.image", "postgres:18"));
                PostgresSink sink = TestSinks.open("app", server.url("postgres"))) {
            for (long size : List.of(45_000L, 17L << 20)) {
                SyntheticBackup backup = SyntheticBackup.of("app", size, size);
                StoredBackup stored = sink.store(backup, Deadline.after(Duration.ofSeconds(60)));
                try (InputStream in = sink.open(stored, Deadline.after(Duration.ofSeconds(60)))) {
                    assertThat(SyntheticBackup.sha256(in)).isEqualTo(backup.sha256());
                }
            }
        }
    }
}
