package io.gracefulbackup.internal.handoff.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.gracefulbackup.BackupId;
import io.gracefulbackup.internal.support.ProcessTime;
import io.gracefulbackup.spi.lease.LeaseResult;
import io.gracefulbackup.spi.lease.LeaseRow;
import io.gracefulbackup.spi.lease.LeaseRow.Terms;
import io.gracefulbackup.spi.lease.LeaseStep;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** One instance, "a", whose events come in a given order. */
class ProtocolTest {
    private static final Terms TERMS = new Terms("site", List.of("key"), 1);
    private static final Terms OTHER_TERMS = new Terms("elsewhere", List.of("key"), 1);
    private static final BackupId BACKUP = new BackupId("%032x".formatted(1));

    private final Protocol protocol = new Protocol(new Instance("a", TERMS), Duration.ofSeconds(15));
    private final List<Command> commands = new ArrayList<>();
    private ProcessTime now = new ProcessTime(0, 0);
    private State state = protocol.begin(now, 0);
    private @Nullable LeaseRow row;

    /** Takes in an event, and returns the commands that it leads to. */
    private List<Command> on(Event event) {
        Transition transition = protocol.on(state, event);
        state = transition.state();
        commands.addAll(transition.commands());
        return transition.commands();
    }

    private <C extends Command> C last(Class<C> type) {
        return commands.stream()
                .filter(type::isInstance)
                .map(type::cast)
                .reduce((earlier, later) -> later)
                .orElseThrow();
    }

    private <C extends Command> List<C> all(Class<C> type) {
        return commands.stream().filter(type::isInstance).map(type::cast).toList();
    }

    private List<Command> passes(long millis) {
        now = now.plus(Duration.ofMillis(millis));
        return on(new Event.Tick(now));
    }

    /** The step under way is executed and answered. */
    private List<Command> answered() {
        Command.Send sent = last(Command.Send.class);
        LeaseResult result = sent.step().applyTo(row, "a");
        row = result.row().orElse(null);
        return on(new Event.Answered(now, sent.number(), result));
    }

    /** Another instance takes a step. */
    private void other(String name, LeaseStep step) {
        row = step.applyTo(row, name).row().orElseThrow();
    }

    /** Acquires the free lease and restores; the activation of the host is under way, and a renewal. */
    private long activating(List<BackupId> lineage) {
        passes(0);
        answered();
        passes(2_000);
        answered();
        on(new Event.Restored(now, last(Command.Restore.class).number(), 0, lineage));
        answered();
        passes(1_000);
        assertThat(state.isActivating()).isTrue();
        assertThat(last(Command.Send.class).step()).isInstanceOf(LeaseStep.Renew.class);
        return last(Command.Activate.class).number();
    }

    private void active() {
        on(new Event.Activated(now, activating(List.of(BACKUP))));
        assertThat(state.phase()).isEqualTo(Phase.ACTIVE);
    }

    // ---- the host's step

    @Test
    void opensTheGateOnlyOnceTheHostIsActivated() {
        long number = activating(List.of());
        answered();
        assertThat(state.phase()).isEqualTo(Phase.RESTORING);
        assertThat(all(Command.OpenGate.class)).isEmpty();

        on(new Event.Activated(now, number));

        assertThat(state.phase()).isEqualTo(Phase.ACTIVE);
        assertThat(all(Command.OpenGate.class)).hasSize(1);
    }

    @Test
    void answersARequestOnlyOnceTheHostIsActivated() {
        long number = activating(List.of());
        other("b", new LeaseStep.Request(TERMS, null));
        answered();
        passes(500);
        other("b", new LeaseStep.Request(TERMS, null));
        answered();
        assertThat(state.phase()).isEqualTo(Phase.RESTORING);

        on(new Event.Activated(now, number));
        passes(0);

        assertThat(state.phase()).isEqualTo(Phase.HANDING_OVER);
    }

    @Test
    void theEndOfAnEarlierActivationIsIgnored() {
        long number = activating(List.of());

        on(new Event.Activated(now, number - 1));

        assertThat(state.isActivating()).isTrue();
    }

    @Test
    void anExitSavesOnceTheActivationHasEnded() {
        long number = activating(List.of());
        assertThat(on(new Event.Stop(now))).doesNotHaveAnyElementsOfTypes(Command.Save.class, Command.Finish.class);

        assertThat(on(new Event.Activated(now, number))).hasAtLeastOneElementOfType(Command.Save.class);
    }

    @Test
    void anExitReleasesWithoutASaveWhenTheActivationIsGivenUp() {
        long number = activating(List.of());
        on(new Event.Stop(now));
        answered();
        on(new Event.Failed(now, number, "given up"));
        answered();

        assertThat(all(Command.Save.class)).isEmpty();
        assertThat(all(Command.Finish.class)).hasSize(1);
        assertThat(Objects.requireNonNull(row).isFree()).isTrue();
    }

    @Test
    void anInstanceThatLosesTheLeaseWhileActivatingRetiresAndForgetsTheState() {
        activating(List.of());
        other("b", new LeaseStep.Acquire(Objects.requireNonNull(row).version(), 1, null));
        assertThat(answered()).contains(new Command.Retire());

        assertThat(state.phase()).isEqualTo(Phase.STANDBY);
        assertThat(state.memory().hasState()).isFalse();
    }

    @Test
    void anInstanceAcquiresTheLeaseOnlyOnceItsEarlierActivationHasEnded() {
        long number = activating(List.of());
        other("b", new LeaseStep.Acquire(Objects.requireNonNull(row).version(), 1, null));
        answered();
        other("b", new LeaseStep.Release(row.version(), null, null));
        passes(1_000);
        answered();
        passes(1_000);
        assertThat(last(Command.Send.class).step()).isInstanceOf(LeaseStep.Read.class);
        answered();

        on(new Event.Activated(now, number));

        assertThat(last(Command.Send.class).step()).isInstanceOf(LeaseStep.Acquire.class);
        assertThat(all(Command.Retire.class)).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void anInstanceWhoseActivationFailsLeavesTheStateToOthers(boolean isEmpty) {
        long number = activating(isEmpty ? List.of() : List.of(BACKUP));
        answered();
        assertThat(on(new Event.Failed(now, number, "why")))
                .contains(new Command.Retire())
                .hasAtLeastOneElementOfType(Command.Tell.class);
        answered();

        assertThat(state.phase()).isEqualTo(Phase.FAILED);
        assertThat(Objects.requireNonNull(row).isFree()).isTrue();
        assertThat(row.finalBackup()).isEqualTo(isEmpty ? Optional.empty() : Optional.of(BACKUP));
        on(new Event.Stop(now));
        assertThat(all(Command.Save.class)).isEmpty();
    }

    /** For instance because it was restored from a file, and is not in the database. */
    @Test
    void anInstanceWhoseActivationFailedReleasesWithoutABackupThatTheServerRefuses() {
        long number = activating(List.of(BACKUP));
        answered();
        on(new Event.Failed(now, number, "why"));
        on(new Event.Answered(now, last(Command.Send.class).number(), LeaseResult.refused(row)));
        passes(500);

        assertThat(last(Command.Send.class).step())
                .isEqualTo(new LeaseStep.Release(Objects.requireNonNull(row).version(), null, null));
        assertThat(all(Command.Save.class)).isEmpty();
    }

    @Test
    void anInstanceThatResumesActivatesItsHostAgain() {
        active();
        other("b", new LeaseStep.Request(TERMS, null));
        answered();
        passes(500);
        other("b", new LeaseStep.Request(TERMS, null));
        answered();
        on(new Event.Saved(now, last(Command.Save.class).number(), BACKUP, false));
        answered();
        assertThat(state.phase()).isEqualTo(Phase.RETIRED);
        other("b", new LeaseStep.Acquire(Objects.requireNonNull(row).version(), 1, null));
        other("b", new LeaseStep.Release(row.version(), null, null));
        while (!state.isActivating()) {
            passes(1_000);
            answered();
        }

        assertThat(all(Command.Restore.class)).hasSize(1);
        assertThat(all(Command.Activate.class)).hasSize(2);
        assertThat(all(Command.Retire.class)).hasSize(1);
    }

    // ---- a takeover

    /** Returns after how many seconds "a" takes over from a holder that is gone, if the answer to its third step takes that long. */
    private long secondsToTakeover(long slowAnswer) {
        return secondsToTakeover(true, slowAnswer);
    }

    private long secondsToTakeover(boolean expired, long slowAnswer) {
        other("b", new LeaseStep.Acquire(null, 0, null));
        row = SimulatedDatabase.withExpired(Objects.requireNonNull(row), expired);
        passes(0);
        answered();
        for (int step = 1; !(last(Command.Send.class).step() instanceof LeaseStep.Acquire); step++) {
            passes(1_000);
            if (step == 3) {
                passes(slowAnswer * 1_000);
            }
            answered();
        }
        return now.since(new ProcessTime(0, 0)).toSeconds();
    }

    @Test
    void takesOverAfterTheTermAndTheMargin() {
        assertThat(secondsToTakeover(0)).isEqualTo(18);
    }

    @ParameterizedTest
    @CsvSource({"1, 18", "2, 18", "3, 18", "4, 19", "10, 25", "17, 32"})
    void waitsLongerByWhatAnAnswerTookBeyondTheMargin(long slowAnswer, long seconds) {
        assertThat(secondsToTakeover(slowAnswer)).isEqualTo(seconds);
    }

    /** The one that has the state needs half as long, whatever the server's clock says. */
    @ParameterizedTest
    @CsvSource({"true, 36", "false, 144"})
    void takesOverARowFromThePastOnlyAfterTheInstanceThatHasTheStateCould(boolean expired, long seconds) {
        state = protocol.begin(now, 5);

        assertThat(secondsToTakeover(expired, 0)).isEqualTo(seconds);
    }

    // ---- objections

    @Test
    void anObjectionToOneInstanceDoesNotDeclineTheNext() {
        long number = activating(List.of(BACKUP));
        other("b", new LeaseStep.Request(OTHER_TERMS, null));
        answered();
        passes(500);
        other("b", new LeaseStep.Request(OTHER_TERMS, null));
        answered();
        passes(500);
        on(new Event.Activated(now, number));
        passes(0);
        assertThat(last(Command.Tell.class).line()).contains("Instance b cannot take over");
        LeaseRow before = Objects.requireNonNull(row);
        other("c", new LeaseStep.Request(TERMS, before.request().orElseThrow()));
        answered();
        passes(500);

        assertThat(last(Command.Send.class).step()).isNotInstanceOf(LeaseStep.Decline.class);
    }

    @Test
    void anObjectionDeclinesTheInstanceThatItIsAbout() {
        active();
        other("b", new LeaseStep.Request(OTHER_TERMS, null));
        answered();
        passes(500);
        other("b", new LeaseStep.Request(OTHER_TERMS, null));
        answered();
        passes(500);

        assertThat(last(Command.Send.class).step())
                .isInstanceOfSatisfying(
                        LeaseStep.Decline.class,
                        decline -> assertThat(decline.requester()).isEqualTo("b"));
    }
}
