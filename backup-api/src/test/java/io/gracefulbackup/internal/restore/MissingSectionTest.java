package io.gracefulbackup.internal.restore;

import static io.gracefulbackup.internal.fixtures.App.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gracefulbackup.BackupId;
import io.gracefulbackup.BackupRejectedException;
import io.gracefulbackup.GracefulShutdown;
import io.gracefulbackup.RestoreRefusedException;
import io.gracefulbackup.internal.fixtures.App;
import io.gracefulbackup.internal.fixtures.Cell;
import io.gracefulbackup.internal.fixtures.MemorySink;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What becomes of a source whose section the restored backup lacks. */
@Timeout(60)
class MissingSectionTest {
    private final MemorySink sink = new MemorySink("memory");
    private final Cell a = new Cell("a");
    private final Cell b = new Cell("b").thatCanBeEmptied();
    private final Cell c = new Cell("c").thatCanBeEmptied();

    private @Nullable GracefulShutdown running;

    @AfterEach
    void uninstall() {
        if (running != null) {
            running.uninstall();
        }
    }

    // ---- at a start

    @Test
    void staysAsItWasConstructedAtAStart() {
        saveWith(a);
        b.value = "constructed";

        start(a, b);

        assertThat(b.value).isEqualTo("constructed");
        assertThat(b.emptied).hasValue(0);
    }

    @Test
    void anEmptyStartEmptiesEverySource() {
        start(b, c);

        assertThat(b.emptied).hasValue(1);
        assertThat(c.emptied).hasValue(1);
    }

    @Test
    void isEmptiedAtAStartWhenARejectedBackupHasFilledIt() {
        saveOlderWithoutAndNewerWith(b);
        c.readFailure = new BackupRejectedException("the newest is wrong");

        start(b, c);

        assertThat(c.value).isEqualTo("older");
        assertThat(b.value).as("the section of the rejected backup").isEmpty();
    }

    @Test
    void refusesTheStartWhenARejectedBackupHasFilledASourceThatCannotBeEmptied() {
        saveOlderWithoutAndNewerWith(a);
        c.readFailure = new BackupRejectedException("the newest is wrong");

        assertThatThrownBy(() -> start(a, c))
                .isInstanceOf(RestoreRefusedException.class)
                .hasMessageContainingAll("Refusing to start", "\"a\"", "startEmpty");
        assertThat(c.reads).as("the older backup reaches no source").hasValue(1);
    }

    // ---- while the application runs

    @Test
    void isEmptiedByALiveRestore() {
        BackupId old = saveWith(a);
        GracefulShutdown backup = start(a, b);
        b.value = "present";

        backup.restore(old);

        assertThat(b.value).isEmpty();
        assertThat(b.emptied).hasValue(1);
    }

    @Test
    void refusesALiveRestoreThatCannotEmptyOneOfThreeSources() {
        BackupId old = saveWith(c);
        GracefulShutdown backup = start(a, b, c);
        a.value = "a kept";
        b.value = "b kept";
        c.value = "c kept";
        int stored = sink.bytes.size();

        assertThatThrownBy(() -> backup.restore(old))
                .isInstanceOf(RestoreRefusedException.class)
                .hasMessageContainingAll("nothing has changed", "\"a\"", "startEmpty")
                .hasMessageNotContaining("\"b\"");

        assertThat(a.value + b.value + c.value).isEqualTo("a keptb keptc kept");
        assertThat(sink.bytes).as("no pre-restore backup").hasSize(stored);
    }

    @Test
    void thePresentStateIsBackWhenASourceCannotBeEmptiedAfterAll() {
        BackupId old = saveWith(c);
        GracefulShutdown backup = start(b, c);
        b.value = "b kept";
        c.value = "c kept";
        b.emptyFailure = new IllegalStateException("cannot let go");

        assertThatThrownBy(() -> backup.restore(old))
                .hasMessageContainingAll("cannot let go", "\"b\"", "The state from before is back");

        assertThat(b.value + c.value).isEqualTo("b keptc kept");
        assertThat(backup.backupNow("afterwards").isStored()).isTrue();
    }

    @Test
    void thePresentStateIsBackWhenAnotherSourceFailsAndOneWasToBeEmptied() {
        BackupId old = saveWith(a, c);
        GracefulShutdown backup = start(a, b, c);
        a.value = "a kept";
        b.value = "b kept";
        c.value = "c kept";
        c.readFailure = new IOException("torn");

        assertThatThrownBy(() -> backup.restore(old)).hasMessageContainingAll("torn", "The state from before is back");

        assertThat(a.value + b.value + c.value).isEqualTo("a keptb keptc kept");
    }

    @Test
    void aPreRestoreBackupWithAllSectionsComesBackWhole() {
        BackupId old = saveWith(a);
        GracefulShutdown backup = start(a, b);
        a.value = "a kept";
        b.value = "b kept";
        BackupId both = backup.backupNow("both").id().orElseThrow();
        backup.restore(old);

        backup.restore(both);

        assertThat(a.value + b.value).isEqualTo("a keptb kept");
    }

    private GracefulShutdown start(Cell... cells) {
        GracefulShutdown.Builder builder = App.builder(sink);
        for (Cell cell : cells) {
            builder.source(cell);
        }
        running = builder.install();
        return running;
    }

    private BackupId saveWith(Cell... cells) {
        GracefulShutdown.Builder builder = App.builder(sink);
        for (Cell cell : cells) {
            builder.source(text(cell.name(), () -> "saved", read -> {}));
        }
        GracefulShutdown backup = builder.install();
        BackupId id = backup.backupNow("saved").id().orElseThrow();
        backup.uninstall();
        return id;
    }

    /** The older backup lacks the section of the cell. */
    private void saveOlderWithoutAndNewerWith(Cell cell) {
        GracefulShutdown older =
                App.builder(sink).source(text("c", () -> "older", read -> {})).install();
        older.backupNow("older");
        older.uninstall();
        GracefulShutdown newer = App.builder(sink)
                .source(text(cell.name(), () -> "newer", read -> {}))
                .source(text("c", () -> "newer", read -> {}))
                .install();
        newer.backupNow("newer");
        newer.uninstall();
    }
}
