package io.gracefulbackup;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class BackupVersionTest {
    @Test
    void aHigherEpochIsNewerWhateverTheSequence() {
        assertThat(new BackupVersion(2, 1).isNewerThan(new BackupVersion(1, 900)))
                .isTrue();
        assertThat(new BackupVersion(1, 900).isNewerThan(new BackupVersion(2, 1)))
                .isFalse();
    }

    @Test
    void withinAnEpochAHigherSequenceIsNewer() {
        assertThat(new BackupVersion(1, 8).isNewerThan(new BackupVersion(1, 7))).isTrue();
        assertThat(new BackupVersion(1, 7).isNewerThan(new BackupVersion(1, 8))).isFalse();
    }

    @Test
    void isNotNewerThanItself() {
        BackupVersion version = new BackupVersion(1, 7);

        assertThat(version.isNewerThan(new BackupVersion(1, 7))).isFalse();
        assertThat(version).isEqualByComparingTo(new BackupVersion(1, 7)).isEqualTo(new BackupVersion(1, 7));
    }

    @Test
    void sortsFromOldestToNewest() {
        BackupVersion oldest = new BackupVersion(1, 9);
        BackupVersion middle = new BackupVersion(2, 3);
        BackupVersion newest = new BackupVersion(2, 10);

        assertThat(Stream.of(newest, oldest, middle).sorted()).containsExactly(oldest, middle, newest);
    }

    @Test
    void readsAsTextForPeople() {
        assertThat(new BackupVersion(2, 17)).hasToString("epoch 2, sequence 17");
    }
}
