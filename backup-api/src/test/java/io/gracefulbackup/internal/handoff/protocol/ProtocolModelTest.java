package io.gracefulbackup.internal.handoff.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.gracefulbackup.internal.handoff.protocol.LeaseSimulation.Choice;
import io.gracefulbackup.internal.handoff.protocol.LeaseSimulation.Fault;
import io.gracefulbackup.internal.handoff.protocol.LeaseSimulation.Flaw;
import java.util.BitSet;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Explores what instances with the real protocol do when anything goes wrong at any moment. */
class ProtocolModelTest {
    static final Set<Fault> ALL = EnumSet.complementOf(EnumSet.of(Fault.MISFIT));

    /** What cannot cost an acknowledged change when messages arrive in time. */
    static final Set<Fault> HARMLESS = EnumSet.of(
            Fault.LOSE_STATEMENT,
            Fault.LOSE_ANSWER,
            Fault.DOUBLE_ANSWER,
            Fault.DATABASE_DOWN,
            Fault.RESTORE_FAILS,
            Fault.SAVE_FAILS,
            Fault.PREFLIGHT_FAILS,
            Fault.WALL_CLOCK_SET,
            Fault.SERVER_CLOCK_SET,
            Fault.STOP);

    private static final int STATES = 1 << 27;
    private static final int COUNTED = 1;

    /** What a search has seen; states that hash alike count once. */
    record Seen(long transitions, int states, Map<Phase, Integer> phases) {}

    static Seen walk(SafetyRules rules, Set<Fault> faults, boolean prompt, int instances, int walks, long seed) {
        return walk(rules, Set.of(), faults, prompt, instances, walks, seed);
    }

    static Seen walk(
            SafetyRules rules,
            Set<Flaw> flaws,
            Set<Fault> faults,
            boolean prompt,
            int instances,
            int walks,
            long seed) {
        BitSet states = new BitSet(STATES);
        long transitions = 0;
        Map<Phase, Integer> phases = new EnumMap<>(Phase.class);
        for (int walk = 0; walk < walks; walk++) {
            SplittableRandom random = new SplittableRandom(seed * 1_000_003 + walk);
            LeaseSimulation world = new LeaseSimulation(rules, flaws, faults, random.nextInt(6), instances, prompt);
            int length = 60 + random.nextInt(240);
            for (int n = 0; n < length; n++) {
                world.make(choose(world.choices(), random));
                if (seed == COUNTED) {
                    states.set(Math.floorMod(world.key().hashCode(), STATES));
                }
                transitions++;
            }
            world.mustRecover();
            world.visited.forEach((phase, count) -> phases.merge(phase, count, Integer::sum));
        }
        return new Seen(transitions, states.cardinality(), phases);
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

    private static void explores(Set<Fault> faults, boolean prompt, int instances, int walks) {
        Seen seen = walk(new SafetyRules(LeaseSimulation.TIMING), faults, prompt, instances, walks, COUNTED);
        System.out.println(instances + " instances: " + seen);
        assertThat(seen.transitions()).isPositive();
        assertThat(seen.states()).isPositive();
        assertThat(seen.phases()).containsKeys(Phase.values());
    }

    @Test
    void holdsWithTwoInstancesWhateverHappens() {
        explores(ALL, false, 2, 1_000);
    }

    @Test
    void holdsWithThreeInstancesWhateverHappens() {
        explores(ALL, false, 3, 1_000);
    }

    @Test
    void losesNothingWhenTheDatabaseIsAwayOrStepsFail() {
        explores(HARMLESS, true, 3, 1_000);
    }

    @Test
    void losesNothingWhenTheDatabaseIsRestoredUnderAHolder() {
        explores(EnumSet.of(Fault.DATABASE_RESTORED, Fault.STOP, Fault.RESTORE_FAILS), true, 3, 1_000);
    }

    @Test
    @Tag("slow")
    void holdsInALongSearch() {
        explores(ALL, false, 2, 300_000);
        explores(ALL, false, 3, 300_000);
        explores(HARMLESS, true, 3, 300_000);
    }
}
