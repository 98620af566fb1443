package io.gracefulbackup.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.gracefulbackup.testkit.internal.SyntheticBackup;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Full, read-only and inaccessible disks. The sink runs in its own user and mount name spaces, without root's rights. */
class HostileDiskTest extends SinkTest {
    /** Keeps the user's id, without root's rights. */
    private static final List<String> WITHOUT_RIGHTS = List.of("unshare", "-U");

    @Test
    void reportsAFullDiskAndKeepsThePreviousBackup() throws Exception {
        List<String> lines = runWithMounts("""
                mount -t tmpfs -o size=1m none "$dir" &&
                sink once "$dir/data.enc" 1000 && sink once "$dir/data.enc" 2000000 && sink once "$dir/data.enc" 1000
                ls -A "$dir" | wc -l""");

        assertThat(lines.get(0)).isEqualTo("stored " + main);
        assertThat(lines.get(2))
                .startsWith("failed: the disk is full: " + directory)
                .containsPattern("needs 2000\\d{3} bytes, \\d{6,7} were free")
                .contains("make room");
        assertThat(lines.get(3)).isEqualTo("holds 1, listed 1");
        assertThat(lines.get(4)).isEqualTo("stored " + main);
        assertThat(lines.get(5)).isEqualTo("holds 2, listed 2");
        assertThat(lines.get(6).trim()).as("files: two backups and the lock").isEqualTo("3");
    }

    @Test
    void reportsAReadOnlyDiskAndStillReadsIt() throws Exception {
        List<String> lines = runWithMounts("""
                mount -t tmpfs -o size=1m none "$dir" && sink once "$dir/data.enc" 1000 &&
                mount -o remount,ro none "$dir" && sink once "$dir/data.enc" 1000""");

        assertThat(lines.get(2))
                .startsWith("failed: " + main + " cannot be saved (" + directory)
                .contains("Read-only file system")
                .contains("point BACKUP_FILE elsewhere");
        assertThat(lines.get(3)).isEqualTo("holds 1, listed 1");
    }

    @Test
    void reportsADirectoryThatItMayNotWriteAndStillReadsIt() throws Exception {
        store(SyntheticBackup.first());

        List<String> lines = runWithoutRights("r-x------");

        assertThat(lines.get(0))
                .startsWith("failed: " + main + " cannot be saved (" + directory)
                .contains("permission denied")
                .contains("let this process read and write " + directory);
        assertThat(lines.get(1)).isEqualTo("holds 1, listed 1");
    }

    @Test
    void anUnreadableDirectoryIsAnErrorNotEmpty() throws Exception {
        store(SyntheticBackup.first());

        List<String> lines = runWithoutRights("-wx------");

        assertThat(lines.get(1))
                .startsWith("unreachable: " + main + " cannot be listed")
                .contains("permission denied");
    }

    @Test
    void anInaccessibleDirectoryIsAnErrorNotEmpty() throws Exception {
        store(SyntheticBackup.first());

        List<String> lines = runWithoutRights("---------");

        assertThat(lines.get(0)).startsWith("failed: ").contains("permission denied");
        assertThat(lines.get(1)).startsWith("unreachable: ").contains("data.enc");
    }

    private List<String> runWithMounts(String script) throws Exception {
        assumeTrue(ForkedSink.isPermitted("unshare", "-Urm", "true"), "not run: unshare -Urm is not permitted here");
        try (ForkedSink sink = ForkedSink.runWithMounts(script, directory)) {
            assertThat(sink.exitCode()).as("%s", sink.lines()).isZero();
            return sink.lines();
        }
    }

    private List<String> runWithoutRights(String permissions) throws Exception {
        assumeTrue(ForkedSink.isPermitted("unshare", "-U", "true"), "not run: unshare -U is not permitted here");
        set(directory, permissions);
        try (ForkedSink sink = ForkedSink.runUnder(WITHOUT_RIGHTS, "once", main.toString(), "1000")) {
            assertThat(sink.exitCode()).as("%s", sink.lines()).isZero();
            return sink.lines();
        } finally {
            set(directory, "rwx------");
        }
    }

    private static void set(Path directory, String permissions) throws Exception {
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString(permissions));
    }
}
