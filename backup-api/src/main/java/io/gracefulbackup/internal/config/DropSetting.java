package io.gracefulbackup.internal.config;

import io.gracefulbackup.BackupConfigurationException;
import io.gracefulbackup.StateSource;
import io.gracefulbackup.internal.json.JsonSection;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The setting {@code BACKUP_DROP}: properties that a restore leaves out of JSON sections, because nothing reads them any more.
 * Its value is {@code <section>.<property>}, or several of them separated by commas. A name with dots belongs to the longest
 * section that fits.
 */
final class DropSetting {
    static final String NAME = "BACKUP_DROP";

    private final List<StateSource> sources;
    private final List<String> problems = new ArrayList<>();

    private DropSetting(List<StateSource> sources) {
        this.sources = sources;
    }

    /**
     * The properties to leave out, by the names of the sections.
     *
     * @throws BackupConfigurationException with all problems of the value
     */
    static Map<String, Set<String>> parse(String value, List<StateSource> sources) {
        DropSetting setting = new DropSetting(sources);
        Map<String, Set<String>> drops = new LinkedHashMap<>();
        for (String entry : value.split(",", -1)) {
            setting.add(entry.strip(), drops);
        }
        if (!setting.problems.isEmpty()) {
            throw new BackupConfigurationException(setting.problems);
        }
        drops.replaceAll((section, properties) -> Collections.unmodifiableSet(properties));
        return Collections.unmodifiableMap(drops);
    }

    private void add(String entry, Map<String, Set<String>> drops) {
        Optional<StateSource> found = sources.stream()
                .filter(source -> entry.startsWith(source.name() + "."))
                .max(Comparator.comparingInt(source -> source.name().length()));
        String property = found.map(
                        source -> entry.substring(source.name().length() + 1).strip())
                .orElse("");
        if (found.isEmpty()) {
            problems.add(entry.contains(".") ? unknownSection(entry) : noProperty(entry));
        } else if (property.isEmpty()) {
            problems.add(noProperty(entry));
        } else if (!(found.get() instanceof JsonSection)) {
            problems.add(NAME + " contains \"" + entry + "\", but the source \""
                    + found.get().name()
                    + "\" is not made by StateSource.json and reads its section itself; leave the property out there, and"
                    + " remove this entry");
        } else {
            drops.computeIfAbsent(found.get().name(), name -> new LinkedHashSet<>())
                    .add(property);
        }
    }

    private String unknownSection(String entry) {
        String known =
                String.join("\", \"", sources.stream().map(StateSource::name).toList());
        return NAME + " contains \"" + entry + "\", which begins with the name of no source; the sources are \"" + known
                + "\", and <section>.<property> is expected";
    }

    private static String noProperty(String entry) {
        return NAME + " contains \"" + entry + "\"; <section>.<property> is expected, several are separated by commas";
    }
}
