package io.gracefulbackup.internal.config;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.gracefulbackup.BackupConfigurationException;
import io.gracefulbackup.StateSource;
import io.gracefulbackup.internal.fixtures.Cell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BackupConfigTest {
    private static final String KEY = "canary-0123456789";
    private static final String ID = "0123456789abcdef0123456789abcdef";

    private final BuilderState builderState = new BuilderState();
    private final Map<String, String> environment = new LinkedHashMap<>(Map.of("SECRET_KEY", KEY));
    private Settings settings = new Settings(Map.of(), Map.of(), Map.of());
    private ConfigurationProblems problems = new ConfigurationProblems(settings.redactor());

    @BeforeEach
    void addASource() {
        builderState.sources.add(source("blocks"));
    }

    @Test
    void hasTheDefaultsOfTheReadme() {
        BackupConfig config = resolve();

        assertThat(problems.all()).isEmpty();
        assertThat(config.application()).isEqualTo("blockchain");
        assertThat(config.keys().orElseThrow().current()).isEqualTo(KEY.getBytes(UTF_8));
        assertThat(config.keys().orElseThrow().previous()).isEmpty();
        assertThat(config.timeout()).isEqualTo(Duration.ofSeconds(25));
        assertThat(config.drainTimeout()).isEqualTo(Duration.ofSeconds(3));
        assertThat(config.startTimeout()).isEqualTo(Duration.ofSeconds(60));
        assertThat(config.start()).isEqualTo(StartPolicy.AUTO);
        assertThat(config.restoreTarget()).isEmpty();
        assertThat(config.site()).isEmpty();
        assertThat(config.overlappingPlatform()).isEmpty();
        assertThat(config.disk()).isEqualTo(DiskLifetime.LASTING);
        assertThat(config.pullRequest()).isFalse();
        assertThat(config.keepLast()).isEmpty();
        assertThat(config.warnings()).isEmpty();
        assertThat(config.registered().lock()).isEmpty();
    }

    @Test
    void makesNoCheckpointsByDefault() {
        assertThat(resolve().interval()).isEmpty();
        environment.put("BACKUP_INTERVAL", "off");
        assertThat(resolve().interval()).isEmpty();
        environment.put("BACKUP_INTERVAL", "5m");
        assertThat(resolve().interval()).contains(Duration.ofMinutes(5));
        assertThat(problems.all()).isEmpty();
    }

    @Test
    void readsEverySetting() {
        environment.putAll(Map.of(
                "BACKUP_APP", "My.app_1-x",
                "BACKUP_TIMEOUT", "5s",
                "BACKUP_START_TIMEOUT", "2m",
                "BACKUP_START", "require",
                "BACKUP_RESTORE_ID", ID,
                "BACKUP_SITE", "laptop",
                "RENDER_SERVICE_ID", "srv-1",
                "BACKUP_KEEP_LAST", "3",
                "IS_PULL_REQUEST", "true"));
        environment.put("RENDER", "true");

        BackupConfig config = resolve();

        assertThat(problems.all()).isEmpty();
        assertThat(config.application()).isEqualTo("My.app_1-x");
        assertThat(config.timeout()).isEqualTo(Duration.ofSeconds(5));
        assertThat(config.drainTimeout()).isEqualTo(Duration.ofSeconds(2));
        assertThat(config.startTimeout()).isEqualTo(Duration.ofMinutes(2));
        assertThat(config.start()).isEqualTo(StartPolicy.REQUIRE);
        assertThat(config.restoreTarget()).contains(new RestoreTarget("BACKUP_RESTORE_ID", ID));
        assertThat(config.site()).contains("laptop");
        assertThat(config.keepLast()).contains(3);
        assertThat(config.pullRequest()).isTrue();
        assertThat(config.overlappingPlatform()).contains("Render");
        assertThat(config.disk()).isEqualTo(DiskLifetime.INSTANCE);
    }

    @Test
    void takesTheServiceOfRenderForTheSiteUnlessSet() {
        environment.put("RENDER_SERVICE_ID", "srv-1");

        assertThat(resolve().site()).contains("srv-1");
    }

    @ParameterizedTest
    @CsvSource({"false,25", "true,8"})
    void theDefaultDeadlineDependsOnThePlatform(boolean docker, long seconds) {
        BackupConfig config = BackupConfig.resolve(builderState, settings(), Set.of(), problems, path -> docker);

        assertThat(config.timeout()).isEqualTo(Duration.ofSeconds(seconds));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "BACKUP_APP           | a b     | letters, digits",
                "BACKUP_APP           | -a      | letters, digits",
                "BACKUP_APP           | a/b     | letters, digits",
                "BACKUP_TIMEOUT       | 25      | the unit is missing: write 25s",
                "BACKUP_START_TIMEOUT | 0s      | more than 0",
                "BACKUP_INTERVAL      | 500ms   | off or at least 1s is expected",
                "BACKUP_HANDOFF       | maybe   | auto, on or off is expected",
                "BACKUP_LEASE_TTL     | 5s      | at least 6s is expected",
                "BACKUP_INTERVAL      | 5       | the unit is missing",
                "BACKUP_START         | never   | auto, empty or require is expected",
                "BACKUP_RESTORE_ID    | 0815    | 32 lower-case hexadecimal digits",
                "BACKUP_KEEP_LAST     | 0       | a whole number of at least 1 is expected",
                "BACKUP_KEEP_LAST     | -1      | a whole number of at least 1 is expected",
                "BACKUP_KEEP_LAST     | ten     | a whole number of at least 1 is expected",
                "BACKUP_KEEP_LAST     | 9999999999 | a whole number of at least 1 is expected",
                "IS_PULL_REQUEST      | yes     | true or false is expected"
            })
    void refusesAWrongValueAndNamesWhatIsExpected(String name, String value, String expected) {
        environment.put(name, value);

        resolve();

        assertThat(problems.all())
                .singleElement()
                .asString()
                .startsWith(name + " is \"" + value + "\"; ")
                .contains(expected);
    }

    @ParameterizedTest
    @CsvSource({"63,0", "64,1"})
    void anApplicationNameHasAtMost63Characters(int length, int problemCount) {
        environment.put("BACKUP_APP", "a".repeat(length));

        resolve();

        assertThat(problems.all()).hasSize(problemCount);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 201})
    void aSiteFitsIntoTheHeader(int length) {
        environment.put("BACKUP_SITE", length == 0 ? "two\nlines" : "x".repeat(length));

        resolve();

        assertThat(problems.all()).singleElement().asString().contains("at most 200 characters in one line");
    }

    @Test
    void refusesToChooseABackupAndNoneAtTheSameTime() {
        environment.putAll(Map.of("BACKUP_START", "empty", "BACKUP_RESTORE_ID", ID));

        resolve();

        assertThat(problems.all())
                .containsExactly(
                        "BACKUP_RESTORE_ID chooses a backup, but BACKUP_START=empty starts without one; unset one of them");
    }

    @Test
    void aKeyIsRequired() {
        environment.remove("SECRET_KEY");

        assertThat(resolve().keys()).isEmpty();
        assertThat(problems.all())
                .singleElement()
                .asString()
                .contains("SECRET_KEY is not set", "at least 16 characters", "SECRET_KEY_FILE");
    }

    @Test
    void refusesAShortKeyAndNamesItsLength() {
        environment.putAll(Map.of("SECRET_KEY", "ninechars", "SECRET_KEY_PREVIOUS", KEY + ",short,0123456789abcdef"));

        assertThat(resolve().keys()).isEmpty();
        assertThat(problems.all())
                .containsExactly(
                        "SECRET_KEY has 9 characters; at least 16 are needed",
                        "SECRET_KEY_PREVIOUS: key 2 has 5 characters; at least 16 are needed;"
                                + " keys are separated by commas");
    }

    @ParameterizedTest
    @CsvSource({"15,1", "16,0"})
    void sixteenCharactersAreEnough(int length, int problemCount) {
        environment.put("SECRET_KEY", "k".repeat(length));

        resolve();

        assertThat(problems.all()).hasSize(problemCount);
    }

    @Test
    void splitsPreviousKeysAtCommasAndTriesThemWithTheirSpacesAsWell() {
        environment.put("SECRET_KEY_PREVIOUS", "first-0123456789, second-0123456789");

        assertThat(resolve().keys().orElseThrow().previous())
                .extracting(key -> new String(key, UTF_8))
                .containsExactly("first-0123456789", "second-0123456789", " second-0123456789");
    }

    @Test
    void readsPreviousKeysOfAnyBytesFromAFile(@TempDir Path directory) throws IOException {
        byte[] key = new byte[16];
        Arrays.fill(key, (byte) 0xfe);
        Path file = directory.resolve("keys");
        Files.write(file, key);
        Files.writeString(file, ",0123456789abcdef\n", StandardOpenOption.APPEND);
        environment.put("SECRET_KEY_PREVIOUS_FILE", file.toString());

        assertThat(resolve().keys().orElseThrow().previous()).containsExactly(key, "0123456789abcdef".getBytes(UTF_8));
    }

    @Test
    void returnsCopiesOfKeys() {
        SecretKeys keys = resolve().keys().orElseThrow();
        keys.current()[0] = 0;

        assertThat(keys.current()).isEqualTo(KEY.getBytes(UTF_8));
    }

    @Test
    void limitsTheDrainTimeToItsShareOfTheDeadline() {
        environment.put("BACKUP_TIMEOUT", "10s");
        builderState.drainTimeout = Duration.ofSeconds(4);
        assertThat(resolve().drainTimeout()).isEqualTo(Duration.ofSeconds(4));
        assertThat(problems.all()).isEmpty();

        builderState.drainTimeout = Duration.ofMillis(4001);
        resolve();
        assertThat(problems.all())
                .containsExactly("drainTimeout is 4001ms; at most 40 % of BACKUP_TIMEOUT is allowed, which is 4000ms,"
                        + " so that enough time is left for the backup");
    }

    @Test
    void refusesSourcesWithoutANameOfTheirOwn() {
        builderState.sources.add(source(" "));
        builderState.sources.add(source("blocks"));

        resolve();

        assertThat(problems.all())
                .containsExactly(
                        "Source 2 has no name; give it one, it names its section of the backup",
                        "Sources 1 and 3 are both named \"blocks\"; a section of the backup needs a name of its own");
    }

    @Test
    void refusesANameThatNoBackupCanHold() {
        builderState.sources.add(source("a\nb"));
        builderState.sources.add(source("c\u0085d"));

        resolve();

        assertThat(problems.all())
                .hasSize(2)
                .anyMatch(problem -> problem.startsWith("Source 2 is named \"a?b\""))
                .anyMatch(problem -> problem.startsWith("Source 3 is named \"c?d\""));
    }

    @Test
    void refusesToInstallWithoutASource() {
        builderState.sources.clear();

        resolve();

        assertThat(problems.all()).singleElement().asString().startsWith("There is no source");
    }

    @Test
    void keepsTheObjectsOfTheBuilderInTheirOrder() {
        ReentrantLock lock = new ReentrantLock();
        builderState.lock = lock;
        List.of("z", "a", "m").forEach(name -> builderState.drains.put(name, deadline -> {}));
        builderState.ignoredSections.add("old");

        BackupConfig.Registrations registered = resolve().registered();
        builderState.drains.clear();

        assertThat(registered.lock()).containsSame(lock);
        assertThat(registered.drains().keySet()).containsExactly("z", "a", "m");
        assertThat(registered.ignoredSections()).containsExactly("old");
        assertThat(registered.sources()).extracting(StateSource::name).containsExactly("blocks");
    }

    @Test
    void reportsAllProblemsAtOnceAndEachOnce() {
        environment.putAll(Map.of("SECRET_KEY", "canary", "BACKUP_TIMEOUT", "25", "BACKUP_TABEL", "x"));
        environment.put("BACKUP_APP", "");
        environment.put("DATABASE_URL", "");
        builderState.sources.clear();
        resolve();
        problems.attempt(() -> settings.secret("DATABASE_URL"));

        assertThatExceptionOfType(BackupConfigurationException.class)
                .isThrownBy(() -> problems.throwIfAny())
                .satisfies(e -> assertThat(e.problems())
                        .hasSize(6)
                        .anyMatch(text -> text.startsWith("SECRET_KEY has 6"))
                        .anyMatch(text -> text.startsWith("BACKUP_TIMEOUT is"))
                        .anyMatch(text -> text.startsWith("BACKUP_TABEL is not"))
                        .anyMatch(text -> text.startsWith("BACKUP_APP is set to nothing"))
                        .anyMatch(text -> text.startsWith("DATABASE_URL is set to nothing"))
                        .anyMatch(text -> text.startsWith("There is no source")))
                .withMessageStartingWith("6 settings are wrong:\n   - ")
                .withMessageNotContaining("canary");
    }

    @Test
    void aValueForgesNoLineOfAProblem() {
        environment.put("BACKUP_TIMEOUT", "25s\n✅ saved\u202e\u001b[2J");
        resolve();

        assertThat(problems.all())
                .filteredOn(text -> text.startsWith("BACKUP_TIMEOUT is"))
                .singleElement()
                .asString()
                .contains("25s\\u000a✅ saved\\u202e\\u001b[2J")
                .doesNotContain("\n", "\u202e", "\u001b");
    }

    @Test
    void showsNoSecret() {
        environment.putAll(Map.of(
                "SECRET_KEY_PREVIOUS", "old-canary-012345",
                "DATABASE_URL", "postgres://me:pw-canary@host/db",
                "BACKUP_APP", KEY + "/",
                "BACKUP_START", "https://me:canary@host"));

        BackupConfig config = resolve();

        assertThat(String.join("\n", problems.all())).contains("\"***/\"", "https://me:***@host");
        assertThat(config + " " + config.keys() + " " + settings + " " + problems.all())
                .doesNotContain("canary");
        assertThat(settings.redactedLines()).contains("SECRET_KEY=***", "SECRET_KEY_PREVIOUS=***", "DATABASE_URL=***");
    }

    private BackupConfig resolve() {
        return BackupConfig.resolve(builderState, settings(), Set.of(), problems, path -> false);
    }

    private Settings settings() {
        settings = new Settings(Map.of(), Map.of(), environment, builderState.ignoredSettings);
        problems = new ConfigurationProblems(settings.redactor());
        return settings;
    }

    private static StateSource source(String name) {
        return new Cell(name);
    }
}
