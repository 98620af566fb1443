package io.gracefulbackup.file;

import io.gracefulbackup.BackupId;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The names in use, all in one directory. For {@code BACKUP_FILE=data}:
 *
 * <pre>
 * data                    the newest backup
 * data.&lt;id&gt;               a backup beside it: an older one until retention deletes it, or a fork
 * data.damaged[-n]        what was found in the way and is no backup of this application (data.foreign likewise)
 * data.&lt;id&gt;.protected     says that this backup must stay, wherever it is
 * .data.&lt;id&gt;.tmp          a backup that is being written
 * .data.lock              held by the writer
 * data.pointers           what points to the newest backup; no backup itself (.data.pointers.tmp, .data.pointers.lock likewise)
 * </pre>
 */
final class FileNames {
    private final Path main;
    private final String name;
    private final Pattern sibling;
    private final Pattern temporary;

    FileNames(String configured) {
        main = Path.of(configured);
        // The root has no name; it is a directory, which is refused before any of the names is used.
        name = main.getFileName() == null ? "" : main.getFileName().toString();
        sibling = Pattern.compile(Pattern.quote(name) + "\\.[0-9a-f]{32}");
        temporary = Pattern.compile("\\." + Pattern.quote(name) + "\\.[0-9a-f]{32}\\.tmp");
    }

    /** The file as it was configured. */
    Path main() {
        return main;
    }

    /** The directory of all names, absolute. */
    Path directory() {
        Path file = main.toAbsolutePath();
        return file.getParent() == null ? file : file.getParent();
    }

    Path sibling(BackupId id) {
        return main.resolveSibling(name + "." + id);
    }

    Path protectionMark(BackupId id) {
        return main.resolveSibling(name + "." + id + ".protected");
    }

    Path temporary(BackupId id) {
        return main.resolveSibling("." + name + "." + id + ".tmp");
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
        return sibling.matcher(file.getFileName().toString()).matches();
    }

    boolean isTemporary(Path file) {
        return temporary.matcher(file.getFileName().toString()).matches();
    }

    /** The place for something that is in the way of a backup: the first name, or the n-th if that is taken. */
    static Path displaced(Path file, String reason, int n) {
        return file.resolveSibling(file.getFileName() + "." + reason + (n == 1 ? "" : "-" + n));
    }

    /** The backup's file that a location means, if it is one of these names; whatever it says, no path leads out. */
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
