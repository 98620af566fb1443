package io.gracefulbackup.file;

import static org.assertj.core.api.Assertions.assertThat;

import io.gracefulbackup.testkit.TestSinkContext;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
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
            "34 27 8:1 /var/lib/kubelet/pods/6e0f/volumes/kubernetes.io~empty-dir/scratch /scratch rw - ext4 /dev/sda1 rw",
            "35 27 8:2 /pods/6e0f/volumes/kubernetes.io~empty-dir/scratch/sub /scratch-part rw - xfs /dev/sdb rw",
            "36 27 0:50 /pods/6e0f/volumes/kubernetes.io~projected/token /token rw - ext4 /dev/sda1 rw",
            "37 27 8:3 / /claim rw - ext4 /dev/sdc rw",
            "38 27 8:1 /var/lib/kubelet/pods/6e0f/volumes/kubernetes.io~local-volume/disk /claim-part rw - ext4 /dev/sda1 rw",
            "39 27 8:1 /srv/kubernetes.io~empty-dir-notes /notes rw - ext4 /dev/sda1 rw",
            "40 27 0:51 / /fused rw - fuse.fuse-overlayfs fuse-overlayfs rw",
            "41 27 0:52 / /old rw - aufs none rw",
            "42 27 8:1 /var/lib/docker/volumes/@/_data /anonymous rw - ext4 /dev/sda1 rw".replace("@", "0a".repeat(32)),
            "43 27 8:1 /var/lib/docker/volumes/state/_data /named rw - ext4 /dev/sda1 rw",
            "44 27 8:1 /var/lib/containerd/io.containerd.grpc.v1.cri/containers/@/volumes/1f /of-image rw - ext4 /dev/sda1 rw"
                    .replace("@", "0a".repeat(32)),
            "45 27 8:1 /home/app/data /host rw - ext4 /dev/sda1 rw",
            "46 27 8:4 / /line\\012feed rw - ext4 /dev/sdd rw",
            "47 27 8:5 / /hash\\043tag rw - ext4 /dev/sde rw",
            "48 27 8:6 / /back\\134040slash rw - ext4 /dev/sdf rw",
            "49 27 8:7 / /nul\\000 rw - ext4 /dev/sdg rw",
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
        "/scratch/blocks, false",
        "/scratch-part, false",
        "/token, false",
        "/claim/blocks, true",
        "/claim-part/blocks, true",
        "/notes, true",
        "/fused/blocks, false",
        "/old/blocks, false",
        "/anonymous/blocks, false",
        "/named/blocks, true",
        "/of-image/blocks, false",
        "/host/blocks, true",
        "'/line\nfeed/blocks', true",
        "'/hash#tag/blocks', true",
        "'/back\\040slash/blocks', true",
        "/, false"
    })
    void onlyAMountOfItsOwnOutlivesTheInstance(Path directory, boolean outlives) {
        assertThat(Mounts.isOnMountedDisk(directory, MOUNTS)).isEqualTo(outlives);
    }

    @ParameterizedTest
    @CsvSource({", true", "web.1, false"})
    void herokuMountsNoDiskThatLasts(@Nullable String dyno, boolean outlives) {
        TestSinkContext context = new TestSinkContext("ledger").ephemeralDisk(true);
        if (dyno != null) {
            context.set("DYNO", dyno);
        }

        assertThat(Mounts.outlivesInstance(context, () -> true)).isEqualTo(outlives);
    }

    @Test
    void aDiskOfTheMachineLasts() {
        assertThat(Mounts.outlivesInstance(new TestSinkContext("ledger"), () -> false))
                .isTrue();
    }

    @ParameterizedTest
    @CsvSource({"/srv/blocks"})
    void theRootFileSystemIsNotAMountOfItsOwn(Path directory) {
        assertThat(Mounts.isOnMountedDisk(directory, List.of("27 1 254:0 / / rw - ext4 /dev/vda rw")))
                .isFalse();
    }
}
