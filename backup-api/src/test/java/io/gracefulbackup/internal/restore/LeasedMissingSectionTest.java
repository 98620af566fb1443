package io.gracefulbackup.internal.restore;

import static org.assertj.core.api.Assertions.assertThat;

import io.gracefulbackup.BackupStatus.State;
import io.gracefulbackup.Deadline;
import io.gracefulbackup.GracefulShutdown;
import io.gracefulbackup.NotAcknowledgedException;
import io.gracefulbackup.internal.fixtures.App;
import io.gracefulbackup.internal.fixtures.Cell;
import io.gracefulbackup.internal.fixtures.LeaseSink;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** An instance that gets the state back from one that does not know all of its sources. */
@Timeout(120)
class LeasedMissingSectionTest {
    private final LeaseSink sink = new LeaseSink();
    private final List<GracefulShutdown> started = new ArrayList<>();

    @AfterEach
    void uninstall() {
        started.forEach(GracefulShutdown::uninstall);
    }

    @Test
    void emptiesTheSourceThatTheOtherInstanceDidNotKnow() {
        Cell text = new Cell("text");
        Cell extra = new Cell("extra").thatCanBeEmptied();
        GracefulShutdown first = start(text, extra);
        handOverAndBack(text, extra);

        requestUntil(first, () -> first.state() == State.ACTIVE);

        assertThat(text.value).isEqualTo("2");
        assertThat(extra.value).isEmpty();
    }

    @Test
    void takesNothingWhenThatSourceCannotBeEmptied() {
        Cell text = new Cell("text");
        AtomicInteger asked = new AtomicInteger();
        Cell extra = new Cell("extra") {
            @Override
            public boolean canStartEmpty() {
                asked.incrementAndGet();
                return false;
            }
        };
        GracefulShutdown first = start(text, extra);
        handOverAndBack(text, extra);

        requestUntil(first, () -> asked.get() > 0);

        assertThat(asked).hasPositiveValue();
        assertThat(first.state()).isNotEqualTo(State.ACTIVE);
        assertThat(text.value).as("nothing is touched").isEqualTo("1");
        assertThat(extra.value).isEqualTo("kept");
    }

    /** The other instance takes over, changes the one section that it knows, saves it and ends. */
    private void handOverAndBack(Cell text, Cell extra) {
        text.value = "1";
        extra.value = "kept";
        Cell other = new Cell("text");
        GracefulShutdown second = start(other);
        requestUntil(second, () -> second.state() == State.ACTIVE);
        assertThat(other.value).isEqualTo("1");
        other.value = "2";
        second.close();
    }

    /** A request waits for five seconds, which a busy machine may need for a key alone. */
    private static void requestUntil(GracefulShutdown backup, BooleanSupplier isEnough) {
        Deadline patience = Deadline.after(Duration.ofSeconds(50));
        while (!isEnough.getAsBoolean() && !patience.isExpired()) {
            try {
                backup.requestHandoff();
            } catch (NotAcknowledgedException e) {
                // Not yet.
            }
        }
    }

    private GracefulShutdown start(Cell... cells) {
        GracefulShutdown.Builder builder = App.builder(sink)
                .setting("BACKUP_LEASE_TTL", "6s")
                .ignoreSection("extra")
                .handoff(turn -> turn.onActive(report -> {}));
        for (Cell cell : cells) {
            builder.source(cell);
        }
        App.asIfInAnotherProcess();
        GracefulShutdown backup = builder.install();
        started.add(backup);
        return backup;
    }
}
