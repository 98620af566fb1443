package io.gracefulbackup.file;

import io.gracefulbackup.BackupId;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The names of all files that belong to one setting of {@code BACKUP_FILE}, all in one directory. For {@code
 * BACKUP_FILE=data}:
 *
 * <pre>
 * data                    the newest backup
 * data.&lt;id&gt;               another backup: an older one until retention deletes it, or a fork
 * data.damaged[-n]        a damaged file that occupied the name of a backup
 * data.foreign[-n]        a file of another kind or under an unknown key that occupied the name of a backup
 * data.&lt;id&gt;.protected     marks the backup with this id as protected, whatever its current name
 * .data.&lt;id&gt;.tmp          a backup that is being written
 * .data.lock              the lock file of the writers
 * data.pointers           the pointers; not a backup (with .data.pointers.tmp and .data.pointers.lock)
 * </pre>
 */
final class FileNames {
    private static final int ID_LENGTH = 32;

    /** The limit of most file systems. */
    private static final int LONGEST_NAME_BYTES = 255;

    private final Path main;
    private final String name;
    private final Pattern siblingPattern;
    private final Pattern temporaryPattern;

    FileNames(String configured) {
        main = Path.of(configured);
        // The root directory has no file name; it is rejected as a directory before any of these names is used.
        name = main.getFileName() == null ? "" : main.getFileName().toString();
        siblingPattern = Pattern.compile(Pattern.quote(name) + "\\.[0-9a-f]{32}");
        temporaryPattern = Pattern.compile("\\." + Pattern.quote(name) + "\\.[0-9a-f]{32}\\.tmp");
    }

    /** The configured file. */
    Path main() {
        return main;
    }

    /** The absolute path of the directory that contains all these files. */
    Path directory() {
        Path file = main.toAbsolutePath();
        return file.getParent() == null ? file : file.getParent();
    }

    /** The file of a backup that is not the newest. */
    Path sibling(BackupId id) {
        return main.resolveSibling(name + "." + id);
    }

    /** The empty file that marks a backup as protected. */
    Path protectionMark(BackupId id) {
        return main.resolveSibling(name + "." + id + ".protected");
    }

    /** The file in which a backup is written before it gets its final name. */
    Path temporary(BackupId id) {
        return main.resolveSibling("." + name + "." + id + ".tmp");
    }

    /** Whether names that the sink derives from the configured one are longer than common file systems allow. */
    boolean areTooLong() {
        Path longest = temporary(new BackupId("0".repeat(ID_LENGTH)));
        return longest.getFileName().toString().getBytes(StandardCharsets.UTF_8).length > LONGEST_NAME_BYTES;
    }

    String lockName() {
        return "." + name + ".lock";
    }

    Path pointers() {
        return main.resolveSibling(name + ".pointers");
    }

    Path pointersTemporary() {
        return main.resolveSibling("." + name + ".pointers.tmp");
    }

    String pointersLockName() {
        return "." + name + ".pointers.lock";
    }

    boolean isSibling(Path file) {
        return siblingPattern.matcher(file.getFileName().toString()).matches();
    }

    boolean isTemporary(Path file) {
        return temporaryPattern.matcher(file.getFileName().toString()).matches();
    }

    /**
     * The name to which a file is moved that occupies the name of a backup.
     *
     * @param reason {@code damaged} or {@code foreign}
     * @param n 1 for the first name to try, then 2 and so on while names are taken
     */
    static Path displaced(Path file, String reason, int n) {
        return file.resolveSibling(file.getFileName() + "." + reason + (n == 1 ? "" : "-" + n));
    }

    /**
     * The backup file at a location, or empty if the location is not one of these names. Locations come from outside,
     * so this never returns a path outside of the directory.
     */
    Optional<Path> backupAt(String location) {
        if (location.equals(main.toString())) {
            return Optional.of(main);
        }
        int dot = location.length() - 33;
        if (dot < 0 || !BackupId.isValid(location.substring(dot + 1))) {
            return Optional.empty();
        }
        Path file = sibling(new BackupId(location.substring(dot + 1)));
        return file.toString().equals(location) ? Optional.of(file) : Optional.empty();
    }
}
