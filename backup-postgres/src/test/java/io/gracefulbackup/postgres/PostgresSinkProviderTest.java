package io.gracefulbackup.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gracefulbackup.BackupConfigurationException;
import io.gracefulbackup.RetentionPolicy;
import io.gracefulbackup.spi.BackupSinkProvider;
import io.gracefulbackup.spi.BackupSinkProvider.Opening;
import io.gracefulbackup.testkit.TestSinkContext;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;

class PostgresSinkProviderTest {
    private static final String NOBODY_LISTENS = "postgres://ann:secret@192.0.2.1:1/db";

    @Test
    void isFoundByTheServiceLoader() {
        assertThat(ServiceLoader.load(BackupSinkProvider.class))
                .hasExactlyElementsOfTypes(PostgresSinkProvider.class)
                .extracting(BackupSinkProvider::name)
                .containsExactly("postgres");
    }

    @Test
    void isNotConfiguredWithoutADatabaseUrl() {
        assertThat(new PostgresSinkProvider().open(TestSinks.context("app", Map.of())))
                .isEqualTo(new Opening.NotConfigured(""));
    }

    @Test
    void opensWithoutTheNetworkAndKeepsTen() {
        PostgresSink sink = TestSinks.open("app", NOBODY_LISTENS);
        assertThat(sink.defaultRetention()).isEqualTo(RetentionPolicy.keepLast(10));
        assertThat(sink.outlivesInstance()).isTrue();
        sink.close();
    }

    @Test
    void readsTheNumberOfBackupsToKeep() {
        assertThat(TestSinks.open(TestSinks.context(
                                "app", Map.of("DATABASE_URL", NOBODY_LISTENS, "BACKUP_KEEP_LAST", "3")))
                        .defaultRetention())
                .isEqualTo(RetentionPolicy.keepLast(3));
    }

    @Test
    void readsTheBoundInBytes() {
        for (String bound : List.of("2097152", "2048K", "2M")) {
            assertThat(TestSinks.open(TestSinks.context(
                                    "app", Map.of("DATABASE_URL", NOBODY_LISTENS, "BACKUP_KEEP_BYTES", bound)))
                            .defaultRetention())
                    .isEqualTo(RetentionPolicy.keepLast(10).withinBytes(2 << 20));
        }
        for (String wrong : List.of("0", "lots", "1.5G", "-1")) {
            TestSinkContext context =
                    TestSinks.context("app", Map.of("DATABASE_URL", NOBODY_LISTENS, "BACKUP_KEEP_BYTES", wrong));
            assertThatThrownBy(() -> new PostgresSinkProvider().open(context))
                    .hasMessageContainingAll("BACKUP_KEEP_BYTES", wrong);
        }
    }

    @Test
    void reportsAllMistakesTogether() {
        TestSinkContext context = TestSinks.context(
                "app",
                Map.of(
                        "DATABASE_URL",
                        "postgres://ann:CANARY@host:x/db",
                        "BACKUP_TABLE",
                        "a b",
                        "BACKUP_KEEP_LAST",
                        "0"));
        assertThatThrownBy(() -> new PostgresSinkProvider().open(context))
                .isInstanceOfSatisfying(
                        BackupConfigurationException.class,
                        e -> assertThat(e.problems()).hasSize(3).noneMatch(problem -> problem.contains("CANARY")));
    }

    @Test
    void namesItsSettings() {
        assertThat(new PostgresSinkProvider().settings())
                .containsExactlyInAnyOrder("DATABASE_URL", "BACKUP_TABLE", "BACKUP_KEEP_LAST", "BACKUP_KEEP_BYTES");
    }
}
