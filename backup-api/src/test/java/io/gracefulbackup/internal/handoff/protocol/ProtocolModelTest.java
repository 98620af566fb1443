package io.gracefulbackup.internal.handoff.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.gracefulbackup.internal.handoff.protocol.SimulatedDatabase.Flaw;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

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

    /** What a search has reached. */
    record SearchResult(long transitions, Map<Phase, Integer> phases) {}

    /** Faults that have to do with each other. Every pair of them gets a short search of its own. */
    private static final List<Set<Fault>> FAMILIES = List.of(
            EnumSet.of(Fault.WALL_CLOCK_SET),
            EnumSet.of(Fault.SERVER_CLOCK_SET),
            EnumSet.of(Fault.SUSPEND),
            EnumSet.of(Fault.PAUSE),
            EnumSet.of(Fault.DELAY_STATEMENT, Fault.LOSE_ANSWER, Fault.DUPLICATE_ANSWER),
            EnumSet.of(Fault.DELAY_PUBLICATION, Fault.SAVE_FAILS),
            EnumSet.of(Fault.DATABASE_RESTORED),
            EnumSet.of(Fault.DATABASE_DOWN),
            EnumSet.of(Fault.ACTIVATION_FAILS, Fault.ACTIVATION_GIVEN_UP, Fault.STOP),
            EnumSet.of(Fault.RESTORE_FAILS, Fault.PREFLIGHT_FAILS, Fault.CRASH));

    static SearchResult walk(
            SafetyRules rules,
            Set<Flaw> flaws,
            Set<Fault> faults,
            boolean isPrompt,
            int instances,
            int walks,
            long seed) {
        long transitions = 0;
        Map<Phase, Integer> phases = new EnumMap<>(Phase.class);
        for (int walk = 0; walk < walks; walk++) {
            SplittableRandom random = new SplittableRandom(seed * 1_000_003 + walk);
            LeaseSimulation simulation =
                    new LeaseSimulation(rules, flaws, faults, random.nextInt(6), instances, isPrompt);
            int length = 60 + random.nextInt(240);
            int choicesPerFault = 4 + random.nextInt(40);
            for (int n = 0; n < length; n++) {
                simulation.make(choose(simulation.choices(), random, choicesPerFault));
                transitions++;
            }
            simulation.mustRecover();
            simulation.visited().forEach((phase, count) -> phases.merge(phase, count, Integer::sum));
        }
        return new SearchResult(transitions, phases);
    }

    private static Choice choose(List<Choice> all, SplittableRandom random, int choicesPerFault) {
        List<Choice> faults = all.stream().filter(c -> c.fault() != null).toList();
        if (!faults.isEmpty() && random.nextInt(choicesPerFault) == 0) {
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
                walk(new SafetyRules(LeaseSimulation.TIMING), Set.of(), faults, isPrompt, instances, walks, 1);
        System.out.println(instances + " instances: " + result);
        assertThat(result.transitions()).isPositive();
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

    static Stream<Set<Fault>> pairs() {
        return IntStream.range(0, FAMILIES.size())
                .boxed()
                .flatMap(one -> FAMILIES.stream().skip(one + 1).map(other -> {
                    Set<Fault> both = EnumSet.copyOf(FAMILIES.get(one));
                    both.addAll(other);
                    return both;
                }));
    }

    /** A search with few kinds of faults finds in seconds what takes one with all of them many minutes. */
    @ParameterizedTest
    @MethodSource("pairs")
    void holdsWith(Set<Fault> pair) {
        SafetyRules rules = new SafetyRules(LeaseSimulation.TIMING);
        assertThat(walk(rules, Set.of(), pair, true, 3, 60, 2).transitions()).isPositive();
        assertThat(walk(rules, Set.of(), pair, false, 2, 60, 3).transitions()).isPositive();
    }

    @ParameterizedTest
    @MethodSource("pairs")
    @Tag("slow")
    void holdsInALongSearchWith(Set<Fault> pair) {
        SafetyRules rules = new SafetyRules(LeaseSimulation.TIMING);
        assertThat(walk(rules, Set.of(), pair, true, 3, 10_000, 4).transitions())
                .isPositive();
        assertThat(walk(rules, Set.of(), pair, false, 2, 10_000, 5).transitions())
                .isPositive();
    }

    @Test
    @Tag("slow")
    void holdsInALongSearch() {
        explore(ALL, false, 2, 300_000);
        explore(ALL, false, 3, 300_000);
        explore(HARMLESS, true, 3, 300_000);
    }
}
