package io.gracefulbackup.internal.pointers;

import static org.assertj.core.api.Assertions.assertThat;

import io.gracefulbackup.BackupHeader;
import io.gracefulbackup.BackupId;
import io.gracefulbackup.BackupReport;
import io.gracefulbackup.BackupVersion;
import io.gracefulbackup.Deadline;
import io.gracefulbackup.PreviousShutdown;
import io.gracefulbackup.PreviousShutdown.Outcome;
import io.gracefulbackup.ShutdownReason;
import io.gracefulbackup.SinkResult;
import io.gracefulbackup.internal.fixtures.App;
import io.gracefulbackup.internal.fixtures.MemoryPointers;
import io.gracefulbackup.internal.fixtures.MemorySink;
import io.gracefulbackup.internal.pointers.Receipt.Ending;
import io.gracefulbackup.internal.report.OperatorLog;
import io.gracefulbackup.internal.support.Threads;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What one process tells the next one. */
@Timeout(60)
class ReceiptTest {
    private static final Instant ENDED = Instant.parse("2026-01-14T15:30:45Z");
    private static final BackupId ID = new BackupId("a".repeat(32));
    private static final SinkResult STORED =
            new SinkResult.Stored("file", "blocks/data", 45_000, Duration.ofMillis(12));
    private static final SinkResult FAILED = new SinkResult.Failed("postgres", "refused", Duration.ofMillis(3));

    private final MemorySink sink = new MemorySink("memory");
    private final MemoryPointers pointers = new MemoryPointers();

    @Test
    void isReadAsItWasWritten() {
        Receipt receipt = new Receipt(
                "host/1",
                ENDED,
                new Ending(
                        ID,
                        "b".repeat(64),
                        100_000,
                        null,
                        Duration.ofMillis(163),
                        List.of(
                                STORED,
                                FAILED,
                                new SinkResult.TimedOut("ipfs", Duration.ofSeconds(24)),
                                new SinkResult.Skipped("s3", "not configured"))));
        assertThat(Receipt.parse(receipt.toJson())).contains(receipt);
        assertThat(receipt.toJson().lines()).hasSize(1);
    }

    @Test
    void ofARunningProcessIsReadAsItWasWritten() {
        Receipt receipt = new Receipt("host/1", ENDED, null);
        assertThat(Receipt.parse(receipt.toJson())).contains(receipt);
    }

    @Test
    void whatIsNoReceiptIsNone() {
        assertThat(List.of("", "-", "{}", "[1]", "{\"instance\":\"x\",\"since\":\"yesterday\"}", "null"))
                .allSatisfy(text -> assertThat(Receipt.parse(text)).isEmpty());
    }

    @Test
    void everythingStoredIsClean() {
        assertThat(assess(ended(null, STORED)).outcome()).isEqualTo(Outcome.CLEAN);
    }

    @Test
    void oneSinkThatFailedMakesItPartialAndIsNamed() {
        PreviousShutdown previous = assess(ended(null, STORED, FAILED));
        assertThat(previous.outcome()).isEqualTo(Outcome.PARTIAL);
        assertThat(previous.explanation()).contains("postgres failed: refused");
        assertThat(previous.sinks()).containsExactly(STORED, FAILED);
        assertThat(previous.at()).contains(ENDED);
    }

    @Test
    void nothingStoredIsNoneWithTheReason() {
        assertThat(assess(ended(null, FAILED)).explanation()).contains("saved nothing", "postgres failed: refused");
        PreviousShutdown unsealed = assess(ended("could not get the host's lock"));
        assertThat(unsealed.outcome()).isEqualTo(Outcome.NONE);
        assertThat(unsealed.explanation()).contains("could not get the host's lock", "The restored state is from");
    }

    @Test
    void aProcessThatNeverEndedWasKilled() {
        PreviousShutdown previous = assess(new Receipt("host/1", ENDED, null), header("MANUAL", "host/1"));
        assertThat(previous.outcome()).isEqualTo(Outcome.NONE);
        assertThat(previous.explanation()).contains("killed", "The restored state is from " + ENDED);
    }

    @Test
    void aProcessThatSavedButLeftNoEndingIsPartial() {
        assertThat(assess(new Receipt("host/1", ENDED, null), header("SIGTERM", "host/1"))
                        .outcome())
                .isEqualTo(Outcome.PARTIAL);
        assertThat(assess(new Receipt("host/2", ENDED, null), header("SIGTERM", "host/1"))
                        .outcome())
                .as("that backup was another process's")
                .isEqualTo(Outcome.NONE);
    }

    @Test
    void withoutAReceiptNothingIsClaimed() {
        PreviousShutdown previous = ShutdownAssessment.of(Optional.empty(), header("CHECKPOINT", "host/1"));
        assertThat(previous.outcome()).isEqualTo(Outcome.UNKNOWN);
        assertThat(previous.explanation()).contains("not made by a shutdown");
        assertThat(ShutdownAssessment.of(Optional.empty(), null).outcome()).isEqualTo(Outcome.UNKNOWN);
    }

    @Test
    void theNextStartTellsOfAProcessThatNeverEnded() throws Exception {
        pointers.local = true;
        App killed = App.start(builder -> builder.pointerStore(pointers), sink);
        killed.save("state");
        awaitReceipt();
        String running = pointers.values.get(Receipt.NAME);
        killed.close();
        pointers.values.put(Receipt.NAME, running);
        try (App again = App.start(builder -> builder.pointerStore(pointers), sink)) {
            PreviousShutdown previous =
                    again.backup().restoreReport().previousShutdown().orElseThrow();
            assertThat(previous.outcome()).isEqualTo(Outcome.NONE);
            assertThat(again.backup().status().restore().previousShutdown()).contains(previous);
        }
    }

    @Test
    void aStoreThatIsNotLocalGetsNone() throws Exception {
        try (App app = App.start(builder -> builder.pointerStore(pointers), sink)) {
            app.save("state");
            assertThat(pointers.values).containsOnlyKeys("BACKUP_LATEST");
        }
    }

    @Test
    void thatOfTheEndIsNotOverwrittenByThatOfTheBeginning() throws Exception {
        pointers.local = true;
        OperatorLog console = new OperatorLog(text -> text);
        Pointers all = new Pointers(
                "app", console, text -> text, new Threads(getClass().getClassLoader()));
        all.add(pointers);
        ReceiptWriter receipts = new ReceiptWriter(all, "host/1", Clock.systemUTC());
        Deadline deadline = Deadline.after(Duration.ofSeconds(10));
        receipts.ended(report(), deadline);
        receipts.running(deadline);
        assertThat(Receipt.parse(pointers.values.get(Receipt.NAME))
                        .orElseThrow()
                        .ending())
                .isNotNull();
        console.close();
    }

    private static BackupReport report() {
        return BackupReport.builder("name")
                .shutdown(ShutdownReason.SIGTERM)
                .id(ID)
                .sealed(1, 1, "b".repeat(64))
                .sinks(List.of(STORED))
                .took(Duration.ofMillis(1))
                .build();
    }

    private void awaitReceipt() throws InterruptedException {
        for (int i = 0; i < 1000 && !pointers.values.containsKey(Receipt.NAME); i++) {
            TimeUnit.MILLISECONDS.sleep(10);
        }
        assertThat(pointers.values).containsKey(Receipt.NAME);
    }

    private static Receipt ended(String failure, SinkResult... sinks) {
        return new Receipt(
                "host/1", ENDED, new Ending(ID, "b".repeat(64), 1, failure, Duration.ofMillis(163), List.of(sinks)));
    }

    private static PreviousShutdown assess(Receipt receipt) {
        return assess(receipt, header("SIGTERM", "host/1"));
    }

    private static PreviousShutdown assess(Receipt receipt, BackupHeader restored) {
        return ShutdownAssessment.of(Optional.of(receipt), restored);
    }

    private static BackupHeader header(String reason, String instance) {
        return BackupHeader.builder("blockchain", ID, new BackupVersion(1, 1))
                .name("name")
                .createdAt(ENDED)
                .reason(reason)
                .instance(instance)
                .build();
    }
}
