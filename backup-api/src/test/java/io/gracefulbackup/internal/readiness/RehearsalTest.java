package io.gracefulbackup.internal.readiness;

import static org.assertj.core.api.Assertions.assertThat;

import io.gracefulbackup.BackupId;
import io.gracefulbackup.Deadline;
import io.gracefulbackup.StateSource;
import io.gracefulbackup.internal.fixtures.App;
import io.gracefulbackup.internal.format.Section;
import io.gracefulbackup.internal.readiness.Rehearsal.Outcome;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** One rehearsal: what it shows, and what it leaves alone. */
@Timeout(60)
class RehearsalTest {
    private static final BackupId ID = new BackupId("0".repeat(32));

    private static Deadline soon() {
        return Deadline.after(Duration.ofSeconds(20));
    }

    private static StateSource endless(String name) {
        return StateSource.of(name, RehearsalTest::writeForever, in -> {});
    }

    private static void writeForever(OutputStream out) throws IOException {
        byte[] bytes = new byte[8192];
        while (true) {
            out.write(bytes);
        }
    }

    @Test
    void sealsTheStateAndOpensIt() throws InterruptedException {
        RehearsalFixture app = new RehearsalFixture(null, App.text("text", () -> "state", read -> {}));

        Outcome outcome = app.rehearsal().run(true, soon());

        assertThat(outcome.sections()).containsExactly(new Section("text", 1, 5));
        assertThat(outcome.failure()).isEmpty();
        assertThat(outcome.isCut()).isFalse();
        assertThat(outcome.isOver()).isFalse();
    }

    @Test
    void leavesNothingBehind() throws InterruptedException {
        RehearsalFixture app = new RehearsalFixture(null, App.text("text", () -> "state", read -> {}));

        app.rehearsal().run(true, soon());

        assertThat(app.sink.bytes).isEmpty();
        assertThat(app.reports).isEmpty();
        assertThat(app.linesWith("")).isEmpty();
        assertThat(app.lineage.next(ID, "next", Instant.EPOCH, "MANUAL").sequence())
                .as("no sequence was spent")
                .isEqualTo(1);
    }

    @Test
    void readsBackWhatAJsonSourceWrote() throws InterruptedException {
        JsonText json = new JsonText("{\"a\":1}".repeat(100_000));
        json.unreadable = List.of("a key");
        RehearsalFixture app = new RehearsalFixture(null, json);

        Outcome outcome = app.rehearsal().run(true, soon());

        assertThat(json.readBack).containsExactly(json.text);
        assertThat(json.wereComplete).containsExactly(true);
        assertThat(outcome.unreadable()).containsEntry("json", List.of("a key"));
    }

    @Test
    void readsNothingBackIfItIsNotAskedTo() throws InterruptedException {
        JsonText json = new JsonText("{}");

        Outcome outcome = new RehearsalFixture(null, json).rehearsal().run(false, soon());

        assertThat(json.readBack).isEmpty();
        assertThat(outcome.unreadable()).isEmpty();
        assertThat(outcome.sections()).hasSize(1);
    }

    @Test
    void namesTheSourceThatThrows() throws InterruptedException {
        StateSource broken = StateSource.of(
                "broken",
                out -> {
                    throw new IllegalStateException("torn");
                },
                in -> {});

        Outcome outcome = new RehearsalFixture(null, App.text("text", () -> "", read -> {}), broken)
                .rehearsal()
                .run(true, soon());

        assertThat(outcome.sources())
                .filteredOn(source -> source.failure().isPresent())
                .singleElement()
                .satisfies(source -> assertThat(source.name()).isEqualTo("broken"));
        assertThat(outcome.isCut()).isFalse();
    }

    // ---- the host's lock

    @Test
    void letsTheLockGoSoonWhateverTheSourceWrites() throws Exception {
        ReentrantLock lock = new ReentrantLock();
        CountDownLatch writing = new CountDownLatch(1);
        StateSource endless = StateSource.of(
                "endless",
                out -> {
                    writing.countDown();
                    writeForever(out);
                },
                in -> {});
        RehearsalFixture app = new RehearsalFixture(lock, endless);
        FutureTask<Outcome> rehearsal = new FutureTask<>(() -> app.rehearsal().run(true, soon()));
        new Thread(rehearsal, "rehearsal").start();
        assertThat(writing.await(20, TimeUnit.SECONDS)).isTrue();

        long begun = System.nanoTime();
        assertThat(lock.tryLock(20, TimeUnit.SECONDS)).isTrue();
        Duration waited = Duration.ofNanos(System.nanoTime() - begun);
        lock.unlock();

        // 50 ms for the source; the rest is what a busy machine takes.
        assertThat(waited).isLessThan(Duration.ofMillis(500));
        assertThat(rehearsal.get(20, TimeUnit.SECONDS).isCut()).isTrue();
        assertThat(rehearsal.get().sources())
                .noneMatch(source -> source.failure().isPresent());
    }

    @Test
    void readsTheBeginningBackIfItHadToBeCutShort() throws InterruptedException {
        JsonText json = new JsonText("{}") {
            @Override
            public void writeTo(OutputStream out) throws IOException {
                writeForever(out);
            }
        };

        Outcome outcome =
                new RehearsalFixture(new ReentrantLock(), json).rehearsal().run(true, soon());

        assertThat(outcome.isCut()).isTrue();
        assertThat(json.wereComplete).containsExactly(false);
        assertThat(json.readBack).singleElement().asString().isNotEmpty();
    }

    @Test
    void aSourceThatIgnoresTheEndOfItsTimeWroteNotEverything() throws InterruptedException {
        StateSource stubborn = StateSource.of(
                "stubborn",
                out -> {
                    try {
                        writeForever(out);
                    } catch (IOException ignored) {
                        // As libraries do that log a failed write and go on.
                    }
                },
                in -> {});

        Outcome outcome =
                new RehearsalFixture(new ReentrantLock(), stubborn).rehearsal().run(true, soon());

        assertThat(outcome.isCut()).isTrue();
        assertThat(outcome.sources()).noneMatch(RehearsedSource::hasEnded);
    }

    @Test
    void withoutALockTheSourceMayTakeLonger() throws InterruptedException {
        StateSource slow = StateSource.of(
                "slow",
                out -> {
                    long begun = System.nanoTime();
                    while (System.nanoTime() - begun < Duration.ofMillis(200).toNanos()) {
                        out.write(1);
                    }
                },
                in -> {});

        Outcome outcome = new RehearsalFixture(null, slow).rehearsal().run(true, soon());

        assertThat(outcome.isCut()).isFalse();
        assertThat(outcome.sections()).hasSize(1);
    }

    // ---- what is more important

    @Test
    void endsAtOnceWhenItIsCancelled() throws Exception {
        Deadline.Controller turn = Deadline.controlled(Duration.ofSeconds(20));
        CountDownLatch writing = new CountDownLatch(1);
        StateSource endless = StateSource.of(
                "endless",
                out -> {
                    writing.countDown();
                    writeForever(out);
                },
                in -> {});
        RehearsalFixture app = new RehearsalFixture(null, endless);
        FutureTask<Outcome> rehearsal = new FutureTask<>(() -> app.rehearsal().run(true, turn.deadline()));
        new Thread(rehearsal, "rehearsal").start();
        assertThat(writing.await(20, TimeUnit.SECONDS)).isTrue();

        turn.expire();

        assertThat(rehearsal.get(5, TimeUnit.SECONDS).isOver()).isTrue();
    }

    @Test
    void nothingOfAStateThatIsElsewhereIsRehearsed() throws InterruptedException {
        RehearsalFixture app = new RehearsalFixture(null, endless("endless"));
        app.permit = Optional.empty();

        app.rehearse();

        assertThat(app.messages()).isEmpty();
        assertThat(app.schedule.untilNext()).isGreaterThan(RehearsalSchedule.FIRST);
    }

    // ---- the heap

    @Test
    void keepsACopyOnlyWhileFourTimesItsSizeIsFree() throws IOException {
        HeapCopy copy = new HeapCopy(() -> 8L << 20);
        byte[] half = new byte[1 << 20];

        copy.write(half, 0, half.length);
        assertThat(copy.isKept()).isTrue();
        assertThat(copy.newStream().readAllBytes()).hasSize(1 << 20);
        copy.write(half, 0, half.length);
        copy.write(half, 0, half.length);

        assertThat(copy.isKept()).isFalse();
        assertThat(copy.newStream().readAllBytes()).as("given up and freed").isEmpty();
    }

    @Test
    void aCopyHasTheBytesInTheirOrder() throws IOException {
        HeapCopy copy = new HeapCopy(() -> Long.MAX_VALUE);
        byte[] bytes = new byte[1_000_003];
        new Random(1).nextBytes(bytes);

        copy.write(bytes, 0, 7);
        copy.write(bytes, 7, 900_000);
        copy.write(bytes, 900_007, bytes.length - 900_007);

        assertThat(copy.newStream().readAllBytes()).isEqualTo(bytes);
    }
}
