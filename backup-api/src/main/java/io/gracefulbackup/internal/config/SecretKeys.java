package io.gracefulbackup.internal.config;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.gracefulbackup.BackupConfigurationException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The secret key that seals backups, and the previous keys that only open older ones. */
public final class SecretKeys {
    private static final int SHORTEST = 16;

    private final byte[] current;
    private final List<byte[]> previous;

    private SecretKeys(byte[] current, List<byte[]> previous) {
        this.current = current;
        this.previous = previous;
    }

    /** Reads both settings; empty without a valid {@code SECRET_KEY}, which is then among the problems. */
    static Optional<SecretKeys> read(Settings settings, ConfigurationProblems problems) {
        Optional<byte[]> current = problems.attempt(() -> {
            byte[] key = settings.secretBytes(KnownSettings.SECRET_KEY).orElseThrow(SecretKeys::missing);
            requireLength(KnownSettings.SECRET_KEY, key, "");
            return key;
        });
        List<byte[]> previous = new ArrayList<>();
        problems.attempt(() -> settings.secretBytes(KnownSettings.SECRET_KEY_PREVIOUS))
                .flatMap(keys -> keys)
                .ifPresent(keys -> split(keys, previous, settings.redactor(), problems));
        return current.map(key -> new SecretKeys(key, List.copyOf(previous)));
    }

    /** The bytes of {@code SECRET_KEY}, as a copy. */
    public byte[] current() {
        return current.clone();
    }

    /** The bytes of the keys in {@code SECRET_KEY_PREVIOUS}, in the order of the setting, as copies. */
    public List<byte[]> previous() {
        return previous.stream().map(byte[]::clone).toList();
    }

    /** Shows no key. */
    @Override
    public String toString() {
        return "SecretKeys[" + SecretRedactor.HIDDEN + "]";
    }

    private static void split(byte[] keys, List<byte[]> result, SecretRedactor redact, ConfigurationProblems problems) {
        // One character for each byte, so that any bytes can be split as text.
        String[] parts = new String(keys, ISO_8859_1).split(",", -1);
        for (int i = 0; i < parts.length; i++) {
            String exact = parts[i];
            String stripped = exact.strip();
            byte[] key = stripped.getBytes(ISO_8859_1);
            redact.learn(new String(key, UTF_8));
            String position = ": key " + (i + 1);
            problems.attempt(() -> {
                requireLength(KnownSettings.SECRET_KEY_PREVIOUS + position, key, "; keys are separated by commas");
                return key;
            });
            result.add(key);
            if (!exact.equals(stripped)) {
                // White space next to a comma is rarely part of the key, but it may be.
                result.add(exact.getBytes(ISO_8859_1));
            }
        }
    }

    private static void requireLength(String name, byte[] key, String hint) {
        if (key.length < SHORTEST) {
            boolean ascii = new String(key, ISO_8859_1).chars().allMatch(c -> c < 0x80);
            throw new BackupConfigurationException(name + " has " + key.length + (ascii ? " characters" : " bytes")
                    + "; at least " + SHORTEST + " are needed" + hint);
        }
    }

    private static BackupConfigurationException missing() {
        return new BackupConfigurationException("SECRET_KEY is not set, but it seals every backup; set it to at least "
                + SHORTEST + " characters, or SECRET_KEY_FILE to the path of a file that contains them");
    }
}
