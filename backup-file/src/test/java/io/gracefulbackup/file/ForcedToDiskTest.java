package io.gracefulbackup.file;

import static org.assertj.core.api.Assertions.assertThat;

import io.gracefulbackup.testkit.internal.SyntheticBackup;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A power failure cannot be simulated here, so the tests read the JVM's own record of what was forced to disk. */
class ForcedToDiskTest extends SinkTest {
    @TempDir
    private Path records;

    @Test
    void theBytesAreForcedUnderTheTemporaryNameAndTheDirectoryAfterwards() throws IOException {
        SyntheticBackup backup = SyntheticBackup.first();

        assertThat(forcedDuring(() -> store(backup)))
                .containsSubsequence(
                        directory.resolve(".data.enc." + backup.header().id() + ".tmp"), directory);
    }

    @Test
    void theDirectoryIsForcedAfterADeletion() throws IOException {
        SyntheticBackup old = SyntheticBackup.first();
        store(old);
        store(old.next());

        assertThat(forcedDuring(() -> sink.delete(list().get(1), enough()))).contains(directory);
    }

    private List<Path> forcedDuring(Action action) throws IOException {
        Path file = records.resolve("forced.jfr");
        try (Recording recording = new Recording()) {
            recording.enable("jdk.FileForce").withThreshold(Duration.ZERO);
            recording.start();
            action.run();
            recording.stop();
            recording.dump(file);
        }
        return RecordingFile.readAllEvents(file).stream()
                .map(event -> Path.of(event.getString("path")))
                .toList();
    }

    private interface Action {
        void run() throws IOException;
    }
}
