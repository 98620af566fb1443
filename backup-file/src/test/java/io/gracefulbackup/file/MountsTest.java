package io.gracefulbackup.file;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MountsTest {
    private static final List<String> MOUNTS = List.of(
            "27 1 254:0 / / rw,relatime - overlay overlay rw",
            "28 27 259:1 / /var/data rw,relatime shared:1 master:2 - ext4 /dev/nvme1n1 rw",
            "29 28 0:30 / /var/data/tmp rw,nosuid - tmpfs tmpfs rw",
            "30 27 259:2 / /my\\040disk rw - xfs /dev/x rw",
            "31 27 0:40 / /covered rw - ext4 /dev/y rw",
            "32 31 0:41 / /covered rw - tmpfs tmpfs rw",
            "33 27 0:42 / /merged rw - overlay overlay rw",
            "nonsense");

    @ParameterizedTest
    @CsvSource({
        "/srv/blocks, false",
        "/var/data, true",
        "/var/data/blocks, true",
        "/var/database, false",
        "/var/data/tmp/blocks, false",
        "/my disk/blocks, true",
        "/covered/blocks, false",
        "/merged/blocks, false",
        "/, false"
    })
    void onlyAMountOfItsOwnOutlivesTheInstance(Path directory, boolean outlives) {
        assertThat(Mounts.isOnMountedDisk(directory, MOUNTS)).isEqualTo(outlives);
    }

    @ParameterizedTest
    @CsvSource({"/srv/blocks"})
    void theRootFileSystemIsNotAMountOfItsOwn(Path directory) {
        assertThat(Mounts.isOnMountedDisk(directory, List.of("27 1 254:0 / / rw - ext4 /dev/vda rw")))
                .isFalse();
    }
}
