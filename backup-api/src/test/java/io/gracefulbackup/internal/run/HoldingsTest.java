package io.gracefulbackup.internal.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.gracefulbackup.BackupId;
import io.gracefulbackup.BackupReport;
import io.gracefulbackup.Deadline;
import io.gracefulbackup.internal.fixtures.MemorySink;
import io.gracefulbackup.internal.fixtures.SealedBackups;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** An unchanged state is stored again unless every sink still has it. */
@Timeout(60)
class HoldingsTest {
    private final MemorySink sink = new MemorySink("memory");
    private final MemorySink other = new MemorySink("other");
    private final RunFixture fixture = new RunFixture(sink, other).with(Duration.ofSeconds(10));
    private final RunComponents components = fixture.components();

    @Test
    void anUnchangedStateThatEverySinkHoldsIsNotStoredAgain() throws Exception {
        checkpoint();

        assertThat(checkpoint().isUnchanged()).isTrue();
        assertThat(sink.bytes).hasSize(1);
    }

    @ParameterizedTest
    @MethodSource
    void anUnchangedStateIsStoredAgainWhereItWasLost(BiConsumer<MemorySink, BackupId> loss) throws Exception {
        checkpoint();
        BackupId held = checkpoint().id().orElseThrow();
        loss.accept(sink, held);

        BackupReport again = checkpoint();

        assertThat(again.isUnchanged()).isFalse();
        assertThat(sink.holds(again.id().orElseThrow())).isTrue();
    }

    static Stream<BiConsumer<MemorySink, BackupId>> anUnchangedStateIsStoredAgainWhereItWasLost() {
        return Stream.of(
                (sink, held) -> sink.bytes.remove(held.value()),
                (sink, held) -> sink.damage(held),
                (sink, held) -> {
                    sink.bytes.clear();
                    sink.hints.clear();
                },
                HoldingsTest::replaceByAnotherUnderItsName,
                (sink, held) -> sink.list = () -> {
                    throw new IOException("no route to host");
                });
    }

    @Test
    void anUnchangedStateIsStoredAgainInAStoreFromThePast() throws Exception {
        checkpoint();
        Map<String, byte[]> past = Map.copyOf(sink.bytes);
        fixture.text = "changed";
        checkpoint();
        sink.bytes.clear();
        sink.bytes.putAll(past);
        sink.hints.clear();

        BackupReport again = checkpoint();

        assertThat(again.isUnchanged()).isFalse();
        assertThat(sink.bytes).hasSize(2);
    }

    @Test
    void anUnchangedStateIsStoredAgainWhereASinkHangs() throws Exception {
        checkpoint();
        CountDownLatch released = new CountDownLatch(1);
        other.list = () -> {
            other.list = () -> {};
            try {
                released.await();
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
        };

        assertThat(checkpoint().isUnchanged()).isFalse();
        released.countDown();
    }

    private static void replaceByAnotherUnderItsName(MemorySink sink, BackupId held) {
        MemorySink elsewhere = new MemorySink("elsewhere");
        BackupId stranger = SealedBackups.store(elsewhere, 1, 1).id();
        sink.bytes.put(held.value(), elsewhere.bytes.get(stranger.value()));
    }

    private BackupReport checkpoint() throws InterruptedException {
        return BackupRun.live(components, BackupTrigger.checkpoint(), Deadline.after(components.timeout()))
                .run();
    }
}
