package io.gracefulbackup.internal.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.gracefulbackup.BackupListener;
import io.gracefulbackup.BackupStatus.State;
import io.gracefulbackup.Deadline;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class StatusTrackerTest {
    private final List<State> seen = new CopyOnWriteArrayList<>();
    private final OperatorLog log = new OperatorLog(line -> line);
    private final Listeners listeners = new Listeners(
            List.of(new BackupListener() {
                @Override
                public void onState(State state) {
                    seen.add(state);
                }
            }),
            log,
            getClass().getClassLoader());
    private final StatusTracker status = new StatusTracker(listeners);

    @AfterEach
    void close() throws InterruptedException {
        listeners.close(Deadline.after(Duration.ofSeconds(10)));
        log.close();
    }

    @Test
    void noStateFollowsTheBeginningOfTheFinalBackupButItsEnd() throws Exception {
        status.enter(State.RESTORING);
        status.enter(State.STOPPING);
        status.enter(State.ACTIVE);
        status.enter(State.STANDBY, "PREFLIGHTED");
        status.closed();
        status.enter(State.ACTIVE);

        listeners.flush(Deadline.after(Duration.ofSeconds(10)));
        assertThat(seen).containsExactly(State.RESTORING, State.STOPPING, State.CLOSED);
        assertThat(status.status(0).detail()).isEqualTo("CLOSED");
    }

    @Test
    void anotherDetailOfTheSameStateIsNoEvent() throws Exception {
        status.enter(State.STANDBY, "STANDBY");
        status.enter(State.STANDBY, "PREFLIGHTED");

        listeners.flush(Deadline.after(Duration.ofSeconds(10)));
        assertThat(seen).containsExactly(State.STANDBY);
        assertThat(status.status(0).detail()).isEqualTo("PREFLIGHTED");
    }

    @Test
    void acceptsChangesWhileTheyWillBeSavedAndInNoOtherState() {
        assertThat(State.values()).filteredOn(State::acceptsWrites).containsExactly(State.ACTIVE, State.DEGRADED);
    }
}
