package io.gracefulbackup.internal.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gracefulbackup.BackupId;
import io.gracefulbackup.RestoreRefusedException;
import io.gracefulbackup.internal.fixtures.App;
import io.gracefulbackup.internal.fixtures.MemoryPointers;
import io.gracefulbackup.internal.fixtures.MemorySink;
import io.gracefulbackup.spi.PointerStore;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a start makes of explicit choices of the operator, and of pointers to the newest backup. */
@Timeout(60)
class StartChoiceTest {
    private final MemorySink sink = new MemorySink("memory");

    @Test
    void restoresTheChosenBackupOnceAndIgnoresTheChoiceWhenItWasSavedUpon() {
        List<BackupId> ids = App.saveEach(sink, "one", "two", "three");
        String chosen = ids.get(0).value();
        try (App app = App.start(builder -> builder.setting("BACKUP_RESTORE_ID", chosen), sink)) {
            assertThat(app.state).isEqualTo("one");
            app.save("four");
        }
        try (App app = App.start(builder -> builder.setting("BACKUP_RESTORE_ID", chosen), sink)) {
            assertThat(app.state).isEqualTo("four");
            assertThat(app.backup().restoreReport().explanation()).anyMatch(line -> line.contains("Unset it"));
        }
        assertThat(App.newest(sink).epoch()).isEqualTo(2);
    }

    @Test
    void startsEmptyOnceWhenToldSo() {
        App.saveEach(sink, "one", "two");
        try (App app = App.start(builder -> builder.setting("BACKUP_START", "empty"), sink)) {
            assertThat(app.state).isEmpty();
            app.save("fresh");
        }
        try (App app = App.start(builder -> builder.setting("BACKUP_START", "empty"), sink)) {
            assertThat(app.state).isEqualTo("fresh");
            app.save("fresh and on");
        }
        try (App app = App.start(sink)) {
            assertThat(app.state).isEqualTo("fresh and on");
            app.save("later");
        }
        try (App app = App.start(builder -> builder.setting("BACKUP_START", "empty"), sink)) {
            assertThat(app.state)
                    .as("the choice was honoured, whatever the life before this one had set")
                    .isEqualTo("later");
        }
        String again = "empty,despite:" + App.newest(sink).id();
        try (App app = App.start(builder -> builder.setting("BACKUP_START", again), sink)) {
            assertThat(app.state).as("a new choice").isEmpty();
        }
        assertThat(sink.bytes).hasSize(5);
    }

    @Test
    void refusesAnEmptyStartWhenABackupIsRequired() {
        assertThatThrownBy(() -> App.start(builder -> builder.setting("BACKUP_START", "require"), sink))
                .isInstanceOf(RestoreRefusedException.class);
    }

    @Test
    void keepsAPointerToTheNewestAndRefusesAnOlderCopyByName() {
        MemoryPointers pointers = new MemoryPointers();
        BackupId newest;
        try (App app = App.start(builder -> builder.pointerStore(pointers), sink)) {
            app.save("one");
            newest = app.save("two").id().orElseThrow();
        }
        assertThat(pointers.values).containsEntry(PointerStore.BACKUP_LATEST, "1.2." + newest + ".blockchain");
        sink.bytes.remove(newest.value());
        assertThatThrownBy(() -> App.start(builder -> App.impatient(builder).pointerStore(pointers), sink))
                .isInstanceOf(RestoreRefusedException.class)
                .hasMessageContaining(newest.value());
        try (App app = App.start(builder -> builder.pointerStore(pointers).setting("BACKUP_START", "empty"), sink)) {
            app.save("three");
        }
        try (App app = App.start(builder -> builder.pointerStore(pointers).setting("BACKUP_START", "empty"), sink)) {
            assertThat(app.state).as("the choice lies above the missing backup").isEqualTo("three");
        }
    }

    @Test
    void aPointerIsKeptOnlyToWhatOutlivesTheInstance() {
        MemoryPointers pointers = new MemoryPointers();
        sink.durable = false;
        try (App app = App.start(builder -> builder.pointerStore(pointers).setting("BACKUP_START", "empty"), sink)) {
            app.save("one");
        }
        assertThat(pointers.values).isEmpty();
    }
}
