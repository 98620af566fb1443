package io.gracefulbackup.internal.handoff.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.gracefulbackup.internal.handoff.protocol.SimulatedDatabase.Flaw;
import java.util.BitSet;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Runs instances with the real protocol through random schedules, in which anything may go wrong at any time. */
class ProtocolModelTest {
    static final Set<Fault> ALL = EnumSet.complementOf(EnumSet.of(Fault.MISMATCHED_TERMS));

    /** The faults that cannot cost an acknowledged change when messages arrive in time. */
    static final Set<Fault> HARMLESS = EnumSet.of(
            Fault.LOSE_STATEMENT,
            Fault.LOSE_ANSWER,
            Fault.DUPLICATE_ANSWER,
            Fault.DATABASE_DOWN,
            Fault.RESTORE_FAILS,
            Fault.SAVE_FAILS,
            Fault.PREFLIGHT_FAILS,
            Fault.ACTIVATION_FAILS,
            Fault.ACTIVATION_GIVEN_UP,
            Fault.WALL_CLOCK_SET,
            Fault.SERVER_CLOCK_SET,
            Fault.STOP);

    private static final int MAX_STATES = 1 << 27;
    /** Only a search with this seed counts the states that it reaches. */
    private static final int COUNTED = 1;

    /** What a search has reached; states with the same hash count once. */
    record SearchResult(long transitions, int states, Map<Phase, Integer> phases) {}

    static SearchResult walk(
            SafetyRules rules,
            Set<Flaw> flaws,
            Set<Fault> faults,
            boolean isPrompt,
            int instances,
            int walks,
            long seed) {
        BitSet states = new BitSet(MAX_STATES);
        long transitions = 0;
        Map<Phase, Integer> phases = new EnumMap<>(Phase.class);
        for (int walk = 0; walk < walks; walk++) {
            SplittableRandom random = new SplittableRandom(seed * 1_000_003 + walk);
            LeaseSimulation simulation =
                    new LeaseSimulation(rules, flaws, faults, random.nextInt(6), instances, isPrompt);
            int length = 60 + random.nextInt(240);
            for (int n = 0; n < length; n++) {
                simulation.make(choose(simulation.choices(), random));
                if (seed == COUNTED) {
                    states.set(Math.floorMod(simulation.key().hashCode(), MAX_STATES));
                }
                transitions++;
            }
            simulation.mustRecover();
            simulation.visited().forEach((phase, count) -> phases.merge(phase, count, Integer::sum));
        }
        return new SearchResult(transitions, states.cardinality(), phases);
    }

    private static Choice choose(List<Choice> all, SplittableRandom random) {
        List<Choice> faults = all.stream().filter(c -> c.fault() != null).toList();
        if (!faults.isEmpty() && random.nextInt(30) == 0) {
            return faults.get(random.nextInt(faults.size()));
        }
        List<Choice> choices = all.stream().filter(c -> c.fault() == null).toList();
        int total = choices.stream().mapToInt(Choice::weight).sum();
        int at = random.nextInt(total);
        for (Choice choice : choices) {
            at -= choice.weight();
            if (at < 0) {
                return choice;
            }
        }
        throw new AssertionError();
    }

    private static void explore(Set<Fault> faults, boolean isPrompt, int instances, int walks) {
        SearchResult result =
                walk(new SafetyRules(LeaseSimulation.TIMING), Set.of(), faults, isPrompt, instances, walks, COUNTED);
        System.out.println(instances + " instances: " + result);
        assertThat(result.transitions()).isPositive();
        assertThat(result.states()).isPositive();
        assertThat(result.phases()).containsKeys(Phase.values());
    }

    @Test
    void holdsWithTwoInstancesWhateverHappens() {
        explore(ALL, false, 2, 1_000);
    }

    @Test
    void holdsWithThreeInstancesWhateverHappens() {
        explore(ALL, false, 3, 1_000);
    }

    @Test
    void losesNothingWhenTheDatabaseIsAwayOrStepsFail() {
        explore(HARMLESS, true, 3, 1_000);
    }

    @Test
    void losesNothingWhenTheDatabaseIsRestoredUnderAHolder() {
        explore(EnumSet.of(Fault.DATABASE_RESTORED, Fault.STOP, Fault.RESTORE_FAILS), true, 3, 1_000);
    }

    @Test
    @Tag("slow")
    void holdsInALongSearch() {
        explore(ALL, false, 2, 300_000);
        explore(ALL, false, 3, 300_000);
        explore(HARMLESS, true, 3, 300_000);
    }
}
