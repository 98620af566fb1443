package io.gracefulbackup.internal.install;

import io.gracefulbackup.internal.config.DiskLifetime;
import io.gracefulbackup.internal.install.Situation.ChoicePlan;
import io.gracefulbackup.internal.install.Situation.Foreign;
import io.gracefulbackup.internal.install.Situation.History;
import io.gracefulbackup.internal.install.Situation.PointerPlan;
import io.gracefulbackup.internal.install.Situation.SinkPlan;
import io.gracefulbackup.internal.install.SituationSink.Answer;
import io.gracefulbackup.internal.install.SituationSink.Hints;
import io.gracefulbackup.internal.install.SituationSink.Keeps;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Makes a situation simpler for as long as it stays as wrong. */
final class SituationShrinker {
    private SituationShrinker() {}

    static Situation shrink(Situation situation, Predicate<Situation> isWrong) {
        Situation smallest = situation;
        Optional<Situation> next = Optional.of(situation);
        while (next.isPresent()) {
            smallest = next.get();
            Situation at = smallest;
            next = simpler(at)
                    .filter(simpler -> !simpler.equals(at))
                    .filter(isWrong)
                    .findFirst();
        }
        return smallest;
    }

    private static Stream<Situation> simpler(Situation s) {
        Stream<List<SinkPlan>> sinks =
                Stream.concat(fewer(s.sinks()).filter(fewer -> !fewer.isEmpty()), withASimplerOne(s.sinks()));
        return Stream.of(
                        sinks.map(simpler -> Records.with(s, "sinks", simpler)),
                        simpler(s.history()).map(history -> Records.with(s, "history", history)),
                        Stream.of(Records.with(s, "pointer", PointerPlan.NO_STORE)),
                        simpler(s.choice()).map(choice -> Records.with(s, "choice", choice)),
                        Stream.of(Records.with(s, "disk", DiskLifetime.LASTING), Records.with(s, "healsEarly", false)))
                .flatMap(each -> each);
    }

    private static Stream<List<SinkPlan>> fewer(List<SinkPlan> sinks) {
        return sinks.stream()
                .map(without -> sinks.stream()
                        .filter(sink -> !sink.name().equals(without.name()))
                        .toList());
    }

    private static Stream<List<SinkPlan>> withASimplerOne(List<SinkPlan> sinks) {
        return sinks.stream()
                .flatMap(plan -> simpler(plan).map(simpler -> {
                    List<SinkPlan> all = new ArrayList<>(sinks);
                    all.set(sinks.indexOf(plan), simpler);
                    return List.copyOf(all);
                }));
    }

    private static Stream<History> simpler(History h) {
        return Stream.of(
                Records.with(h, "length", Math.max(0, h.length() - 1)),
                Records.with(h, "choosesMiddle", false),
                Records.with(h, "forks", false));
    }

    private static Stream<ChoicePlan> simpler(ChoicePlan c) {
        return Stream.of(
                new ChoicePlan(ChoicePlan.Kind.NONE, false, false, false),
                Records.with(c, "despite", false),
                Records.with(c, "anew", false),
                Records.with(c, "repeated", true));
    }

    private static Stream<SinkPlan> simpler(SinkPlan p) {
        return Stream.of(
                Records.with(p, "damaged", 0),
                Records.with(p, "unopened", 0),
                Records.with(p, "foreign", Foreign.NONE),
                Records.with(p, "hints", Hints.TRUE),
                Records.with(p, "answer", Answer.LISTS),
                Records.with(p, "lag", Math.max(0, p.lag() - 1)),
                Records.with(p, "damaged", Math.max(0, p.damaged() - 1)),
                Records.with(p, "unopened", Math.max(0, p.unopened() - 1)),
                Records.with(p, "keeps", Keeps.ALL),
                Records.with(p, "durable", true));
    }
}
