package io.gracefulbackup.file;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;

/**
 * What lies where a file or directory is wanted. "Nothing" is only said when it is certain: what cannot be looked at is
 * an {@code IOException}, and what is in the way is a {@link FileSinkException}.
 */
final class PathCheck {
    private PathCheck() {}

    /** Whether the directory is there; if not, it can be created. */
    static boolean directoryExists(FileNames names) throws IOException {
        Path directory = names.directory();
        Path part = directory.getRoot();
        for (Path step : directory) {
            part = part.resolve(step);
            Optional<BasicFileAttributes> found = attributes(part, LinkOption.NOFOLLOW_LINKS);
            if (found.isEmpty()) {
                return false;
            }
            // A link that leads nowhere may be a disk that is not mounted: its backups are out of sight, not gone.
            Optional<BasicFileAttributes> behind = found.get().isSymbolicLink() ? attributes(part) : found;
            if (behind.isEmpty()) {
                throw new FileSinkException(part + " is a symbolic link to " + Files.readSymbolicLink(part)
                        + ", which does not exist; mount or create it, or point BACKUP_FILE elsewhere than "
                        + names.main());
            }
            if (!behind.get().isDirectory()) {
                throw new FileSinkException(part + " is a file, but the directory of " + names.main()
                        + " is wanted there; move it away, or point BACKUP_FILE elsewhere");
            }
        }
        return true;
    }

    /** The regular file of that name, if there is anything. */
    static Optional<BasicFileAttributes> regularFile(Path file) throws IOException {
        Optional<BasicFileAttributes> found = attributes(file, LinkOption.NOFOLLOW_LINKS);
        if (found.isEmpty() || found.get().isRegularFile()) {
            return found;
        }
        if (found.get().isSymbolicLink()) {
            // Replacing the link would leave the old backup behind under a name that nobody looks for.
            throw new FileSinkException(file + " is a symbolic link to " + Files.readSymbolicLink(file)
                    + "; point BACKUP_FILE at the real file");
        }
        if (found.get().isDirectory()) {
            throw new FileSinkException(file + " is a directory; point BACKUP_FILE at a file in it, such as "
                    + file.resolve("blockchain_data.encrypted"));
        }
        throw new FileSinkException(file + " is a device, a pipe or a socket; point BACKUP_FILE at a regular file");
    }

    private static Optional<BasicFileAttributes> attributes(Path file, LinkOption... options) throws IOException {
        try {
            return Optional.of(Files.readAttributes(file, BasicFileAttributes.class, options));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }
}
