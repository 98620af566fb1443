package io.gracefulbackup.internal.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gracefulbackup.BackupConfigurationException;
import io.gracefulbackup.StateSource;
import io.gracefulbackup.internal.fixtures.JsonCell;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DropSettingTest {
    private final List<StateSource> sources =
            List.of(json("accounts"), json("accounts.old"), StateSource.of("blocks", out -> {}, in -> {}));

    private static StateSource json(String name) {
        return new JsonCell(name);
    }

    private Map<String, Set<String>> parse(String value) {
        return DropSetting.parse(value, sources);
    }

    @Test
    void namesThePropertiesOfEachSection() {
        assertThat(parse("accounts.owner, accounts.sum,accounts.old.holder"))
                .isEqualTo(Map.of("accounts", Set.of("owner", "sum"), "accounts.old", Set.of("holder")));
    }

    @Test
    void aNameWithDotsBelongsToTheLongestSectionThatFits() {
        assertThat(parse("accounts.old.a.b,accounts.oldest"))
                .isEqualTo(Map.of("accounts.old", Set.of("a.b"), "accounts", Set.of("oldest")));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "acounts.owner | BACKUP_DROP contains \"acounts.owner\", which begins with the name of no source; the"
                        + " sources are \"accounts\", \"accounts.old\", \"blocks\"",
                "owner | BACKUP_DROP contains \"owner\"; <section>.<property> is expected",
                "accounts. | BACKUP_DROP contains \"accounts.\"; <section>.<property> is expected",
                "accounts.owner, | BACKUP_DROP contains \"\"; <section>.<property> is expected",
                "blocks.owner | the source \"blocks\" is not made by StateSource.json and reads its section itself",
            })
    void refusesAnythingElse(String value, String why) {
        assertThatThrownBy(() -> parse(value))
                .isInstanceOf(BackupConfigurationException.class)
                .hasMessageContaining(why);
    }

    @Test
    void namesAllProblemsTogether() {
        assertThatThrownBy(() -> parse("owner,blocks.owner"))
                .isInstanceOfSatisfying(
                        BackupConfigurationException.class,
                        wrong -> assertThat(wrong.problems()).hasSize(2));
    }
}
