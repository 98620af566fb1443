package io.gracefulbackup.file;

import io.gracefulbackup.spi.PermanentFailureException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;

/**
 * Checks what exists at a path. Absence is reported only if it is certain: an unreadable path is an {@code
 * IOException}, and something of the wrong kind is a {@link PermanentFailureException}.
 */
final class PathCheck {
    private PathCheck() {}

    /**
     * Whether the directory of the backups exists; if not, it can be created.
     *
     * @throws PermanentFailureException if something else is in its place
     * @throws FileSinkException if a symbolic link leads nowhere
     */
    static boolean directoryExists(FileNames names) throws IOException {
        Path directory = names.directory();
        Path part = directory.getRoot();
        for (Path step : directory) {
            part = part.resolve(step);
            Optional<BasicFileAttributes> found = attributes(part, LinkOption.NOFOLLOW_LINKS);
            if (found.isEmpty()) {
                return false;
            }
            // The target of a dangling link may be an unmounted disk, whose backups still exist.
            Optional<BasicFileAttributes> behind = found.get().isSymbolicLink() ? attributes(part) : found;
            if (behind.isEmpty()) {
                throw new FileSinkException(part + " is a symbolic link to " + Files.readSymbolicLink(part)
                        + ", which does not exist; mount or create it, or point BACKUP_FILE elsewhere than "
                        + names.main());
            }
            if (!behind.get().isDirectory()) {
                throw new PermanentFailureException(part + " is a file, but " + names.main()
                        + " needs a directory there; move it away, or point BACKUP_FILE elsewhere");
            }
        }
        return true;
    }

    /**
     * The attributes of a regular file; empty if nothing has this name.
     *
     * @throws PermanentFailureException if something else has this name
     */
    static Optional<BasicFileAttributes> regularFile(Path file) throws IOException {
        Optional<BasicFileAttributes> found = attributes(file, LinkOption.NOFOLLOW_LINKS);
        if (found.isEmpty() || found.get().isRegularFile()) {
            return found;
        }
        if (found.get().isSymbolicLink()) {
            // Replacing the link would leave the old backup under a name that is never listed.
            throw new PermanentFailureException(file + " is a symbolic link to " + Files.readSymbolicLink(file)
                    + "; point BACKUP_FILE at the real file");
        }
        if (found.get().isDirectory()) {
            throw new PermanentFailureException(file + " is a directory; point BACKUP_FILE at a file in it, such as "
                    + file.resolve("blockchain_data.encrypted"));
        }
        throw new PermanentFailureException(
                file + " is a device, a pipe or a socket; point BACKUP_FILE at a regular file");
    }

    private static Optional<BasicFileAttributes> attributes(Path file, LinkOption... options) throws IOException {
        try {
            return Optional.of(Files.readAttributes(file, BasicFileAttributes.class, options));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }
}
