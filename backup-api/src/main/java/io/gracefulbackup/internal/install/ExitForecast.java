package io.gracefulbackup.internal.install;

import io.gracefulbackup.BackupReport;
import io.gracefulbackup.SinkResult;
import io.gracefulbackup.internal.pointers.Receipt;
import io.gracefulbackup.internal.report.Messages;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Compares the expected duration of an exit with its deadline, so that the warning comes before a shutdown that fails. */
final class ExitForecast {
    private static final double COMFORTABLE = 0.70;

    private ExitForecast() {}

    /**
     * The forecast at a start, from the duration of the last shutdown.
     *
     * @param last what the receipt says of that shutdown
     * @param stateBytes the size of the restored state; the duration is scaled with it
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
     * The forecast at a start, from the speed at which this machine seals.
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

    /** The forecast after a backup of the running application, which took the same steps as the exit's will. */
    static Optional<String> after(BackupReport run, Duration timeout) {
        return warning(
                run.took(),
                timeout,
                "that is what \"" + run.name() + "\" has just taken for " + run.stateBytes() + " bytes of state",
                run.sinks());
    }

    private static Optional<String> warning(Duration expected, Duration timeout, String basis, List<SinkResult> sinks) {
        if (expected.compareTo(scaled(timeout, COMFORTABLE)) <= 0) {
            return Optional.empty();
        }
        return Optional.of(Messages.exitForecast(expected, timeout, basis, slowest(sinks)));
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
