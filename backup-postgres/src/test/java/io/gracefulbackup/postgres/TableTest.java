package io.gracefulbackup.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gracefulbackup.BackupConfigurationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TableTest {

    @Test
    void quotesTheNames() {
        assertThat(Table.named("blockchain_backups").rows()).isEqualTo("\"blockchain_backups\"");
        assertThat(Table.named("ops.Select"))
                .isEqualTo(new Table(
                        "ops.Select", "\"ops\".\"Select\"", "\"ops\".\"Select_parts\"", "\"ops\".\"Select_lease\""));
        assertThat(Table.named("a".repeat(57)).parts()).hasSize(63 + 2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "a b",
                "x; DROP TABLE y",
                "x\" (id int); --",
                "a.b.c",
                "1st",
                ".x",
                "x.",
                "ünïcode",
                "x\0",
                "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
            })
    void refusesANameThatIsNotPlain(String name) {
        assertThatThrownBy(() -> Table.named(name))
                .isInstanceOf(BackupConfigurationException.class)
                .hasMessageContaining("expected table or schema.table");
    }
}
