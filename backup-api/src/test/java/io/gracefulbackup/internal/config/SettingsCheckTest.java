package io.gracefulbackup.internal.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsCheckTest {
    private ConfigurationProblems problems = new ConfigurationProblems(new SecretRedactor());

    @ParameterizedTest
    @CsvSource({
        "BACKUP_TABEL,BACKUP_TABLE",
        "BACKUP_TIMOUT,BACKUP_TIMEOUT",
        "BACKUP_TIMEOUTS,BACKUP_TIMEOUT",
        "BACKUP_RESTOREID,BACKUP_RESTORE_ID",
        "BACKUP_STRAT_TIMEOTU,BACKUP_START_TIMEOUT",
        "BACKUP_app,BACKUP_APP",
        "BACKUP_BUKCET,BACKUP_BUCKET"
    })
    void refusesANameWithinTwoLettersOfAKnownOne(String name, String meant) {
        assertThat(check(environment(Map.of(name, "x")))).isEmpty();
        assertThat(problems.all())
                .containsExactly(name + " is not a setting, but " + meant
                        + " is. Correct the name, or call ignoreSetting(\"" + name + "\")");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "BACKUP_PORT",
                "BACKUP_SERVICE_HOST",
                "BACKUP_SERVICE_PORT",
                "BACKUP_PORT_80_TCP_ADDR",
                "BACKUP_TABLE_FILE",
                "BACKUP_SECRET_KEY"
            })
    void warnsOfAnyOtherUnknownName(String name) {
        assertThat(check(environment(Map.of(name, "x"))))
                .singleElement()
                .asString()
                .contains(name + " is not a setting", "has no effect", "ignoreSetting(\"" + name + "\")");
        assertThat(problems.all()).isEmpty();
    }

    @Test
    void checksSystemPropertiesTheSameWay() {
        Settings settings = new Settings(
                Map.of(), Map.of("backup.tabel", "x", "backup.keep_last", "3", "backup.of.mine", "x"), Map.of());

        assertThat(check(settings)).singleElement().asString().startsWith("The system property backup.of.mine is not");
        assertThat(problems.all())
                .containsExactly(
                        "The system property backup.keep_last is not a setting, but backup.keep.last is."
                                + " Correct the name, or call ignoreSetting(\"backup.keep_last\")",
                        "The system property backup.tabel is not a setting, but backup.table is."
                                + " Correct the name, or call ignoreSetting(\"backup.tabel\")");
    }

    @Test
    void checksNamesInTheBuilder() {
        check(new Settings(Map.of("BACKUP_TABEL", "x"), Map.of(), Map.of()));

        assertThat(problems.all()).singleElement().asString().startsWith("BACKUP_TABEL is not a setting");
    }

    @Test
    void acceptsIgnoredNames() {
        Settings settings = new Settings(
                Map.of("BACKUP_OURS", "x"),
                Map.of("backup.tabel", "x", "backup.fiel", "x", "database.url", "x"),
                Map.of("BACKUP_TABEL", "x", "BACKUP_PORT", "x", "BACKUP_TABLE", ""),
                Set.of("BACKUP_TABEL", "BACKUP_PORT", "BACKUP_OURS", "BACKUP_TABLE", "backup.fiel", "database.url"));

        assertThat(check(settings)).isEmpty();
        assertThat(problems.all()).isEmpty();
    }

    @Test
    void acceptsKnownNamesAndThoseOfProviders() {
        assertThat(check(environment(Map.of("BACKUP_FILE", "x", "BACKUP_BUCKET", "x", "BACKPACK", "x", "HOME", ""))))
                .isEmpty();
        assertThat(problems.all()).isEmpty();
    }

    @Test
    void refusesEveryKnownNameThatIsSetToNothing() {
        List<String> names = List.of("BACKUP_TABLE", "PINATA_GATEWAY", "DATABASE_URL", "RENDER_SERVICE_ID");
        names.forEach(name -> {
            check(environment(Map.of(name, "")));

            assertThat(problems.all()).singleElement().asString().startsWith(name + " is set to nothing");
        });
    }

    @ParameterizedTest
    @CsvSource({
        "'','',0",
        "abc,abc,0",
        "abc,'',3",
        "'',abc,3",
        "abc,acb,1",
        "abc,abd,1",
        "abcd,badc,2",
        "kitten,sitting,3"
    })
    void countsTypingErrors(String one, String other, int distance) {
        assertThat(EditDistance.distance(one, other)).isEqualTo(distance);
    }

    private static Settings environment(Map<String, String> variables) {
        return new Settings(Map.of(), Map.of(), variables);
    }

    private List<String> check(Settings settings) {
        problems = new ConfigurationProblems(settings.redactor());
        return new SettingsCheck(settings, Set.of("BACKUP_BUCKET"), problems).run();
    }
}
