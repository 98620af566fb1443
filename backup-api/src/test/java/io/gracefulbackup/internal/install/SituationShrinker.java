package io.gracefulbackup.internal.install;

import io.gracefulbackup.internal.config.DiskLifetime;
import io.gracefulbackup.internal.install.Situation.ChoicePlan;
import io.gracefulbackup.internal.install.Situation.Foreign;
import io.gracefulbackup.internal.install.Situation.History;
import io.gracefulbackup.internal.install.Situation.PointerPlan;
import io.gracefulbackup.internal.install.Situation.SinkPlan;
import io.gracefulbackup.internal.install.SituationSink.Answer;
import io.gracefulbackup.internal.install.SituationSink.Damage;
import io.gracefulbackup.internal.install.SituationSink.Hints;
import io.gracefulbackup.internal.install.SituationSink.Keeps;
import io.gracefulbackup.internal.install.SituationSink.Opening;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** Makes a situation simpler for as long as it stays as wrong. */
final class SituationShrinker {
    private SituationShrinker() {}

    static Situation shrink(Situation situation, Predicate<Situation> isWrong) {
        Situation smallest = situation;
        Optional<Situation> next = Optional.of(situation);
        while (next.isPresent()) {
            smallest = next.get();
            Situation at = smallest;
            next = simpler(at).stream()
                    .filter(simpler -> !simpler.equals(at))
                    .filter(isWrong)
                    .findFirst();
        }
        return smallest;
    }

    private static List<Situation> simpler(Situation s) {
        List<Situation> all = new ArrayList<>();
        for (int i = 0; i < s.sinks().size(); i++) {
            List<SinkPlan> fewer = new ArrayList<>(s.sinks());
            fewer.remove(i);
            if (!fewer.isEmpty()) {
                all.add(with(s, fewer));
            }
            for (SinkPlan plan : simpler(s.sinks().get(i))) {
                List<SinkPlan> others = new ArrayList<>(s.sinks());
                others.set(i, plan);
                all.add(with(s, others));
            }
        }
        History h = s.history();
        for (History history : List.of(
                new History(Math.max(0, h.length() - 1), h.choosesMiddle(), h.forks()),
                new History(h.length(), false, h.forks()),
                new History(h.length(), h.choosesMiddle(), false))) {
            all.add(new Situation(history, s.sinks(), s.pointer(), s.choice(), s.healsEarly(), s.disk()));
        }
        all.add(new Situation(h, s.sinks(), PointerPlan.NO_STORE, s.choice(), s.healsEarly(), s.disk()));
        for (ChoicePlan choice : List.of(
                new ChoicePlan(ChoicePlan.Kind.NONE, false, false, false),
                new ChoicePlan(
                        s.choice().kind(),
                        false,
                        s.choice().repeated(),
                        s.choice().anew()),
                new ChoicePlan(
                        s.choice().kind(), s.choice().despite(), s.choice().repeated(), false),
                new ChoicePlan(
                        s.choice().kind(),
                        s.choice().despite(),
                        true,
                        s.choice().anew()))) {
            all.add(new Situation(h, s.sinks(), s.pointer(), choice, s.healsEarly(), s.disk()));
        }
        all.add(new Situation(h, s.sinks(), s.pointer(), s.choice(), s.healsEarly(), DiskLifetime.LASTING));
        all.add(new Situation(h, s.sinks(), s.pointer(), s.choice(), false, s.disk()));
        return all;
    }

    private static Situation with(Situation s, List<SinkPlan> sinks) {
        return new Situation(s.history(), List.copyOf(sinks), s.pointer(), s.choice(), s.healsEarly(), s.disk());
    }

    private static List<SinkPlan> simpler(SinkPlan p) {
        return List.of(
                new SinkPlan(
                        p.name(),
                        p.keeps(),
                        p.lag(),
                        0,
                        Damage.NONE,
                        p.hints(),
                        p.answer(),
                        p.unopened(),
                        p.opening(),
                        p.foreign(),
                        p.durable()),
                new SinkPlan(
                        p.name(),
                        p.keeps(),
                        p.lag(),
                        p.damaged(),
                        p.damage(),
                        p.hints(),
                        p.answer(),
                        0,
                        Opening.OPENS,
                        p.foreign(),
                        p.durable()),
                new SinkPlan(
                        p.name(),
                        p.keeps(),
                        p.lag(),
                        p.damaged(),
                        p.damage(),
                        p.hints(),
                        p.answer(),
                        p.unopened(),
                        p.opening(),
                        Foreign.NONE,
                        p.durable()),
                new SinkPlan(
                        p.name(),
                        p.keeps(),
                        p.lag(),
                        p.damaged(),
                        p.damage(),
                        Hints.TRUE,
                        p.answer(),
                        p.unopened(),
                        p.opening(),
                        p.foreign(),
                        p.durable()),
                new SinkPlan(
                        p.name(),
                        p.keeps(),
                        p.lag(),
                        p.damaged(),
                        p.damage(),
                        p.hints(),
                        Answer.LISTS,
                        p.unopened(),
                        p.opening(),
                        p.foreign(),
                        p.durable()),
                new SinkPlan(
                        p.name(),
                        p.keeps(),
                        Math.max(0, p.lag() - 1),
                        p.damaged(),
                        p.damage(),
                        p.hints(),
                        p.answer(),
                        p.unopened(),
                        p.opening(),
                        p.foreign(),
                        p.durable()),
                new SinkPlan(
                        p.name(),
                        p.keeps(),
                        p.lag(),
                        Math.max(0, p.damaged() - 1),
                        p.damage(),
                        p.hints(),
                        p.answer(),
                        p.unopened(),
                        p.opening(),
                        p.foreign(),
                        p.durable()),
                new SinkPlan(
                        p.name(),
                        p.keeps(),
                        p.lag(),
                        p.damaged(),
                        p.damage(),
                        p.hints(),
                        p.answer(),
                        Math.max(0, p.unopened() - 1),
                        p.opening(),
                        p.foreign(),
                        p.durable()),
                new SinkPlan(
                        p.name(),
                        Keeps.ALL,
                        p.lag(),
                        p.damaged(),
                        p.damage(),
                        p.hints(),
                        p.answer(),
                        p.unopened(),
                        p.opening(),
                        p.foreign(),
                        p.durable()),
                new SinkPlan(
                        p.name(),
                        p.keeps(),
                        p.lag(),
                        p.damaged(),
                        p.damage(),
                        p.hints(),
                        p.answer(),
                        p.unopened(),
                        p.opening(),
                        p.foreign(),
                        true));
    }
}
