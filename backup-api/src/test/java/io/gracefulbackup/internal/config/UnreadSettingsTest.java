package io.gracefulbackup.internal.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.gracefulbackup.internal.config.UnreadSettings.Absence;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UnreadSettingsTest {

    @ParameterizedTest
    @CsvSource({
        "DATABASE_URL, backup-postgres",
        "DATABASE_URL_FILE, backup-postgres",
        "BACKUP_TABLE, backup-postgres",
        "BACKUP_KEEP_LAST, backup-postgres",
        "PINATA_JWT, backup-ipfs-pinata",
        "PINATA_GATEWAY_TOKEN_FILE, backup-ipfs-pinata",
        "PINATA_LATEST_CID, backup-ipfs-pinata",
        "RENDER_API_KEY, backup-render",
        "BACKUP_FILE, backup-file"
    })
    void namesTheSettingAndTheModuleThatReadsIt(String name, String module) {
        assertThat(lines(Map.of(name, "a-value"), Set.of(), Absence.MISSING))
                .singleElement()
                .asString()
                .contains(
                        name + " is set, but nothing reads it",
                        "io.gracefulbackup:" + module + " is not on the class path",
                        "ignoreSetting(\"" + name + "\")")
                .doesNotContain("a-value");
    }

    @Test
    void oneLineForAllSettingsOfAModule() {
        assertThat(lines(Map.of("PINATA_API_KEY", "k", "PINATA_SECRET_KEY", "s"), Set.of(), Absence.MISSING))
                .singleElement()
                .asString()
                .startsWith("PINATA_API_KEY, PINATA_SECRET_KEY are set, but nothing reads them");
    }

    @Test
    void saysThatTheServiceFilesWereLost() {
        assertThat(lines(Map.of("DATABASE_URL", "u"), Set.of("BACKUP_FILE"), Absence.NOT_REGISTERED))
                .singleElement()
                .asString()
                .contains("no service file names its provider", "merge META-INF/services");
    }

    @Test
    void whatWorksWithoutSettingsIsMissedWhereItsServiceFileIsLost() {
        assertThat(lines(Map.of(), Set.of(), Absence.NOT_REGISTERED))
                .singleElement()
                .asString()
                .startsWith(
                        "io.gracefulbackup:backup-file is on the class path, but no service file names its provider");
        assertThat(lines(Map.of("BACKUP_FILE", "off"), Set.of(), Absence.NOT_REGISTERED))
                .isEmpty();
        assertThat(lines(Map.of(), Set.of("BACKUP_FILE"), Absence.NOT_REGISTERED))
                .isEmpty();
        assertThat(lines(Map.of(), Set.of(), Absence.MISSING)).isEmpty();
    }

    @Test
    void saysThatThereAreTwoCopies() {
        assertThat(lines(Map.of("DATABASE_URL", "u"), Set.of("BACKUP_FILE"), Absence.OF_OTHER_COPY))
                .singleElement()
                .asString()
                .contains("another copy of backup-api");
    }

    @Test
    void aBrokenProviderIsReportedElsewhere() {
        assertThat(lines(Map.of("DATABASE_URL", "u"), Set.of(), Absence.BROKEN)).isEmpty();
    }

    @Test
    void whatAnotherProviderReadsIsRead() {
        assertThat(lines(Map.of("DATABASE_URL", "u"), Set.of("DATABASE_URL"), Absence.MISSING))
                .isEmpty();
        assertThat(lines(Map.of("DATABASE_URL_FILE", "u"), Set.of("DATABASE_URL"), Absence.MISSING))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"RENDER_SERVICE_ID", "BACKUP_APP", "SECRET_KEY", "OTHER", "BACKUP_LATEST"})
    void settingsOfTheLibraryItselfAndOfThePlatformAreNotMeant(String name) {
        assertThat(lines(Map.of(name, "x"), Set.of(), Absence.MISSING)).isEmpty();
    }

    @Test
    void offNeedsNoModule() {
        assertThat(lines(Map.of("BACKUP_FILE", "off"), Set.of(), Absence.MISSING))
                .isEmpty();
    }

    @Test
    void anIgnoredSettingIsNotMentioned() {
        Settings settings = new Settings(
                Map.of(),
                Map.of("backup.table", "x"),
                Map.of("DATABASE_URL", "u"),
                Set.of("DATABASE_URL", "BACKUP_TABLE"));

        assertThat(new UnreadSettings(settings, Set.of(), name -> Absence.MISSING).lines())
                .isEmpty();
    }

    @Test
    void systemPropertiesCount() {
        Settings settings = new Settings(Map.of(), Map.of("backup.table", "x"), Map.of());

        assertThat(new UnreadSettings(settings, Set.of(), name -> Absence.MISSING).lines())
                .singleElement()
                .asString()
                .startsWith("BACKUP_TABLE is set");
    }

    private static List<String> lines(Map<String, String> environment, Set<String> read, Absence absence) {
        return new UnreadSettings(new Settings(Map.of(), Map.of(), environment), read, provider -> absence).lines();
    }
}
