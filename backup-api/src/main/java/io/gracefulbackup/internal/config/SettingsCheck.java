package io.gracefulbackup.internal.config;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/** Checks the names of all settings: finds mistyped ones, and ones that are set to nothing. */
final class SettingsCheck {
    private static final String PREFIX = "BACKUP_";
    private static final int TYPING_ERRORS = 2;

    private final Settings settings;
    private final Set<String> known = new TreeSet<>();
    private final ConfigurationProblems problems;
    private final List<String> warnings = new ArrayList<>();

    /**
     * Prepares the check.
     *
     * @param providerSettings the names of the settings that only certain sinks read
     */
    SettingsCheck(Settings settings, Set<String> providerSettings, ConfigurationProblems problems) {
        this.settings = settings;
        this.problems = problems;
        KnownSettings.SECRETS.forEach(name -> known.addAll(List.of(name, name + KnownSettings.FILE_SUFFIX)));
        known.addAll(providerSettings);
        known.addAll(KnownSettings.PLAIN);
    }

    /** Adds errors to the problems; returns warnings for the operator. */
    List<String> run() {
        KnownSettings.PLAIN.forEach(name -> problems.attempt(() -> settings.setting(name)));
        KnownSettings.SECRETS.stream()
                .sorted()
                .filter(name -> !name.startsWith(KnownSettings.SECRET_KEY)) // SecretKeys reads these, as bytes
                .forEach(name -> problems.attempt(() -> settings.secret(name)));
        settings.variableNames().stream()
                .filter(name -> name.startsWith(PREFIX))
                .filter(name -> !known.contains(name))
                .forEach(name -> reportUnknown(name, name, known));
        Set<String> knownProperties = new TreeSet<>();
        known.forEach(name -> knownProperties.add(KnownSettings.propertyOf(name)));
        String propertyPrefix = KnownSettings.propertyOf(PREFIX);
        settings.propertyNames().stream()
                .sorted()
                .filter(key -> key.startsWith(propertyPrefix))
                .filter(key -> !knownProperties.contains(key))
                .forEach(key -> reportUnknown("The system property " + key, key, knownProperties));
        return List.copyOf(warnings);
    }

    private void reportUnknown(String subject, String name, Set<String> candidates) {
        candidates.stream()
                .filter(candidate -> candidate.regionMatches(true, 0, name, 0, PREFIX.length()))
                .filter(candidate -> distance(name, candidate) <= TYPING_ERRORS)
                .min(Comparator.comparingInt(candidate -> distance(name, candidate)))
                .ifPresentOrElse(
                        meant -> problems.add(subject + " is not a setting, but " + meant
                                + " is. Correct the name, or call ignoreSetting(\"" + name + "\")"),
                        () -> warnings.add(subject + " is not a setting of this library and has no effect; call"
                                + " ignoreSetting(\"" + name + "\") if it is meant for another program"));
    }

    private static int distance(String one, String other) {
        return EditDistance.distance(one.toLowerCase(Locale.ROOT), other.toLowerCase(Locale.ROOT));
    }
}
