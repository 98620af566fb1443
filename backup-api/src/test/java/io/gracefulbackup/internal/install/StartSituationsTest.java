package io.gracefulbackup.internal.install;

import static org.assertj.core.api.Assertions.fail;

import io.gracefulbackup.Deadline;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Predicate;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Combinations of faults at a start, drawn by seed and judged by {@link SituationOracle}. */
class StartSituationsTest {
    private static final int KINDS_SHOWN = Integer.getInteger("situations.kinds", 15);
    private static final long FIRST_SEED = Long.getLong("situations.seed", 0);
    private static final Duration SHRINKING = Duration.ofSeconds(30);

    @Test
    void holdWhatDesignPromisesWhereNothingTakesTime() throws Exception {
        check(FIRST_SEED, Integer.getInteger("situations", 400), false);
    }

    @Test
    void holdWhatDesignPromisesWhereSinksTakeTime() throws Exception {
        check(FIRST_SEED, Integer.getInteger("situations.waiting", 40), true);
    }

    @Test
    @Tag("slow")
    void holdWhatDesignPromisesInManyMoreSituations() throws Exception {
        check(1_000_000, 60_000, false);
        check(1_000_000, 2_000, true);
    }

    /** Draws and judges the situations of these seeds. */
    private static void check(long firstSeed, int count, boolean waits) throws Exception {
        Map<String, List<Long>> failed = new TreeMap<>();
        ExecutorService threads = Executors.newFixedThreadPool(waits ? 16 : 4);
        try {
            List<Callable<SituationRun.Result>> runs = LongStream.range(firstSeed, firstSeed + count)
                    .<Callable<SituationRun.Result>>mapToObj(seed -> () -> SituationRun.of(Situation.draw(seed, waits)))
                    .toList();
            long seed = firstSeed;
            for (Future<SituationRun.Result> run : threads.invokeAll(runs)) {
                if (!run.get().problems().isEmpty()) {
                    failed.computeIfAbsent(kind(run.get()), kind -> new ArrayList<>())
                            .add(seed);
                }
                seed++;
            }
        } finally {
            threads.shutdownNow();
        }
        if (!failed.isEmpty()) {
            fail(describe(failed, waits));
        }
    }

    /** The first problem without what differs from case to case. */
    private static String kind(SituationRun.Result result) {
        return result.problems()
                .get(0)
                .replaceAll("(?s)(\\R|\\[?Finding).*", "")
                .replaceAll("\\d+ ms", "N ms")
                .replaceAll("(,despite:[^,. ]+)+", ",despite:…")
                .replaceAll("[0-9a-f]{32}", "ID")
                .replaceAll("\\b\\d+\\.\\d+/[0-9a-f]{4}|epoch \\d+, sequence \\d+", "V")
                .replaceAll("(alpha|bravo|charlie)(-\\d+)?", "SINK")
                .replaceAll("(?<=.{160}).*", "");
    }

    private static String describe(Map<String, List<Long>> failed, boolean waits) {
        StringBuilder text = new StringBuilder(failed.size() + " kinds of faults");
        Deadline patience = Deadline.after(SHRINKING);
        failed.entrySet().stream()
                .sorted((one, other) -> other.getValue().size() - one.getValue().size())
                .limit(KINDS_SHOWN)
                .forEach(kind -> {
                    Predicate<Situation> isAsWrong = smaller -> {
                        SituationRun.Result result = SituationRun.of(smaller);
                        return !result.problems().isEmpty() && kind(result).equals(kind.getKey());
                    };
                    Situation small = SituationShrinker.shrink(
                            Situation.draw(kind.getValue().get(0), waits),
                            smaller -> !patience.isExpired() && isAsWrong.test(smaller));
                    text.append("\n\n=== ").append(kind.getKey());
                    text.append("\n    ").append(kind.getValue().size()).append(" times, with the seeds ");
                    text.append(kind.getValue().stream().limit(9).toList())
                            .append("\n    ")
                            .append(small);
                    SituationRun.of(small)
                            .story()
                            .forEach(line -> text.append("\n      | ").append(line));
                });
        return text.toString();
    }
}
