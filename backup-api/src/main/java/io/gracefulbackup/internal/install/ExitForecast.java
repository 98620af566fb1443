package io.gracefulbackup.internal.install;

import io.gracefulbackup.BackupReport;
import io.gracefulbackup.SinkResult;
import io.gracefulbackup.internal.pointers.Receipt;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Compares what an exit would take with what it has, so that the warning comes before the shutdown that would fail. */
final class ExitForecast {
    private static final double COMFORTABLE = 0.70;

    private ExitForecast() {}

    /**
     * At start, from how the last shutdown went.
     *
     * @param last its receipt
     * @param stateBytes what was restored now; times grow in proportion
     */
    static Optional<String> afterStart(Receipt.Ending last, long stateBytes, Duration timeout) {
        double growth = last.stateBytes() > 0 ? (double) stateBytes / last.stateBytes() : 1;
        Duration expected = scaled(last.took(), Math.max(1, growth));
        return warning(
                expected,
                timeout,
                "the last one took " + last.took().toMillis() + " ms for " + last.stateBytes()
                        + " bytes of state, and now there are " + stateBytes,
                last.sinks());
    }

    /**
     * At start, from how fast this machine seals.
     *
     * @param bytesPerSecond as measured at start
     */
    static Optional<String> sealing(long stateBytes, long bytesPerSecond, Duration timeout) {
        Duration expected = Duration.ofMillis(stateBytes * 1000 / Math.max(1, bytesPerSecond));
        return warning(
                expected,
                timeout,
                "sealing alone: " + stateBytes + " bytes of state at " + bytesPerSecond + " bytes a second",
                List.of());
    }

    /** After a backup of the running application, which went the same way as the exit's will. */
    static Optional<String> after(BackupReport run, Duration timeout) {
        return warning(
                run.took(),
                timeout,
                "that is what \"" + run.name() + "\" has just taken for " + run.stateBytes() + " bytes of state",
                run.sinks());
    }

    private static Optional<String> warning(Duration expected, Duration timeout, String how, List<SinkResult> sinks) {
        if (expected.compareTo(scaled(timeout, COMFORTABLE)) <= 0) {
            return Optional.empty();
        }
        return Optional.of("⚠️ A shutdown now would take about " + expected.toMillis() + " ms of the "
                + timeout.toMillis() + " ms it has (BACKUP_TIMEOUT): " + how + slowest(sinks)
                + ". Give it more time, also on the platform, or less to save");
    }

    private static String slowest(List<SinkResult> sinks) {
        String times = sinks.stream()
                .flatMap(ExitForecast::time)
                .sorted(Comparator.comparing(SinkTime::took).reversed())
                .map(sink -> sink.name() + " " + sink.took().toMillis() + " ms")
                .collect(Collectors.joining(", "));
        return times.isEmpty() ? "" : " (" + times + ")";
    }

    private record SinkTime(String name, Duration took) {}

    private static Stream<SinkTime> time(SinkResult result) {
        if (result instanceof SinkResult.Stored stored) {
            return Stream.of(new SinkTime(stored.sink(), stored.took()));
        }
        if (result instanceof SinkResult.TimedOut late) {
            return Stream.of(new SinkTime(late.sink() + " more than", late.after()));
        }
        return Stream.empty();
    }

    private static Duration scaled(Duration time, double factor) {
        return Duration.ofNanos((long) (time.toNanos() * factor));
    }
}
