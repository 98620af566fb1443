package io.gracefulbackup.file;

import io.gracefulbackup.BackupConfigurationException;
import io.gracefulbackup.spi.SinkContext;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Determines whether a directory is on a disk that lasts: where containers and instances are replaced, only what is
 * mounted there from outside does. And whether a file is a mount point itself.
 */
final class Mounts {
    private static final Path MOUNT_INFO = Path.of("/proc/self/mountinfo");

    /** Memory, and the layers of a container. */
    private static final Set<String> EPHEMERAL_TYPES = Set.of(
            "tmpfs",
            "ramfs",
            "rootfs",
            "devtmpfs",
            "hugetlbfs",
            "overlay",
            "fuse-overlayfs",
            "fuse.fuse-overlayfs",
            "aufs",
            "unionfs");

    /**
     * Directories of the host that are deleted with a pod or a container, or that the next container does not get:
     *
     * <ul>
     *   <li>a Kubernetes {@code emptyDir}, and what Kubernetes writes for a pod. (A generic ephemeral volume cannot be
     *   told from a claim that lasts.)
     *   <li>directories of one container: the volumes that an image declares, in containerd and CRI-O, and files such
     *   as {@code /etc/hosts}
     *   <li>an anonymous volume of Docker or Podman. It outlives its container, but a new container is given a new one,
     *   so an empty one proves nothing
     *   <li>the directories of an allocation of Nomad
     * </ul>
     */
    private static final Pattern EPHEMERAL_ROOTS =
            Pattern.compile("/kubernetes\\.io~(empty-dir|configmap|downward-api|projected|secret)/"
                    + "|containers/[0-9a-f]{64}/"
                    + "|/volumes/[0-9a-f]{64}/_data(/|$)"
                    + "|/alloc/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/");

    private static final Pattern ESCAPE = Pattern.compile("\\\\([0-3][0-7]{2})");

    private Mounts() {}

    /** Whether the files in a directory survive when the platform replaces the instance or the container. */
    static boolean outlivesInstance(Path directory, SinkContext context) {
        return outlivesInstance(context, () -> isOnMountedDisk(directory));
    }

    static boolean outlivesInstance(SinkContext context, BooleanSupplier isOnMountedDisk) {
        return !context.diskIsEphemeral() || (!isOnHeroku(context) && isOnMountedDisk.getAsBoolean());
    }

    /** Heroku offers no volumes: what is mounted there, such as {@code /app}, is replaced with the dyno. */
    private static boolean isOnHeroku(SinkContext context) {
        try {
            return context.setting("DYNO").isPresent();
        } catch (BackupConfigurationException e) {
            return false; // It is blank.
        }
    }

    /** Whether a directory is known to be on a mounted disk. The directory need not exist yet. */
    private static boolean isOnMountedDisk(Path directory) {
        try {
            Path existing = directory;
            while (!Files.exists(existing) && existing.getParent() != null) {
                existing = existing.getParent();
            }
            return isOnMountedDisk(existing.toRealPath(), mountInfo());
        } catch (IOException e) {
            return false; // Not Linux, or /proc is not readable.
        }
    }

    /**
     * Whether something is mounted at this path itself, in the name space of this process; then nothing can be renamed to
     * it. False if that is not known.
     */
    static boolean isMountPoint(Path file) {
        Path directory = file.toAbsolutePath().getParent();
        try {
            return directory != null && isMountPoint(directory.toRealPath().resolve(file.getFileName()), mountInfo());
        } catch (IOException e) {
            return false; // Not Linux, /proc is not readable, or there is no such directory.
        }
    }

    /**
     * Whether something is mounted at a path.
     *
     * @param realPath the real path
     * @param mountInfo the lines of {@code /proc/self/mountinfo}
     */
    static boolean isMountPoint(Path realPath, List<String> mountInfo) {
        return mountInfo.stream()
                .flatMap(line -> Mount.parse(line).stream())
                .anyMatch(mount -> mount.point.equals(realPath));
    }

    private static List<String> mountInfo() throws IOException {
        // Another mount point may have a name that is not UTF-8.
        return new String(Files.readAllBytes(MOUNT_INFO), StandardCharsets.UTF_8)
                .lines()
                .toList();
    }

    /**
     * Whether a directory is on a mounted disk.
     *
     * @param realPath the real path of the directory
     * @param mountInfo the lines of {@code /proc/self/mountinfo}
     */
    static boolean isOnMountedDisk(Path realPath, List<String> mountInfo) {
        // Of two mounts at one mount point, the later one hides the earlier one.
        return mountInfo.stream()
                .flatMap(line -> Mount.parse(line).stream())
                .filter(mount -> realPath.startsWith(mount.point))
                .reduce((deepest, mount) ->
                        mount.point.getNameCount() >= deepest.point.getNameCount() ? mount : deepest)
                .filter(Mount::lasts)
                .isPresent();
    }

    /**
     * One line of {@code /proc/self/mountinfo}; see {@code proc(5)}.
     *
     * @param root the directory of the mounted file system that is mounted
     * @param point where it is mounted
     * @param type the type of the file system
     */
    private record Mount(String root, Path point, String type) {
        private static final int ROOT = 3;
        private static final int POINT = 4;

        /** Empty for a line that is not understood, or whose mount point is no path in the locale of this process. */
        static Optional<Mount> parse(String line) {
            String[] fields = line.split(" ", -1);
            int separator = List.of(fields).indexOf("-");
            if (separator <= POINT || separator + 1 >= fields.length) {
                return Optional.empty();
            }
            try {
                return Optional.of(
                        new Mount(unescaped(fields[ROOT]), Path.of(unescaped(fields[POINT])), fields[separator + 1]));
            } catch (InvalidPathException e) {
                return Optional.empty();
            }
        }

        /** The root file system is that of the container or the instance, whatever its type. */
        boolean lasts() {
            return point.getNameCount() > 0
                    && !EPHEMERAL_TYPES.contains(type)
                    && !EPHEMERAL_ROOTS.matcher(root).find();
        }

        /** White space and some other characters are written as their octal number. */
        private static String unescaped(String field) {
            return ESCAPE.matcher(field)
                    .replaceAll(match ->
                            Matcher.quoteReplacement(String.valueOf((char) Integer.parseInt(match.group(1), 8))));
        }
    }
}
