package io.gracefulbackup.internal.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gracefulbackup.RestoreRefusedException;
import io.gracefulbackup.internal.fixtures.App;
import io.gracefulbackup.internal.fixtures.MemorySink;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a start makes of sinks that do not answer. */
@Timeout(60)
class UnreachableSinkTest {
    private final MemorySink sink = new MemorySink("memory");
    private final MemorySink other = new MemorySink("other");

    @Test
    void refusesToTakeAnUnreachableSinkForAnEmptyOne() {
        other.list = () -> {
            throw new IOException("connection refused");
        };
        assertThatThrownBy(() -> App.start(App::impatient, sink, other))
                .isInstanceOf(RestoreRefusedException.class)
                .hasMessageContainingAll("other", "connection refused");
    }

    @Test
    void anErrorOrAHangOfASinkIsUnreachableToo() {
        other.list = () -> {
            throw new StackOverflowError();
        };
        assertThatThrownBy(() -> App.start(App::impatient, sink, other)).isInstanceOf(RestoreRefusedException.class);
        other.list = () -> {
            try {
                Thread.currentThread().join();
            } catch (InterruptedException given) {
                throw new IOException("interrupted", given);
            }
        };
        assertThatThrownBy(() -> App.start(App::impatient, sink, other))
                .isInstanceOf(RestoreRefusedException.class)
                .hasMessageContaining("did not answer in time");
    }

    @Test
    void asksASinkAgainThatCannotBeReachedAtFirst() {
        App.saveEach(sink, "one");
        int[] asked = {0};
        sink.list = () -> {
            if (asked[0]++ == 0) {
                throw new IOException("starting up");
            }
        };
        try (App app = App.start(builder -> builder, sink)) {
            assertThat(app.state).isEqualTo("one");
        }
    }

    @Test
    void asksASinkAgainThatIsUnreachableWhileAnotherHasAnOlderBackup() {
        try (App app = App.start(sink, other)) {
            app.save("old");
            sink.store = () -> {
                throw new IOException("disk full");
            };
            app.save("new");
        }
        int[] asked = {0};
        other.list = () -> {
            if (asked[0]++ < 2) {
                throw new IOException("starting up");
            }
        };
        try (App app = App.start(sink, other)) {
            assertThat(app.state).isEqualTo("new");
        }
    }

    @Test
    void refusesWhileOneSinkIsSilentIfAllAreRequired() {
        MemorySink silent = new MemorySink("silent");
        try (App app = App.start(sink, silent)) {
            app.save("state");
        }
        silent.list = () -> {
            throw new IOException("down");
        };
        assertThatThrownBy(() -> App.start(
                        builder -> builder.requireAllSinks().setting("BACKUP_START_TIMEOUT", "1s"), sink, silent))
                .isInstanceOf(RestoreRefusedException.class)
                .hasMessageContainingAll("silent is unreachable", "requireAllSinks()");
        try (App app = App.start(builder -> builder.setting("BACKUP_START_TIMEOUT", "1s"), sink, silent)) {
            assertThat(app.state).isEqualTo("state");
        }
    }

    @Test
    void reportsHoldNoSecretsOfSinks() {
        App.saveEach(sink, "one");
        other.list = () -> {
            throw new IOException("password " + App.KEY + " refused");
        };
        try (App app = App.start(builder -> builder.setting("BACKUP_START_TIMEOUT", "8s"), sink, other)) {
            assertThat(app.backup().status().toString()).contains("***").doesNotContain(App.KEY);
        }
    }
}
