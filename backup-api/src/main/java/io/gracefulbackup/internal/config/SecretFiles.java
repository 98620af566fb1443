package io.gracefulbackup.internal.config;

import io.gracefulbackup.BackupConfigurationException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Reads the files that {@code *_FILE} settings name, each once: a pipe can be read only once. */
final class SecretFiles {
    private static final int LARGEST = 64 * 1024;

    private final Map<String, byte[]> contents = new ConcurrentHashMap<>();

    /**
     * The content without one trailing newline; a copy.
     *
     * @param name the setting that names the file
     * @throws BackupConfigurationException if it cannot be read, or nothing is in it
     */
    byte[] read(String name, String path) {
        return contents.computeIfAbsent(path, key -> content(name, key)).clone();
    }

    private static byte[] content(String name, String path) {
        byte[] bytes;
        try (InputStream in = Files.newInputStream(Path.of(path))) {
            bytes = in.readNBytes(LARGEST + 1);
        } catch (IOException | InvalidPathException e) {
            throw new BackupConfigurationException(
                    name + " names " + path + ", which cannot be read (" + reason(e) + "); mend the path or the file");
        }
        if (bytes.length > LARGEST) {
            throw new BackupConfigurationException(
                    name + " names " + path + ", which holds more than 64 KiB; a secret is expected there");
        }
        byte[] secret = Arrays.copyOf(bytes, lengthWithoutNewline(bytes));
        if (secret.length == 0) {
            throw new BackupConfigurationException(
                    name + " names " + path + ", which is empty; put the secret there, or unset " + name);
        }
        return secret;
    }

    private static int lengthWithoutNewline(byte[] bytes) {
        int length = bytes.length;
        if (length > 0 && bytes[length - 1] == '\n') {
            length--;
            if (length > 0 && bytes[length - 1] == '\r') {
                length--;
            }
        }
        return length;
    }

    private static String reason(Exception e) {
        if (e instanceof NoSuchFileException) {
            return "there is no such file";
        }
        if (e instanceof AccessDeniedException) {
            return "access denied";
        }
        return String.valueOf(e.getMessage());
    }
}
