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

/** Reads the files that {@code *_FILE} settings name, and keeps the contents: a pipe can be read only once. */
final class SecretFiles {
    private static final int LARGEST = 64 * 1024;

    private final Map<String, byte[]> contents = new ConcurrentHashMap<>();

    /**
     * The content of a file without one trailing newline, as a copy.
     *
     * @param name the setting that names the file
     * @throws BackupConfigurationException if the file cannot be read, is empty or too large
     */
    byte[] read(String name, String path) {
        return contents.computeIfAbsent(path, key -> content(name, key)).clone();
    }

    private static byte[] content(String name, String path) {
        byte[] bytes;
        try (InputStream in = Files.newInputStream(Path.of(path))) {
            bytes = in.readNBytes(LARGEST + 1);
        } catch (IOException | InvalidPathException e) {
            throw new BackupConfigurationException(name + " names " + path + ", which cannot be read (" + reason(e)
                    + "); correct the path or the file");
        }
        if (bytes.length > LARGEST) {
            throw new BackupConfigurationException(name + " names " + path
                    + ", which has more than 64 KiB; a secret is expected there, so correct the path");
        }
        byte[] secret = Arrays.copyOf(bytes, lengthWithoutNewline(bytes));
        if (secret.length == 0) {
            throw new BackupConfigurationException(
                    name + " names " + path + ", which is empty; write the secret to it, or unset " + name);
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
