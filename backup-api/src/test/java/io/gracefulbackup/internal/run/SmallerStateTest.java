package io.gracefulbackup.internal.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.gracefulbackup.BackupId;
import io.gracefulbackup.Deadline;
import io.gracefulbackup.ShutdownReason;
import io.gracefulbackup.internal.fixtures.MemorySink;
import io.gracefulbackup.internal.format.Section;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A state that is much smaller than it was: saved, and said. */
@Timeout(60)
class SmallerStateTest {
    private static final String SMALLER = "much smaller than before";

    private final MemorySink sink = new MemorySink("memory");
    private final RunFixture fixture = new RunFixture(sink);
    private final RunQueue queue = new RunQueue(fixture.components());

    private void exit() throws Exception {
        boolean isStored = queue.exit(
                        ShutdownReason.SIGTERM,
                        Deadline.after(RunFixture.TIMEOUT),
                        within -> Optional.of(SavePermit.UNCONDITIONAL))
                .await(Deadline.after(RunFixture.TIMEOUT))
                .isStored();
        assertThat(isStored).isTrue();
    }

    private List<String> said() {
        return fixture.logged().stream().filter(line -> line.contains(SMALLER)).toList();
    }

    @Test
    void isSavedAndSaidAtTheExitWithTheBackupFromBefore() throws Exception {
        fixture.text = "x".repeat(60_000);
        BackupId before = queue.backUp(BackupTrigger.checkpoint()).id().orElseThrow();
        fixture.text = "{}";

        exit();

        assertThat(said())
                .singleElement()
                .asString()
                .startsWith("⚠️")
                .contains("\"text\" from 60000 to 2 bytes", "shutdown hook", "BACKUP_RESTORE_ID=" + before);
    }

    @Test
    void isSaidWhenOnlyARehearsalHasSeenMore() throws Exception {
        queue.backUp(BackupTrigger.checkpoint());
        fixture.sizes.rehearsed(List.of(new Section("text", 1, 60_000)));
        fixture.text = "{}";

        exit();

        assertThat(said()).hasSize(1);
    }

    @Test
    void isNotSaidOfASmallStateThatVaries() throws Exception {
        fixture.text = "x".repeat(100);
        queue.backUp(BackupTrigger.checkpoint());
        fixture.text = "x".repeat(40);

        exit();

        assertThat(said()).isEmpty();
    }

    @Test
    void aRehearsalAfterTheLossDoesNotHideIt() throws Exception {
        fixture.text = "x".repeat(60_000);
        queue.backUp(BackupTrigger.checkpoint());
        fixture.text = "{}";
        fixture.sizes.rehearsed(List.of(new Section("text", 1, 2)));
        assertThat(said()).isEmpty();

        exit();

        assertThat(said()).hasSize(1);
    }

    @Test
    void isSaidOnce() throws Exception {
        fixture.text = "x".repeat(60_000);
        queue.backUp(BackupTrigger.checkpoint());
        fixture.text = "{}";
        queue.backUp(BackupTrigger.checkpoint());

        exit();

        assertThat(said()).hasSize(1);
    }
}
