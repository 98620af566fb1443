package io.gracefulbackup.internal.retention;

import static org.assertj.core.api.Assertions.assertThat;

import io.gracefulbackup.BackupReport;
import io.gracefulbackup.RetentionPolicy;
import io.gracefulbackup.internal.fixtures.App;
import io.gracefulbackup.internal.fixtures.MemorySink;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What retention makes of entries that cannot be deleted. */
@Timeout(60)
class RetentionTest {
    private final MemorySink sink = new MemorySink("memory");

    @ParameterizedTest
    @MethodSource
    void deletesTheOthersIfOneCannotBeDeleted(MemorySink.Failing failure) {
        List<String> ids = new ArrayList<>();
        try (App app = App.start(sink)) {
            for (int i = 0; i < 4; i++) {
                ids.add(save(app, i));
            }
            ids.subList(0, 2).forEach(id -> sink.deleteOf.put(id, failure));
            sink.policy = RetentionPolicy.keepLast(1);

            BackupReport report = app.save("last");

            assertThat(report.isComplete()).isTrue();
            assertThat(sink.deleted).containsExactlyInAnyOrder(ids.get(2), ids.get(3));
            sink.deleteOf.remove(ids.get(0));
            app.save("next");
            assertThat(sink.deleted).contains(ids.get(0)).doesNotContain(ids.get(1));
        }
    }

    static Stream<MemorySink.Failing> deletesTheOthersIfOneCannotBeDeleted() {
        return Stream.of(
                () -> {
                    throw new IOException("locked");
                },
                () -> {
                    throw new IllegalStateException("in the driver");
                },
                () -> {
                    throw new NoClassDefFoundError("in the driver");
                });
    }

    private static String save(App app, int i) {
        return app.save("state " + i).id().orElseThrow().value();
    }
}
