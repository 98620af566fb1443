package io.gracefulbackup.internal.handoff;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gracefulbackup.BackupException;
import io.gracefulbackup.BackupStatus.State;
import io.gracefulbackup.RestoreReport;
import io.gracefulbackup.internal.fixtures.App;
import io.gracefulbackup.internal.fixtures.MemorySink;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The host's turn of an instance without a lease. */
@Timeout(60)
class SoleInstanceTest {
    private final MemorySink sink = new MemorySink("memory");

    private App start(Consumer<RestoreReport> onActive) {
        return App.start(builder -> builder.handoff(turn -> turn.onActive(onActive)), sink);
    }

    @Test
    void seedingThatFailsIsAnErrorOfTheStartAndLeavesNothing() {
        assertThatThrownBy(() -> start(report -> {
                    throw new IllegalStateException("no seed file");
                }))
                .isInstanceOf(BackupException.class)
                .hasMessageContaining("no seed file")
                .hasMessageContaining("Nothing is saved");

        assertThat(sink.bytes).isEmpty();
        try (App next = App.start(sink)) {
            assertThat(next.toldEmpty).isTrue();
        }
    }

    @Test
    void anErrorDuringSeedingIsAnErrorOfTheStart() {
        assertThatThrownBy(() -> start(report -> {
                    throw new NoClassDefFoundError("seeds");
                }))
                .isInstanceOf(BackupException.class)
                .hasMessageContaining("seeds");
    }

    /** As code in Kotlin does, where no exception is checked. */
    private static <X extends Throwable> void throwUnchecked(Throwable failure) throws X {
        @SuppressWarnings("unchecked")
        X unchecked = (X) failure;
        throw unchecked;
    }

    @Test
    void aCheckedExceptionDuringSeedingIsAnErrorOfTheStart() {
        assertThatThrownBy(() ->
                        start(report -> SoleInstanceTest.<RuntimeException>throwUnchecked(new IOException("no file"))))
                .isInstanceOf(BackupException.class)
                .hasMessageContaining("no file");
    }

    @Test
    void aCheckedExceptionOnARestoredStateIsIgnored() {
        App.saveEach(sink, "one");

        try (App app = start(report -> SoleInstanceTest.<RuntimeException>throwUnchecked(new IOException("no file")))) {
            assertThat(app.backup().state()).isEqualTo(State.ACTIVE);
        }
    }

    @Test
    void noActionFollowsOneThatFailedOnAnEmptyState() {
        List<String> ran = new CopyOnWriteArrayList<>();

        assertThatThrownBy(() -> App.start(
                        builder -> builder.handoff(turn -> turn.onActive(report -> {
                                    throw new IllegalStateException("no seed file");
                                })
                                .onActive(report -> ran.add("second"))),
                        sink))
                .isInstanceOf(BackupException.class);

        assertThat(ran).isEmpty();
    }

    @Test
    void anActionThatFailsOnARestoredStateIsIgnored() {
        App.saveEach(sink, "one");

        try (App app = start(report -> {
            throw new IllegalStateException("no mail server");
        })) {
            assertThat(app.state).isEqualTo("one");
            assertThat(app.backup().state()).isEqualTo(State.ACTIVE);
            assertThat(app.save("two").isStored()).isTrue();
        }
    }
}
