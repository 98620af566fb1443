package io.gracefulbackup.internal.config;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.gracefulbackup.BackupConfigurationException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Looks settings up in the builder, then in the system properties, then in the environment. Secrets are not read from system
 * properties, but may come from files. Records what was looked up, for the line that shows the effective settings. Safe for
 * use by several threads.
 */
public final class Settings {
    private final Map<Layer, Map<String, String>> layers;
    private final Set<String> ignored;
    private final SecretRedactor redactor = new SecretRedactor();
    private final SecretFiles files = new SecretFiles();
    private final Map<String, String> effective = new ConcurrentSkipListMap<>();

    /** The places that a setting can come from, in the order of precedence. */
    private enum Layer {
        BUILDER("in the builder"),
        PROPERTY("as a system property"),
        ENVIRONMENT("in the environment");

        private final String phrase;

        Layer(String phrase) {
            this.phrase = phrase;
        }
    }

    /** A value that is set in some place; {@code inFile} if it is the path of the file that contains the value. */
    private record SettingValue(String value, Layer layer, String name, boolean inFile) {}

    /** Settings from these three places. */
    public Settings(
            Map<String, String> builder, Map<String, String> systemProperties, Map<String, String> environment) {
        this(builder, systemProperties, environment, Set.of());
    }

    /**
     * Settings from these three places.
     *
     * @param ignored names that are not meant for this library: environment variables, together with their system
     *     properties, or single system properties. Does not affect what is set in the builder
     */
    Settings(
            Map<String, String> builder,
            Map<String, String> systemProperties,
            Map<String, String> environment,
            Set<String> ignored) {
        this.ignored = Set.copyOf(ignored);
        Map<String, String> properties = new HashMap<>(systemProperties);
        properties.keySet().removeIf(key -> ignored.contains(key) || ignored.contains(KnownSettings.nameOf(key)));
        Map<String, String> variables = new HashMap<>(environment);
        variables.keySet().removeAll(ignored);
        layers =
                Map.of(Layer.BUILDER, new HashMap<>(builder), Layer.PROPERTY, properties, Layer.ENVIRONMENT, variables);
    }

    /** The settings of this process and of the builder; only those of an isolated builder. */
    public static Settings ofProcess(BuilderState builderState) {
        if (builderState.isIsolated) {
            return new Settings(builderState.settings, Map.of(), Map.of(), builderState.ignoredSettings);
        }
        Map<String, String> properties = System.getProperties().stringPropertyNames().stream()
                .collect(Collectors.toMap(key -> key, key -> System.getProperty(key, "")));
        return new Settings(builderState.settings, properties, System.getenv(), builderState.ignoredSettings);
    }

    /** See {@link io.gracefulbackup.spi.SinkContext#setting}. */
    public Optional<String> setting(String name) {
        if (KnownSettings.SECRETS.contains(name)) {
            throw new IllegalArgumentException(name + " is a secret: ask for it with secret(\"" + name + "\")");
        }
        SettingValue found = find(name, Layer.BUILDER, Layer.PROPERTY, Layer.ENVIRONMENT);
        if (found == null) {
            return Optional.empty();
        }
        requireNotBlank(found);
        String value = found.value.strip();
        effective.putIfAbsent(name, value);
        return Optional.of(value);
    }

    /** See {@link io.gracefulbackup.spi.SinkContext#secret}. A file is read as UTF-8. */
    public Optional<String> secret(String name) {
        SettingValue found = findSecret(name);
        if (found == null) {
            return Optional.empty();
        }
        return Optional.of(found.inFile ? decoded(found) : found.value);
    }

    /**
     * A secret as bytes: any bytes from a file, printable ASCII from the environment, UTF-8 from the builder.
     *
     * @throws BackupConfigurationException as {@link #secret} does, and if the JDK may have replaced characters of it
     */
    public Optional<byte[]> secretBytes(String name) {
        SettingValue found = findSecret(name);
        if (found == null) {
            return Optional.empty();
        }
        if (found.inFile) {
            return Optional.of(files.read(found.name, found.value));
        }
        requireLossless(found);
        return Optional.of(found.value.getBytes(UTF_8));
    }

    /** A variable of the platform, which is not a setting of this library; a blank one counts as not set. */
    Optional<String> environment(String name) {
        return Optional.ofNullable(layer(Layer.ENVIRONMENT).get(name))
                .map(String::strip)
                .filter(value -> !value.isEmpty());
    }

    /** The names that are set in the environment and in the builder, without the ignored ones. */
    Set<String> variableNames() {
        Set<String> names = new TreeSet<>(layer(Layer.ENVIRONMENT).keySet());
        names.addAll(layer(Layer.BUILDER).keySet());
        names.removeAll(ignored);
        return names;
    }

    /**
     * The name under which a setting is set: its own, or that of the file with the secret. Empty if it is not set, ignored, or turns
     * something {@code off}.
     */
    Optional<String> nameInUse(String name) {
        Stream<String> names = KnownSettings.SECRETS.contains(name)
                ? Stream.of(name, name + KnownSettings.FILE_SUFFIX)
                : Stream.of(name);
        return names.filter(candidate -> !ignored.contains(candidate))
                .filter(candidate -> find(candidate, Layer.values()) != null && !isOff(candidate))
                .findFirst();
    }

    /** Whether a setting turns something {@code off}. */
    boolean isOff(String name) {
        SettingValue found = find(name, Layer.values());
        return found != null && found.value.strip().equalsIgnoreCase("off");
    }

    /** The names of the system properties, without the ignored ones. */
    Set<String> propertyNames() {
        return layer(Layer.PROPERTY).keySet();
    }

    /** Knows every secret that was looked up in these settings. */
    public SecretRedactor redactor() {
        return redactor;
    }

    /** The settings that were looked up and are set, as {@code NAME=value}, sorted by name; secrets as {@code ***}. */
    public List<String> redactedLines() {
        return effective.entrySet().stream()
                .map(entry ->
                        entry.getKey() + "=" + redactor.redact(entry.getValue()).replaceAll("\\p{Cntrl}", "?"))
                .toList();
    }

    /** The {@link #redactedLines()} in one line. */
    public String redacted() {
        return String.join(", ", redactedLines());
    }

    /** As {@link #redacted()}. */
    @Override
    public String toString() {
        return "Settings[" + redacted() + "]";
    }

    private @Nullable SettingValue findSecret(String name) {
        String property = KnownSettings.propertyOf(name);
        if (layer(Layer.PROPERTY).containsKey(property)) {
            throw new BackupConfigurationException("The system property " + property
                    + " is set, but secrets are not read from system properties: every user of the machine sees them"
                    + " in the list of processes. Remove the property and set " + name + " or " + name + "_FILE in the"
                    + " environment; if it is not meant for this library, call ignoreSetting(\"" + property + "\")");
        }
        SettingValue direct = find(name, Layer.BUILDER, Layer.ENVIRONMENT);
        if (direct != null) {
            redactor.learn(direct.value);
        }
        SettingValue file = find(name + KnownSettings.FILE_SUFFIX, Layer.BUILDER, Layer.PROPERTY, Layer.ENVIRONMENT);
        SettingValue found = stronger(direct, file);
        if (found == null) {
            return null;
        }
        requireNotBlank(found);
        effective.put(name, SecretRedactor.HIDDEN);
        if (found.equals(direct)) {
            return direct;
        }
        SettingValue inFile = new SettingValue(found.value.strip(), found.layer, found.name, true);
        redactor.learn(new String(files.read(inFile.name, inFile.value), UTF_8));
        return inFile;
    }

    private static @Nullable SettingValue stronger(@Nullable SettingValue direct, @Nullable SettingValue file) {
        if (direct == null || file == null) {
            return direct == null ? file : direct;
        }
        if (direct.layer == file.layer) {
            throw new BackupConfigurationException(
                    direct.name + " and " + file.name + " are both set " + direct.layer.phrase + "; keep one of them");
        }
        return direct.layer.compareTo(file.layer) < 0 ? direct : file;
    }

    private @Nullable SettingValue find(String name, Layer... places) {
        for (Layer layer : places) {
            String value = layer(layer).get(layer == Layer.PROPERTY ? KnownSettings.propertyOf(name) : name);
            if (value != null) {
                return new SettingValue(value, layer, name, false);
            }
        }
        return null;
    }

    @SuppressWarnings("NullAway") // the map has every layer
    private Map<String, String> layer(Layer layer) {
        return layers.get(layer);
    }

    private static void requireNotBlank(SettingValue found) {
        if (found.value.isBlank()) {
            String where = found.layer == Layer.PROPERTY
                    ? "by the system property " + KnownSettings.propertyOf(found.name)
                    : found.layer.phrase;
            throw new BackupConfigurationException(
                    found.name + " is set to nothing " + where + "; give it a value, or unset it");
        }
    }

    /**
     * Under LC_ALL=C a JDK replaces every character outside ASCII by the same one: different keys would become equal, and
     * one key would become another after a change of the locale.
     */
    private static void requireLossless(SettingValue found) {
        boolean fromEnvironment = found.layer == Layer.ENVIRONMENT;
        for (int i = 0; i < found.value.length(); i++) {
            char c = found.value.charAt(i);
            boolean lost = fromEnvironment ? c < ' ' || c > '~' : c == '\uFFFD';
            if (lost) {
                throw new BackupConfigurationException(found.name + " may contain printable ASCII characters only, but"
                        + " character " + (i + 1) + " is none: depending on the locale (LC_ALL=C) a JDK replaces"
                        + " such characters, and the key would not be the same everywhere. Write the key to a file and"
                        + " set its path in " + found.name + KnownSettings.FILE_SUFFIX);
            }
        }
    }

    private String decoded(SettingValue found) {
        try {
            return UTF_8.newDecoder()
                    .decode(ByteBuffer.wrap(files.read(found.name, found.value)))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new BackupConfigurationException(
                    found.name + " names " + found.value + ", which is not UTF-8 text; save it as UTF-8");
        }
    }
}
