package io.gracefulbackup.internal.restore;

import static io.gracefulbackup.internal.fixtures.App.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.gracefulbackup.StartPlan;
import io.gracefulbackup.internal.fixtures.App;
import io.gracefulbackup.internal.fixtures.MemorySink;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What {@code plan()} tells, and that it touches nothing. */
@Timeout(60)
class StartPlanTest {
    private final MemorySink sink = new MemorySink("memory");

    @Test
    void plansARestoreWithoutDoingIt() {
        try (App app = App.start(sink)) {
            app.save("state");
        }
        boolean[] touched = {false};
        StartPlan plan = App.builder(sink)
                .source(text("text", () -> "", read -> touched[0] = true))
                .dryRun();
        assertThat(plan.action()).isEqualTo(StartPlan.Action.RESTORE);
        assertThat(plan.backup().orElseThrow().name()).isEqualTo("save state");
        assertThat(plan.explanation()).contains("memory: 1 backup");
        assertThat(touched[0]).isFalse();
        assertThat(sink.bytes).hasSize(1);
        App.start(sink).close(); // No hook was armed, so nothing stands in the way of an installation.
    }

    @Test
    void plansARefusalWithItsReason() {
        sink.list = () -> {
            throw new IOException("down");
        };
        StartPlan plan = App.builder(sink)
                .setting("BACKUP_START_TIMEOUT", "1s")
                .source(text("text", () -> "", read -> {}))
                .dryRun();
        assertThat(plan.action()).isEqualTo(StartPlan.Action.REFUSE);
        assertThat(plan.reason().orElseThrow()).contains("memory", "down");
    }
}
