package io.gracefulbackup.internal.install;

import static org.assertj.core.api.Assertions.assertThat;

import io.gracefulbackup.internal.report.OperatorLog;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ResourcesTest {
    private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
    private final OperatorLog log = new OperatorLog(line -> {
        lines.add(line);
        return line;
    });
    private final Resources resources = new Resources(log);
    private final List<String> closed = new CopyOnWriteArrayList<>();

    @ParameterizedTest
    @MethodSource
    void closesTheOthersIfOneFailsAndEachOnce(Throwable thrown) throws Exception {
        resources.add("first", () -> closed.add("first"));
        resources.add("second", () -> {
            if (thrown instanceof Error error) {
                throw error;
            }
            throw (Exception) thrown;
        });
        resources.add("third", () -> closed.add("third"));

        resources.close();
        resources.close();

        assertThat(closed).containsExactly("third", "first");
        assertThat(lines.poll(20, TimeUnit.SECONDS)).contains("second could not be closed", "made up");
    }

    static Stream<Throwable> closesTheOthersIfOneFailsAndEachOnce() {
        return Stream.of(
                new IllegalStateException("made up"),
                new IOException("made up"),
                new NoClassDefFoundError("made up"),
                new StackOverflowError("made up"));
    }
}
