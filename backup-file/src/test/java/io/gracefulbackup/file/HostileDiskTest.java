package io.gracefulbackup.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.gracefulbackup.testkit.internal.SyntheticBackup;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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

    @Test
    void aProbeFailsOnAReadOnlyDisk() throws Exception {
        List<String> lines = runWithMounts("""
                mount -t tmpfs -o size=1m none "$dir" && sink once "$dir/data.enc" 1000 &&
                mount -o remount,ro none "$dir" && sink probe "$dir/data.enc" && sink probe "$dir/sub/data.enc\"""");

        assertThat(lines.subList(2, 4))
                .allSatisfy(line -> assertThat(line)
                        .startsWith("failed: " + directory)
                        .contains("Read-only file system")
                        .contains("point BACKUP_FILE elsewhere"));
    }

    @Test
    void aProbeFailsOnAFullDisk() throws Exception {
        List<String> lines = runWithMounts("""
                mount -t tmpfs -o size=1m none "$dir" && head -c 2m /dev/zero > "$dir/full"; sink probe "$dir/data.enc"
                umount "$dir" && mount -t tmpfs -o size=1m,nr_inodes=2 none "$dir" && touch "$dir/last";
                sink probe "$dir/data.enc\"""");

        assertThat(lines).anyMatch(line -> line.startsWith("failed: the disk is full: " + directory));
        assertThat(lines.get(lines.size() - 1))
                .startsWith("failed: " + main + " cannot be saved")
                .contains("No space left on device");
    }

    @Test
    void aProbeFailsWithoutSpaceForAnotherBackupOfThatSize() throws Exception {
        List<String> lines = runWithMounts("""
                mount -t tmpfs -o size=3m none "$dir" && sink once "$dir/data.enc" 1000 &&
                head -c 1600k /dev/zero > "$dir/data.enc" && sink probe "$dir/data.enc" &&
                head -c 1m /dev/zero > "$dir/.data.enc.0123456789abcdef0123456789abcdef.tmp" && sink probe "$dir/data.enc" &&
                head -c 1m /dev/zero > "$dir/data.enc" && sink probe "$dir/data.enc" && ls -A "$dir\"""");

        assertThat(lines.get(2))
                .startsWith("failed: the disk is too full: a new backup takes about 1638400 bytes in " + directory)
                .contains("make room");
        assertThat(lines.get(3))
                .as("what the next writer frees does not count twice")
                .isEqualTo(lines.get(2));
        assertThat(lines.get(4)).isEqualTo("fine");
        assertThat(lines.subList(5, 8))
                .containsExactly(".data.enc.0123456789abcdef0123456789abcdef.tmp", ".data.enc.lock", "data.enc");
    }

    @ParameterizedTest
    @ValueSource(strings = {"plain", "with a space", "and\\backslash"})
    void aProbeFailsIfTheFileIsAMountPoint(String name) throws Exception {
        Path file = Files.createDirectory(directory.resolve(name)).resolve("data.enc");

        List<String> lines = runWithMounts("""
                set -- "$dir"/*/ && file=$1data.enc && touch "$file" && mount --bind "$file" "$file" && sink probe "$file" &&
                umount "$file" && rm "$file" && sink once "$file" 1000 && mount --bind "$file" "$file" &&
                sink probe "$file" && sink once "$file" 1000 && umount "$file" && sink probe "$file" && ls -A "$dir"/*/""");

        String expected = "failed: BACKUP_FILE " + file
                + " is a mount point itself, so no new backup can take its place: mount its directory instead";
        assertThat(lines.get(0)).startsWith(expected);
        assertThat(lines.get(3)).startsWith(expected);
        assertThat(lines.get(4)).startsWith(expected);
        assertThat(lines.get(5)).isEqualTo("holds 1, listed 1");
        assertThat(lines.get(6)).isEqualTo("fine");
        assertThat(lines.subList(7, 9)).containsExactly(".data.enc.lock", "data.enc");
    }

    @Test
    void anEmptyFileThatIsAMountPointIsAnErrorOfTheConfiguration() throws Exception {
        List<String> lines = runWithMounts("""
                touch "$dir/data.enc" && sink open "$dir/data.enc" && mount --bind "$dir/data.enc" "$dir/data.enc" &&
                sink open "$dir/data.enc" && echo "a backup" > "$dir/data.enc" && sink open "$dir/data.enc\"""");

        assertThat(lines.get(0)).as("not mounted").isEqualTo("opened");
        assertThat(lines.get(1))
                .startsWith("refused: BACKUP_FILE " + main + " is a mount point itself")
                .contains("mount its directory instead, such as " + directory);
        assertThat(lines.get(2)).as("it may hold a backup to restore").isEqualTo("opened");
    }

    @Test
    void aMountedDirectoryIsFine() throws Exception {
        List<String> lines = runWithMounts("""
                mkdir "$dir/volume" && mount --bind "$dir/volume" "$dir/volume" && sink once "$dir/volume/data.enc" 1000 &&
                sink probe "$dir/volume/data.enc\"""");

        assertThat(lines.get(2)).isEqualTo("fine");
    }

    @Test
    void aProbeNamesTheDirectoryThatItMayNotWrite() throws Exception {
        assertThat(probeWithoutRights("r-x------", main).get(0))
                .startsWith("failed: " + main + " cannot be saved (" + directory)
                .contains("permission denied")
                .contains("let this process read and write " + directory);
        assertThat(probeWithoutRights("r-x------", directory.resolve("blocks/data.enc"))
                        .get(0))
                .startsWith("failed: " + directory.resolve("blocks/data.enc") + " cannot be saved (" + directory)
                .contains("permission denied")
                .contains("let this process read and write " + directory.resolve("blocks"));
        assertThat(names()).isEmpty();
    }

    @Test
    void aProbeFailsIfTheFileOfAnotherUserCannotBeReplaced() throws Exception {
        assumeTrue(ForkedSink.isPermitted("chown", "1234", directory.toString()), "not run: chown needs root");
        store(SyntheticBackup.first());
        Files.delete(directory.resolve(".data.enc.lock"));
        assertThat(ForkedSink.isPermitted("chown", "1234", main.toString())).isTrue();
        assertThat(ForkedSink.isPermitted("chmod", "666", main.toString())).isTrue();

        assertThat(probe("1777").get(0))
                .startsWith("failed: " + main + " cannot be replaced by a new backup (Operation not permitted)")
                .contains("belongs to another user in a directory with the sticky bit");
        assertThat(probe("0777")).containsExactly("fine");
        assertThat(names()).containsExactly("data.enc");
    }

    @Test
    void aProbeFailsIfTheFileIsImmutable() throws Exception {
        SyntheticBackup backup = SyntheticBackup.first();
        store(backup);
        assumeTrue(ForkedSink.isPermitted("chattr", "+i", main.toString()), "not run: chattr +i is not permitted here");
        try {
            assertThatIOException()
                    .isThrownBy(() -> sink.probe(enough()))
                    .withMessageStartingWith(main + " cannot be replaced by a new backup (Operation not permitted)")
                    .withMessageContaining("it is immutable");
        } finally {
            assertThat(ForkedSink.isPermitted("chattr", "-i", main.toString())).isTrue();
        }

        sink.probe(enough());
        assertThat(names()).containsExactly("data.enc");
        assertThat(main).hasBinaryContent(backup.bytes());
    }

    /** Probes in a directory of another user, without root's rights. */
    private List<String> probe(String mode) throws Exception {
        assertThat(ForkedSink.isPermitted("chmod", mode, directory.toString())).isTrue();
        return probeWithoutRights(main);
    }

    private List<String> probeWithoutRights(String permissions, Path file) throws Exception {
        set(directory, permissions);
        try {
            return probeWithoutRights(file);
        } finally {
            set(directory, "rwx------");
        }
    }

    private static List<String> probeWithoutRights(Path file) throws Exception {
        assumeTrue(ForkedSink.isPermitted("unshare", "-U", "true"), "not run: unshare -U is not permitted here");
        try (ForkedSink sink = ForkedSink.runUnder(WITHOUT_RIGHTS, "probe", file.toString())) {
            assertThat(sink.exitCode()).as("%s", sink.lines()).isZero();
            return sink.lines();
        }
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
