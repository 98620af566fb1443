package io.gracefulbackup.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gracefulbackup.BackupException;
import io.gracefulbackup.BackupId;
import io.gracefulbackup.Deadline;
import io.gracefulbackup.GracefulShutdown;
import io.gracefulbackup.StateSource;
import io.gracefulbackup.spi.Listing;
import io.gracefulbackup.spi.StoredBackup;
import io.gracefulbackup.testkit.FaultySink.Call;
import io.gracefulbackup.testkit.FaultySink.Fault;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What an application sees of damaged copies, with the sinks that this kit offers for such tests. */
@Timeout(120)
class DamagedCopiesTest {
    private final InMemorySink first = new InMemorySink("first");
    private final InMemorySink memory = new InMemorySink("second");
    private final FaultySink second = new FaultySink(memory);
    private volatile String state = "";
    private GracefulShutdown backup;

    @BeforeEach
    void start() {
        backup = GracefulShutdown.builder()
                .source(StateSource.of(
                        "text",
                        out -> out.write(state.getBytes(UTF_8)),
                        in -> state = new String(in.readAllBytes(), UTF_8)))
                .sink(first)
                .sink(second)
                .setting("SECRET_KEY", "a key for damaged copies")
                .isolated()
                .install();
    }

    @AfterEach
    void uninstall() {
        backup.uninstall();
    }

    @Test
    void aRestoreTakesTheCopyWhosePayloadIsIntact() {
        BackupId old = save("old");
        save("new");
        first.damagePayload(entry(first, old));

        assertThat(backup.restore(old).sink()).contains("second");

        assertThat(state).isEqualTo("old");
    }

    @Test
    void aRestoreChangesNothingIfEveryPayloadIsDamaged() {
        BackupId old = save("old");
        save("new");
        first.damagePayload(entry(first, old));
        second.with(Call.OPEN, Fault.FLIP_PAYLOAD);

        assertThatThrownBy(() -> backup.restore(old))
                .isExactlyInstanceOf(BackupException.class)
                .hasMessageContainingAll("nothing has changed", "first: ", "second: ");

        assertThat(state).isEqualTo("new");
    }

    private BackupId save(String text) {
        state = text;
        return backup.backupNow("save " + text).id().orElseThrow();
    }

    private static StoredBackup entry(InMemorySink sink, BackupId id) {
        Listing.Listed listed = (Listing.Listed) sink.list(Deadline.after(Duration.ofSeconds(1)));
        return listed.backups().stream()
                .filter(held -> held.location().equals(id.value()))
                .findFirst()
                .orElseThrow();
    }
}
