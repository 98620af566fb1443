package io.gracefulbackup.internal.format;

import static io.gracefulbackup.internal.format.BackupReader.resemblesBackup;
import static io.gracefulbackup.internal.format.Fixtures.SECRET;
import static io.gracefulbackup.internal.format.Fixtures.ring;
import static io.gracefulbackup.internal.format.Fixtures.seal;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ResemblanceTest {
    private final byte[] first =
            Arrays.copyOf(seal(ring(SECRET).sealingKey(), BodyCodec.NONE, Map.of()), SealedLayout.HEADER);

    @Test
    void recognisesTheRemainsOfADamagedBackup() {
        assertThat(resemblesBackup(new byte[0])).as("empty").isTrue();
        assertThat(resemblesBackup(new byte[1])).as("one zero").isTrue();
        assertThat(resemblesBackup(new byte[107])).as("zeros").isTrue();
        assertThat(resemblesBackup("G".getBytes(US_ASCII)))
                .as("cut in the magic")
                .isTrue();
        assertThat(resemblesBackup("GB".getBytes(US_ASCII)))
                .as("cut in the magic")
                .isTrue();
        assertThat(resemblesBackup(changed(0, "XYZ".getBytes(US_ASCII))))
                .as("magic gone")
                .isTrue();
        assertThat(resemblesBackup(changed(0, new byte[5])))
                .as("five bytes gone")
                .isTrue();
        assertThat(resemblesBackup(changed(11, new byte[96])))
                .as("all but eleven gone")
                .isTrue();
        assertThat(resemblesBackup(Arrays.copyOf(changed(0, new byte[2]), 11)))
                .as("cut, and two gone")
                .isTrue();
    }

    @Test
    void recognisesAValidChecksumOnceTheMagicIsRestored() {
        byte[] odd = first.clone();
        Arrays.fill(odd, 3, 11, (byte) 0x55);
        System.arraycopy(KeyDerivation.sha256().digest(Arrays.copyOf(odd, 75)), 0, odd, 75, 32);
        odd[0] = 'X';

        assertThat(resemblesBackup(odd)).isTrue();
        odd[20] ^= 1;
        assertThat(resemblesBackup(odd)).isFalse();
    }

    @Test
    void doesNotTakeOtherFilesForABackup() {
        assertThat(resemblesBackup("{\"chain\": [], \"pending\": []}".repeat(4).getBytes(US_ASCII)))
                .isFalse();
        assertThat(resemblesBackup("gAAAAABk0123456789abcdef".repeat(5).getBytes(US_ASCII)))
                .isFalse();
        assertThat(resemblesBackup("x".getBytes(US_ASCII))).isFalse();
        assertThat(resemblesBackup(new byte[] {'P', 'K', 3, 4, 20, 0, 8, 8, 8, 0, 0, 0, 33, 0, 1}))
                .isFalse();
        assertThat(resemblesBackup(Fixtures.noise(107))).isFalse();
    }

    private byte[] changed(int offset, byte[] with) {
        byte[] changed = first.clone();
        System.arraycopy(with, 0, changed, offset, with.length);
        return changed;
    }
}
