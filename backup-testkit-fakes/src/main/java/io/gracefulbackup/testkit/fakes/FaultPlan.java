package io.gracefulbackup.testkit.fakes;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** The faults that are planned for calls. Faults for the next calls take precedence over those for all calls. */
final class FaultPlan<C extends Enum<C>> {
    private final Class<C> calls;
    private final List<Entry<C>> next = new ArrayList<>();
    private final List<Entry<C>> always = new ArrayList<>();

    FaultPlan(Class<C> calls) {
        this.calls = calls;
    }

    synchronized void next(int times, Fault fault, List<C> of) {
        for (int i = 0; i < times; i++) {
            next.add(new Entry<>(setOf(of), fault));
        }
    }

    synchronized void always(Fault fault, List<C> of) {
        always.add(0, new Entry<>(setOf(of), fault));
    }

    synchronized void clear() {
        next.clear();
        always.clear();
    }

    synchronized Fault take(C call) {
        for (Entry<C> entry : next) {
            if (entry.calls.contains(call)) {
                next.remove(entry);
                return entry.fault;
            }
        }
        return always.stream()
                .filter(entry -> entry.calls.contains(call))
                .map(Entry::fault)
                .findFirst()
                .orElseGet(Fault::none);
    }

    private Set<C> setOf(List<C> some) {
        return some.isEmpty() ? EnumSet.allOf(calls) : EnumSet.copyOf(some);
    }

    private record Entry<C>(Set<C> calls, Fault fault) {}
}
