package io.gracefulbackup.internal.handoff.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gracefulbackup.internal.support.ClockInterval;
import io.gracefulbackup.internal.support.ProcessTime;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Schedules in which the wall clock of the holder is set back and its machine sleeps, so that both of its clocks say that its term
 * lasts when another instance has long taken over.
 */
class ClockSchedulesTest {
    private static final String BACK = "i0: clock -1000 s";
    private static final String BACK_IN_VIEW = "i0: clock -9 s, seen";
    private static final String FORWARD = "i0: clock +1000 s";
    private static final String RENEWAL = "i0: Renew";
    private static final String ANSWER = "i0: answer to Renew";

    /** A tolerance that tolerates every step back. */
    private static final SafetyRules STEP_BACK_DOES_NOT_MATTER = new SafetyRules(LeaseSimulation.TIMING) {
        @Override
        ClockInterval coverage(ProcessTime renewed) {
            return ClockInterval.of(renewed, timing.safeTerm(), Duration.ofDays(10_000));
        }
    };

    private static final SafetyRules COVERAGE_COMES_BACK = new SafetyRules(LeaseSimulation.TIMING) {
        @Override
        boolean endsCoverage(boolean isInside) {
            return false;
        }
    };

    /** What happens to the holder, whose next renewal is under way, before its machine sleeps for ten seconds. */
    @SuppressWarnings("ImmutableEnumChecker") // a test, and nobody changes them
    enum Schedule {
        SET_BACK_BEFORE_THE_RENEWAL_IS_EXECUTED(STEP_BACK_DOES_NOT_MATTER, BACK, RENEWAL, ANSWER),
        SET_BACK_BEFORE_THE_RENEWAL_IS_ANSWERED(STEP_BACK_DOES_NOT_MATTER, RENEWAL, BACK, ANSWER),
        SET_BACK_AFTER_THE_RENEWAL(STEP_BACK_DOES_NOT_MATTER, RENEWAL, ANSWER, BACK),
        SET_FORWARD_AND_FURTHER_BACK(STEP_BACK_DOES_NOT_MATTER, RENEWAL, ANSWER, FORWARD, BACK, BACK),
        /** The sleep is as long as the step back, so that the clocks seem to be where they would be without both. */
        SET_BACK_BY_AS_MUCH_AS_THE_MACHINE_SLEEPS(COVERAGE_COMES_BACK, RENEWAL, ANSWER, BACK_IN_VIEW),
        SET_BACK_BY_AS_MUCH_DURING_THE_RENEWAL(COVERAGE_COMES_BACK, BACK_IN_VIEW, RENEWAL, ANSWER),
        SET_BACK_BY_AS_MUCH_BETWEEN_RENEWAL_AND_ANSWER(COVERAGE_COMES_BACK, RENEWAL, BACK_IN_VIEW, ANSWER);

        private final SafetyRules withoutTheGuard;
        private final List<String> choices;

        Schedule(SafetyRules withoutTheGuard, String... choices) {
            this.withoutTheGuard = withoutTheGuard;
            this.choices = List.of(choices);
        }

        void run(SafetyRules rules) {
            LeaseSimulation simulation = holding(rules);
            choices.forEach(choice -> make(simulation, choice));
            make(simulation, "i0: suspended");
            simulation.passTenSeconds();
            assertThat(simulation.instances().get(1).accepts()).isTrue();
            make(simulation, "i0: resumes");
            make(simulation, "i0: a change");
            make(simulation, Choices.SECOND);
        }
    }

    /** A simulation in which i0 holds the lease, and has just sent a renewal, and i1 waits. */
    private static LeaseSimulation holding(SafetyRules rules) {
        Set<Fault> faults = EnumSet.of(Fault.WALL_CLOCK_SET, Fault.SUSPEND);
        LeaseSimulation simulation = new LeaseSimulation(rules, Set.of(), faults, 10, 2, false);
        make(simulation, "start");
        make(simulation, "start");
        simulation.passTenSeconds();
        assertThat(simulation.instances().get(0).accepts()).isTrue();
        return simulation;
    }

    private static void make(LeaseSimulation simulation, String choice) {
        simulation.make(simulation.choices().stream()
                .filter(possible -> possible.toString().startsWith(choice))
                .findFirst()
                .orElseThrow(() -> new AssertionError(choice + " is not among " + simulation.choices())));
    }

    @ParameterizedTest
    @EnumSource
    void atMostOneAcceptsWhen(Schedule schedule) {
        schedule.run(new SafetyRules(LeaseSimulation.TIMING));
    }

    @ParameterizedTest
    @EnumSource
    void twoAcceptWithoutTheGuardWhen(Schedule schedule) {
        assertThatThrownBy(() -> schedule.run(schedule.withoutTheGuard))
                .isInstanceOf(Violation.class)
                .hasMessageContaining("accept changes at the same time");
    }

    @ParameterizedTest
    @EnumSource(names = {"SET_BACK_AFTER_THE_RENEWAL", "SET_BACK_BY_AS_MUCH_DURING_THE_RENEWAL"})
    void aRenewalThatIsSentAfterTheClockWasSetBackCoversAgain(Schedule schedule) {
        LeaseSimulation simulation = holding(new SafetyRules(LeaseSimulation.TIMING));
        schedule.choices.forEach(choice -> make(simulation, choice));
        assertThat(simulation.instances().get(0).accepts()).isFalse();
        make(simulation, Choices.SECOND);
        make(simulation, RENEWAL);
        make(simulation, ANSWER);

        assertThat(simulation.instances().get(0).accepts()).isTrue();
    }
}
