package io.gracefulbackup.internal.readiness;

import static org.assertj.core.api.Assertions.assertThat;

import io.gracefulbackup.ReadinessFinding;
import io.gracefulbackup.ReadinessFinding.Kind;
import io.gracefulbackup.StateSource;
import io.gracefulbackup.internal.run.BackupTrigger;
import java.io.IOException;
import java.time.Duration;
import java.util.ConcurrentModificationException;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What rehearsals tell the operator, the status and the listeners. */
@Timeout(60)
class RehearsalsTest {
    private final AtomicInteger calls = new AtomicInteger();
    private volatile int failing;

    /** Throws as often as {@link #failing} says. */
    private final StateSource unlocked = StateSource.of(
            "unlocked",
            out -> {
                if (calls.incrementAndGet() <= failing) {
                    throw new ConcurrentModificationException();
                }
                out.write(1);
            },
            in -> {});

    @Test
    void aSourceThatThrowsOnceIsNotBlamed() throws InterruptedException {
        RehearsalFixture app = new RehearsalFixture(null, unlocked);
        failing = 1;

        app.rehearse();

        assertThat(calls).hasValue(2);
        assertThat(app.messages()).isEmpty();
        assertThat(app.linesWith("⚠️")).isEmpty();
    }

    @Test
    void aBackupKnowsHowLargeTheStateWasAtTheRehearsal() throws InterruptedException {
        AtomicInteger size = new AtomicInteger(60_000);
        RehearsalFixture app =
                new RehearsalFixture(null, StateSource.of("ledger", out -> out.write(new byte[size.get()]), in -> {}));
        app.rehearse();
        size.set(2);

        app.runs.backUp(BackupTrigger.checkpoint());

        assertThat(app.linesWith("much smaller than before"))
                .singleElement()
                .asString()
                .contains("\"ledger\" from 60000 to 2 bytes");
    }

    @Test
    void aSourceThatThrowsTwiceIsSaidOnceWithItsNameAndTheNextStep() throws InterruptedException {
        RehearsalFixture app = new RehearsalFixture(null, unlocked);
        failing = 4;

        app.rehearse();
        app.rehearse();

        assertThat(app.linesWith("⚠️"))
                .singleElement()
                .asString()
                .contains("\"unlocked\"", "ConcurrentModificationException", "snapshotUnder");
        assertThat(app.status.status(0).findings())
                .singleElement()
                .satisfies(finding -> assertThat(finding.kind()).isEqualTo(Kind.SOURCE));
        assertThat(app.told.poll(20, TimeUnit.SECONDS))
                .extracting(ReadinessFinding::name)
                .containsExactly("unlocked");
        assertThat(app.told).isEmpty();
    }

    @Test
    void aFindingThatIsGoneDisappearsWithALine() throws InterruptedException {
        RehearsalFixture app = new RehearsalFixture(null, unlocked);
        failing = 2;

        app.rehearse();
        app.rehearse();

        assertThat(app.messages()).isEmpty();
        assertThat(app.linesWith("✅")).singleElement().asString().contains("\"unlocked\"");
        assertThat(app.told.poll(20, TimeUnit.SECONDS)).hasSize(1);
        assertThat(app.told.poll(20, TimeUnit.SECONDS)).isEmpty();
    }

    @Test
    void eachKindOfValueThatWouldNotComeBackIsAWarningOnce() throws InterruptedException {
        JsonText json = new JsonText("{}");
        json.unreadable = List.of("Circle has no reader", "Point is no key");
        RehearsalFixture app = new RehearsalFixture(null, json);

        app.rehearse();
        app.rehearse();

        assertThat(app.linesWith("⚠️"))
                .hasSize(2)
                .anySatisfy(line -> assertThat(line).contains("\"json\"", "Circle has no reader"))
                .anySatisfy(line -> assertThat(line).contains("\"json\"", "Point is no key"));
        assertThat(app.messages()).hasSize(2);
    }

    @Test
    void aRehearsalWithoutReadingBackForgetsNothing() throws InterruptedException {
        JsonText json = new JsonText("{}");
        json.unreadable = List.of("Circle has no reader");
        RehearsalFixture app = new RehearsalFixture(null, json);
        app.rehearse();
        app.schedule.cutShort(Duration.ZERO);
        assertThat(app.schedule.readsBack()).isFalse();

        app.rehearse();

        assertThat(app.messages()).hasSize(1);
        assertThat(app.linesWith("✅")).isEmpty();
    }

    @Test
    void aRehearsalThatABackupInterruptsSaysNothingAndDelaysItNot() throws Exception {
        CountDownLatch writing = new CountDownLatch(1);
        CountDownLatch never = new CountDownLatch(1);
        StateSource hanging = StateSource.of(
                "hanging",
                out -> {
                    if (calls.incrementAndGet() == 1) {
                        writing.countDown();
                        try {
                            never.await();
                        } catch (InterruptedException e) {
                            throw new IOException("interrupted", e);
                        }
                    }
                    out.write(1);
                },
                in -> {});
        RehearsalFixture app = new RehearsalFixture(null, hanging);
        FutureTask<Boolean> rehearsal = new FutureTask<>(() -> {
            app.rehearse();
            return true;
        });
        new Thread(rehearsal, "rehearsal").start();
        assertThat(writing.await(20, TimeUnit.SECONDS)).isTrue();

        assertThat(app.runs.backUp(BackupTrigger.manual("by hand")).isStored()).isTrue();

        assertThat(rehearsal.get(5, TimeUnit.SECONDS)).isTrue();
        assertThat(app.messages()).isEmpty();
        assertThat(app.linesWith("⚠️")).isEmpty();
        assertThat(app.sink.bytes).hasSize(1);
    }

    @Test
    void anErrorOfASourceIsAFinding() throws InterruptedException {
        StateSource broken = StateSource.of(
                "broken",
                out -> {
                    throw new NoClassDefFoundError("com/acme/Missing");
                },
                in -> {});
        RehearsalFixture app = new RehearsalFixture(null, broken);

        app.rehearse();

        assertThat(app.messages()).singleElement().asString().contains("com/acme/Missing");
    }
}
