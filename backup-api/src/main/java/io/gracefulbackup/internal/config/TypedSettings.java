package io.gracefulbackup.internal.config;

import io.gracefulbackup.BackupConfigurationException;
import io.gracefulbackup.BackupId;
import io.gracefulbackup.StateSource;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** Converts settings to their types. A wrong value is added to the problems and counts as not set. */
final class TypedSettings {
    private static final Pattern APPLICATION = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.-]{0,62}");

    /** Of the setting {@code BACKUP_FILE}. */
    private static final String DEFAULT_FILE = "blocks/blockchain_data.encrypted";

    private static final Duration SHORTEST_INTERVAL = Duration.ofSeconds(1);
    private static final Duration SHORTEST_TERM = Duration.ofSeconds(6);

    private final Settings settings;
    private final ConfigurationProblems problems;

    TypedSettings(Settings settings, ConfigurationProblems problems) {
        this.settings = settings;
        this.problems = problems;
    }

    String application() {
        return value(
                        "BACKUP_APP",
                        "letters, digits, \"_\", \".\" and \"-\" are expected, at most 63, the first a letter or digit",
                        text -> Optional.of(text)
                                .filter(name -> APPLICATION.matcher(name).matches()))
                .orElse("blockchain");
    }

    StartPolicy start() {
        return value(
                        StartChoice.Setting.BACKUP_START.name(),
                        "auto, empty or require is expected",
                        text -> switch (text) {
                            case "auto" -> Optional.of(StartPolicy.AUTO);
                            case "require" -> Optional.of(StartPolicy.REQUIRE);
                            default ->
                                isEmptyStart(text) ? Optional.of(StartPolicy.EMPTY) : Optional.<StartPolicy>empty();
                        })
                .orElse(StartPolicy.AUTO);
    }

    private static boolean isEmptyStart(String text) {
        StartChoice choice = StartChoice.parse(StartChoice.Setting.BACKUP_START, text);
        return choice.value().equals("empty") && namesAll(choice);
    }

    /**
     * The choices of a backup, or of none, that are set.
     *
     * @param start the setting {@code BACKUP_START}
     */
    List<StartChoice> choices(StartPolicy start) {
        List<StartChoice> choices = new ArrayList<>();
        choice(
                        StartChoice.Setting.BACKUP_RESTORE_ID,
                        "a backup's id is expected: 32 lower-case hexadecimal digits",
                        BackupId::isValid)
                .ifPresent(choices::add);
        choice(StartChoice.Setting.PINATA_RESTORE_CID, "a CID is expected", cid -> !cid.isEmpty() && isShort(cid))
                .ifPresent(choices::add);
        if (start == StartPolicy.EMPTY) {
            settings.setting(StartChoice.Setting.BACKUP_START.name())
                    .map(text -> StartChoice.parse(StartChoice.Setting.BACKUP_START, text))
                    .ifPresent(choices::add);
        }
        return choices;
    }

    private Optional<StartChoice> choice(StartChoice.Setting setting, String expected, Predicate<String> isValue) {
        return value(
                setting.name(),
                expected + ", and after it any number of \",despite:\" each with an entry to go past",
                text -> Optional.of(StartChoice.parse(setting, text))
                        .filter(choice -> isValue.test(choice.value()) && namesAll(choice)));
    }

    /** The headers of later backups have room for it, and it has no empty part. */
    private static boolean namesAll(StartChoice choice) {
        return choice.despite().stream().noneMatch(String::isEmpty)
                && choice.text().length() <= StartChoice.LONGEST
                && choice.text().chars().noneMatch(Character::isISOControl);
    }

    HandoffPolicy handoff() {
        return value("BACKUP_HANDOFF", "auto, on or off is expected", text -> switch (text) {
                    case "auto" -> Optional.of(HandoffPolicy.AUTO);
                    case "on" -> Optional.of(HandoffPolicy.ON);
                    case "off" -> Optional.of(HandoffPolicy.OFF);
                    default -> Optional.<HandoffPolicy>empty();
                })
                .orElse(HandoffPolicy.AUTO);
    }

    /** Whether backups are rehearsed. */
    boolean rehearses() {
        return value("BACKUP_REHEARSAL", "auto or off is expected", text -> switch (text) {
                    case "auto" -> Optional.of(true);
                    case "off" -> Optional.of(false);
                    default -> Optional.<Boolean>empty();
                })
                .orElse(true);
    }

    /** The shortest term lets the holder of a lease renew it several times before it runs out. */
    Optional<Duration> leaseTerm() {
        return value(
                "BACKUP_LEASE_TTL",
                "at least " + SHORTEST_TERM.toSeconds() + "s is expected, such as 15s",
                text -> Optional.of(Durations.parse("BACKUP_LEASE_TTL", text))
                        .filter(term -> term.compareTo(SHORTEST_TERM) >= 0));
    }

    Optional<Duration> duration(String name) {
        return value(name, "", text -> Optional.of(Durations.parse(name, text)));
    }

    /** A duration of at least one second; empty for {@code off} and if not set. */
    Optional<Duration> interval(String name) {
        return value(
                        name,
                        "off or at least 1s is expected, such as 5m",
                        text -> Optional.of(text.equals("off") ? Duration.ZERO : Durations.parse(name, text))
                                .filter(interval -> interval.isZero() || interval.compareTo(SHORTEST_INTERVAL) >= 0))
                .filter(interval -> !interval.isZero());
    }

    /** The properties that a restore leaves out, by section. */
    Map<String, Set<String>> drops(List<StateSource> sources) {
        return problems.attempt(() -> settings.setting(DropSetting.NAME).map(text -> DropSetting.parse(text, sources)))
                .flatMap(drops -> drops)
                .orElse(Map.of());
    }

    Optional<Integer> count(String name) {
        return value(
                name,
                "a whole number of at least 1 is expected",
                text -> Optional.of(text)
                        .filter(digits -> digits.matches("\\d{1,9}"))
                        .map(Integer::valueOf)
                        .filter(count -> count >= 1));
    }

    Optional<String> shortText(String name) {
        return value(
                name,
                "at most " + BackupConfig.LONGEST_TEXT + " characters in one line are expected",
                text -> Optional.of(text).filter(TypedSettings::isShort));
    }

    private static boolean isShort(String text) {
        return text.length() <= BackupConfig.LONGEST_TEXT && text.chars().noneMatch(Character::isISOControl);
    }

    /** The directory of a file; empty if it is {@code off}. A path that is none is a problem for whoever uses the file. */
    Optional<Path> directoryOf(String name) {
        String file = problems.attempt(() -> settings.setting(name))
                .flatMap(value -> value)
                .orElse(DEFAULT_FILE);
        try {
            return file.equals("off")
                    ? Optional.empty()
                    : Optional.ofNullable(Path.of(file).toAbsolutePath().getParent());
        } catch (InvalidPathException e) {
            return Optional.empty();
        }
    }

    boolean flag(String name) {
        return value(name, "true or false is expected", text -> switch (text.toLowerCase(Locale.ROOT)) {
                    case "true" -> Optional.of(true);
                    case "false" -> Optional.of(false);
                    default -> Optional.<Boolean>empty();
                })
                .orElse(false);
    }

    private <T> Optional<T> value(String name, String expected, Function<String, Optional<T>> reader) {
        return problems.attempt(() -> settings.setting(name)
                        .map(text -> reader.apply(text)
                                .orElseThrow(() ->
                                        new BackupConfigurationException(name + " is \"" + text + "\"; " + expected))))
                .flatMap(value -> value);
    }
}
