package io.gracefulbackup.internal.config;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.gracefulbackup.BackupConfigurationException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsTest {
    private static final String KEY = "a canary that sings";

    @TempDir
    Path directory;

    @ParameterizedTest
    @CsvSource({"true,true,builder", "false,true,property", "false,false,environment"})
    void prefersTheBuilderThenTheSystemPropertyThenTheEnvironment(
            boolean inBuilder, boolean inProperty, String winner) {
        Settings settings = new Settings(
                inBuilder ? Map.of("BACKUP_TABLE", "builder") : Map.of(),
                inProperty ? Map.of("backup.table", "property") : Map.of(),
                Map.of("BACKUP_TABLE", "environment"));

        assertThat(settings.setting("BACKUP_TABLE")).contains(winner);
    }

    @Test
    void stripsASettingAndReturnsEmptyForOneThatIsNotSet() {
        Settings settings = environment("BACKUP_FILE", " a b\t\n");

        assertThat(settings.setting("BACKUP_FILE")).contains("a b");
        assertThat(settings.setting("BACKUP_TABLE")).isEmpty();
        assertThat(settings.secret("SECRET_KEY")).isEmpty();
        assertThat(settings.secretBytes("SECRET_KEY")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "  ", "\n"})
    void refusesANameSetToNothingAndSaysWhere(String nothing) {
        assertWrong(
                () -> environment("BACKUP_TABLE", nothing).setting("BACKUP_TABLE"),
                "BACKUP_TABLE is set to nothing in the environment; give it a value, or unset it");
        assertWrong(
                () -> new Settings(Map.of(), Map.of("backup.table", nothing), Map.of()).setting("BACKUP_TABLE"),
                "BACKUP_TABLE is set to nothing by the system property backup.table; give it a value, or unset it");
        assertWrong(
                () -> new Settings(Map.of("BACKUP_TABLE", nothing), Map.of(), Map.of()).setting("BACKUP_TABLE"),
                "BACKUP_TABLE is set to nothing in the builder; give it a value, or unset it");
        assertWrong(
                () -> environment("SECRET_KEY", nothing).secret("SECRET_KEY"),
                "SECRET_KEY is set to nothing in the environment; give it a value, or unset it");
        assertWrong(
                () -> environment("SECRET_KEY_FILE", nothing).secretBytes("SECRET_KEY"),
                "SECRET_KEY_FILE is set to nothing in the environment; give it a value, or unset it");
    }

    @Test
    void readsIgnoredNamesFromTheBuilderOnly() {
        Set<String> ignored = Set.of("BACKUP_TABLE", "backup.file");
        Settings settings = new Settings(
                Map.of("BACKUP_TABLE", "builder"),
                Map.of("backup.table", "property", "backup.file", "property"),
                Map.of("BACKUP_TABLE", "environment", "BACKUP_FILE", "environment"),
                ignored);
        Settings withoutBuilder = new Settings(
                Map.of(), Map.of("backup.table", "property"), Map.of("BACKUP_TABLE", "environment"), ignored);

        assertThat(settings.setting("BACKUP_TABLE")).contains("builder");
        assertThat(settings.setting("BACKUP_FILE")).contains("environment");
        assertThat(withoutBuilder.setting("BACKUP_TABLE")).isEmpty();
    }

    @Test
    void readsSystemPropertiesAndEnvironmentOfThisProcess() {
        BuilderState plan = new BuilderState();
        plan.settings.put("BACKUP_SITE", "from the builder");
        String path = System.getenv("PATH");

        Settings settings = Settings.ofProcess(plan);

        assertThat(settings.setting("BACKUP_SITE")).contains("from the builder");
        assertThat(settings.setting("JAVA_VERSION")).contains(System.getProperty("java.version"));
        assertThat(settings.environment("PATH")).contains(path);
    }

    @Test
    void aSecretComesFromBuilderEnvironmentOrFile() throws IOException {
        assertThat(new Settings(Map.of("SECRET_KEY", KEY), Map.of(), Map.of()).secret("SECRET_KEY"))
                .contains(KEY);
        assertThat(environment("SECRET_KEY", KEY).secret("SECRET_KEY")).contains(KEY);
        assertThat(environment("SECRET_KEY_FILE", file(KEY)).secret("SECRET_KEY"))
                .contains(KEY);
        assertThat(new Settings(Map.of(), Map.of("secret.key.file", file(KEY)), Map.of()).secret("SECRET_KEY"))
                .contains(KEY);
    }

    @Test
    void prefersTheSecretOfTheBuilderInEitherForm() throws IOException {
        String path = file("from the environment's file");

        assertThat(new Settings(Map.of("SECRET_KEY", KEY), Map.of(), Map.of("SECRET_KEY_FILE", path))
                        .secret("SECRET_KEY"))
                .contains(KEY);
        assertThat(new Settings(Map.of("SECRET_KEY_FILE", file(KEY)), Map.of(), Map.of("SECRET_KEY", "other"))
                        .secret("SECRET_KEY"))
                .contains(KEY);
    }

    @Test
    void doesNotStripASecret() {
        assertThat(environment("SECRET_KEY", " key ").secret("SECRET_KEY")).contains(" key ");
        assertThat(environment("SECRET_KEY", " key ").secretBytes("SECRET_KEY")).contains(" key ".getBytes(UTF_8));
    }

    @ParameterizedTest
    @CsvSource(
            ignoreLeadingAndTrailingWhitespace = false,
            value = {"'key\n','key'", "'key\r\n','key'", "'key\n\n','key\n'", "'\n key ','\n key '", "'key\r','key\r'"})
    void removesOneTrailingNewlineOfAFile(String content, String secret) throws IOException {
        assertThat(environment("SECRET_KEY_FILE", file(content)).secret("SECRET_KEY"))
                .contains(secret);
    }

    @Test
    void readsTheFileOfASecretOnceSoThatItMayBeAPipe() throws IOException {
        String path = file(KEY);
        Settings settings = environment("SECRET_KEY_FILE", path);
        settings.secretBytes("SECRET_KEY");
        Files.delete(Path.of(path));

        assertThat(settings.secret("SECRET_KEY")).contains(KEY);
    }

    @Test
    void refusesASecretThatIsSetTwice() throws IOException {
        Settings settings =
                new Settings(Map.of(), Map.of(), Map.of("SECRET_KEY", KEY, "SECRET_KEY_FILE", file("other")));

        assertWrong(
                () -> settings.secret("SECRET_KEY"),
                "SECRET_KEY and SECRET_KEY_FILE are both set in the environment; keep one of them");
    }

    @Test
    void refusesASystemPropertyForASecretAndSaysWhy() {
        Settings settings = new Settings(Map.of(), Map.of("secret.key", KEY), Map.of("SECRET_KEY", KEY));

        assertThatExceptionOfType(BackupConfigurationException.class)
                .isThrownBy(() -> settings.secret("SECRET_KEY"))
                .withMessageContainingAll("secret.key", "list of processes", "SECRET_KEY_FILE", "ignoreSetting(")
                .withMessageNotContaining(KEY);
    }

    @Test
    void ignoresASystemPropertyOfAnotherLibraryIfTold() {
        Settings settings = new Settings(
                Map.of(), Map.of("database.url", "x"), Map.of("DATABASE_URL", KEY), Set.of("database.url"));

        assertThat(settings.secret("DATABASE_URL")).contains(KEY);
    }

    @Test
    void refusesAnUnreadableFileAndNamesPathAndReason() throws IOException {
        Path missing = directory.resolve("missing");
        String empty = file("\n");
        String large = file("x".repeat(70_000));
        String binary = directory.resolve("binary").toString();
        Files.write(Path.of(binary), new byte[] {(byte) 0xff, 0, 1});

        assertThatExceptionOfType(BackupConfigurationException.class)
                .isThrownBy(
                        () -> environment("SECRET_KEY_FILE", missing.toString()).secret("SECRET_KEY"))
                .withMessageContainingAll("SECRET_KEY_FILE", missing.toString(), "there is no such file");
        assertThatExceptionOfType(BackupConfigurationException.class)
                .isThrownBy(() ->
                        environment("SECRET_KEY_FILE", directory.toString()).secret("SECRET_KEY"))
                .withMessageContainingAll(directory.toString(), "directory");
        assertThatExceptionOfType(BackupConfigurationException.class)
                .isThrownBy(() -> environment("SECRET_KEY_FILE", "a\0b").secret("SECRET_KEY"))
                .withMessageContaining("cannot be read");
        assertThatExceptionOfType(BackupConfigurationException.class)
                .isThrownBy(() -> environment("SECRET_KEY_FILE", empty).secret("SECRET_KEY"))
                .withMessageContainingAll(empty, "empty");
        assertThatExceptionOfType(BackupConfigurationException.class)
                .isThrownBy(() -> environment("SECRET_KEY_FILE", large).secret("SECRET_KEY"))
                .withMessageContainingAll(large, "64 KiB");
        assertThatExceptionOfType(BackupConfigurationException.class)
                .isThrownBy(() -> environment("SECRET_KEY_FILE", binary).secret("SECRET_KEY"))
                .withMessageContainingAll(binary, "UTF-8");
    }

    @Test
    void aKeyFromAFileMayBeAnyBytes() throws IOException {
        byte[] bytes = new byte[256];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) i;
        }
        Path path = Files.write(directory.resolve("key"), bytes);

        assertThat(environment("SECRET_KEY_FILE", path.toString()).secretBytes("SECRET_KEY"))
                .contains(bytes);
    }

    @ParameterizedTest
    @ValueSource(strings = {"schlüssel", "key\u007f", "key\n", "tab\tbed", "\uFFFDkey", "🔑"})
    void refusesOtherCharactersInAKeyFromTheEnvironment(String key) {
        assertThatExceptionOfType(BackupConfigurationException.class)
                .isThrownBy(() -> environment("SECRET_KEY", key).secretBytes("SECRET_KEY"))
                .withMessageContainingAll("SECRET_KEY", "printable ASCII", "LC_ALL=C", "SECRET_KEY_FILE")
                .withMessageNotContaining(key);
    }

    @Test
    void acceptsEveryPrintableAsciiCharacterInAKey() {
        StringBuilder all = new StringBuilder();
        for (char c = ' '; c <= '~'; c++) {
            all.append(c);
        }

        assertThat(environment("SECRET_KEY", all.toString()).secretBytes("SECRET_KEY"))
                .contains(all.toString().getBytes(UTF_8));
    }

    @Test
    void readsTheKeyOfTheBuilderAsUtf8UnlessCharactersWereLostBefore() {
        assertThat(new Settings(Map.of("SECRET_KEY", "schlüssel"), Map.of(), Map.of()).secretBytes("SECRET_KEY"))
                .contains("schlüssel".getBytes(UTF_8));
        assertThatExceptionOfType(BackupConfigurationException.class)
                .isThrownBy(() -> new Settings(Map.of("SECRET_KEY", "schl\uFFFDssel"), Map.of(), Map.of())
                        .secretBytes("SECRET_KEY"));
    }

    @Test
    void showsTheEffectiveSettingsWithoutSecrets() throws IOException {
        Settings settings = new Settings(
                Map.of("BACKUP_SITE", "two\nlines"),
                Map.of("backup.table", "t"),
                Map.of(
                        "SECRET_KEY",
                        KEY,
                        "PINATA_JWT_FILE",
                        file("canary2"),
                        "PINATA_GATEWAY",
                        "https://me:canary3@gateway/ipfs",
                        "BACKUP_FILE",
                        "/tmp/" + KEY,
                        "BACKUP_APP",
                        "never asked"));
        settings.secretBytes("SECRET_KEY");
        settings.secret("PINATA_JWT");
        for (String name : Set.of("BACKUP_SITE", "BACKUP_TABLE", "PINATA_GATEWAY", "BACKUP_FILE", "BACKUP_START")) {
            settings.setting(name);
        }

        assertThat(settings.redactedLines())
                .containsExactly(
                        "BACKUP_FILE=/tmp/***",
                        "BACKUP_SITE=two?lines",
                        "BACKUP_TABLE=t",
                        "PINATA_GATEWAY=https://me:***@gateway/ipfs",
                        "PINATA_JWT=***",
                        "SECRET_KEY=***");
        assertThat(settings.redacted()).startsWith("BACKUP_FILE=/tmp/***, BACKUP_SITE=two?lines, ");
        assertThat(settings).hasToString("Settings[" + settings.redacted() + "]");
    }

    @Test
    void hidesASecretThatIsAlsoReadAsASetting() {
        Settings settings = environment("S3_KEY", "canary");
        settings.setting("S3_KEY");
        settings.secret("S3_KEY");
        settings.setting("S3_KEY");

        assertThat(settings.redactedLines()).containsExactly("S3_KEY=***");
    }

    @Test
    void refusesToReadASecretOfTheLibraryAsASetting() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> environment("DATABASE_URL", KEY).setting("DATABASE_URL"))
                .withMessage("DATABASE_URL is a secret: ask for it with secret(\"DATABASE_URL\")");
    }

    private static Settings environment(String name, String value) {
        return new Settings(Map.of(), Map.of(), Map.of(name, value));
    }

    private String file(String content) throws IOException {
        Path path = Files.createTempFile(directory, "secret", "");
        return Files.writeString(path, content).toString();
    }

    private static void assertWrong(ThrowingCallable call, String message) {
        assertThatExceptionOfType(BackupConfigurationException.class)
                .isThrownBy(call)
                .withMessage(message);
    }
}
