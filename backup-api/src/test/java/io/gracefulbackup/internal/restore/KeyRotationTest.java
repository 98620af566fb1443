package io.gracefulbackup.internal.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gracefulbackup.Deadline;
import io.gracefulbackup.RestoreRefusedException;
import io.gracefulbackup.internal.fixtures.App;
import io.gracefulbackup.internal.fixtures.MemorySink;
import io.gracefulbackup.internal.format.BackupReader;
import io.gracefulbackup.internal.format.KeyRing;
import io.gracefulbackup.internal.install.PreviousKeyCheck;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a start makes of backups under another key. */
@Timeout(60)
class KeyRotationTest {
    private final MemorySink sink = new MemorySink("memory");

    @Test
    void refusesAnotherKeyAndOpensWithThePreviousOne() {
        App.saveEach(sink, "one");
        assertThatThrownBy(() -> App.start(builder -> builder.setting("SECRET_KEY", "another-key-0123456789"), sink))
                .isInstanceOf(RestoreRefusedException.class)
                .hasMessageContainingAll("SECRET_KEY", "SECRET_KEY_PREVIOUS");
        try (App app = App.start(
                builder ->
                        builder.setting("SECRET_KEY", "another-key-0123456789").setting("SECRET_KEY_PREVIOUS", App.KEY),
                sink)) {
            assertThat(app.state).isEqualTo("one");
            app.save("two");
        }
        try (App app = App.start(builder -> builder.setting("SECRET_KEY", "another-key-0123456789"), sink)) {
            assertThat(app.state).isEqualTo("two");
        }
    }

    @Test
    void tellsWhenThePreviousKeyIsNeededNoLonger() {
        MemorySink other = new MemorySink("other");
        try (App app = App.start(sink, other)) {
            app.save("state");
        }
        BackupReader reader = new BackupReader(
                new KeyRing(
                        "another-key-for-tests-0123456789".getBytes(StandardCharsets.UTF_8),
                        List.of(App.KEY.getBytes(StandardCharsets.UTF_8))),
                "blockchain");
        Deadline deadline = Deadline.after(Duration.ofSeconds(30));
        assertThat(new PreviousKeyCheck(reader).report(List.of(sink, other), deadline))
                .contains("1 in memory, 1 in other", "is needed until they are gone");
        sink.bytes.clear();
        other.list = () -> {
            throw new IOException("down");
        };
        assertThat(new PreviousKeyCheck(reader).report(List.of(sink, other), deadline))
                .contains("cannot be told", "other (", "down");
        other.list = () -> {};
        other.bytes.clear();
        assertThat(new PreviousKeyCheck(reader).report(List.of(sink, other), deadline))
                .contains("take it out");
    }

    @Test
    void sealsWithTheNewKeyAfterARestoreWithThePreviousOne() {
        try (App app = App.start(sink)) {
            app.save("state");
        }
        String key = "another-key-for-tests-0123456789";
        try (App app = App.start(
                builder -> builder.setting("SECRET_KEY", key).setting("SECRET_KEY_PREVIOUS", App.KEY), sink)) {
            app.save("newer");
        }
        try (App app = App.start(builder -> builder.setting("SECRET_KEY", key), sink)) {
            assertThat(app.state).isEqualTo("newer");
        }
    }
}
