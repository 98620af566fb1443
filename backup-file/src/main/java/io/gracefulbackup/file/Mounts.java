package io.gracefulbackup.file;

import io.gracefulbackup.spi.SinkContext;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/** Whether a directory lies on a mounted disk, as opposed to the instance's own file system, which is wiped with it. */
final class Mounts {
    private static final Path MOUNT_INFO = Path.of("/proc/self/mountinfo");
    private static final Set<String> WIPED = Set.of("tmpfs", "ramfs", "overlay");

    private Mounts() {}

    /** Whether what lies there is still there when the platform replaces the instance. */
    static boolean outlivesInstance(Path directory, SinkContext context) {
        return !context.diskIsEphemeral() || isOnDiskOfItsOwn(directory);
    }

    /** Whether it is certain that the directory, which need not exist yet, lies on a disk of its own. */
    static boolean isOnDiskOfItsOwn(Path directory) {
        try {
            Path existing = directory;
            while (!Files.exists(existing) && existing.getParent() != null) {
                existing = existing.getParent();
            }
            return isOnDiskOfItsOwn(existing.toRealPath(), Files.readAllLines(MOUNT_INFO));
        } catch (IOException e) {
            return false; // Another system, or none that can tell.
        }
    }

    /** The same for a real path and the lines of {@code /proc/self/mountinfo}; see {@code proc(5)}. */
    static boolean isOnDiskOfItsOwn(Path real, List<String> mountInfo) {
        Path longest = Path.of("/");
        String type = "";
        for (String line : mountInfo) {
            String[] fields = line.split(" ", -1);
            int separator = List.of(fields).indexOf("-");
            if (fields.length < 5 || separator < 0 || separator + 1 >= fields.length) {
                continue;
            }
            Path point = Path.of(unescaped(fields[4]));
            // Of two mounts on one point, the later one covers the earlier.
            if (real.startsWith(point) && point.getNameCount() >= longest.getNameCount()) {
                longest = point;
                type = fields[separator + 1];
            }
        }
        return longest.getNameCount() > 0 && !WIPED.contains(type);
    }

    private static String unescaped(String field) {
        return field.replace("\\040", " ")
                .replace("\\011", "\t")
                .replace("\\012", "\n")
                .replace("\\134", "\\");
    }
}
