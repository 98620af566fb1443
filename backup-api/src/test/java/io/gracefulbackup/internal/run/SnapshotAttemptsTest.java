package io.gracefulbackup.internal.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.gracefulbackup.BackupHeader;
import io.gracefulbackup.BackupReport;
import io.gracefulbackup.Deadline;
import io.gracefulbackup.ShutdownReason;
import io.gracefulbackup.StateSource;
import io.gracefulbackup.internal.fixtures.App;
import io.gracefulbackup.internal.fixtures.MemorySink;
import io.gracefulbackup.internal.format.BackupReader;
import io.gracefulbackup.internal.format.KeyRing;
import io.gracefulbackup.internal.spool.Spool;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.AbstractList;
import java.util.AbstractSet;
import java.util.ArrayList;
import java.util.ConcurrentModificationException;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.RandomAccess;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.core.type.TypeReference;

/** A source that throws, and later does not. */
@Timeout(60)
class SnapshotAttemptsTest {
    private static final int FAILURES = 5;

    private final MemorySink sink = new MemorySink("memory");
    private final AtomicInteger calls = new AtomicInteger();

    /** Writes bytes that a failed attempt must not leave behind, then fails as long as the test says. */
    private RunFixture failing(int times, Failing failure) {
        return new RunFixture(sink).with(StateSource.of("ledger", out -> writeOrFail(out, times, failure), in -> {}));
    }

    private void writeOrFail(OutputStream out, int times, Failing failure) throws IOException {
        int call = calls.incrementAndGet();
        out.write(("call " + call).getBytes(StandardCharsets.UTF_8));
        if (call <= times) {
            failure.run();
        }
    }

    private interface Failing {
        void run() throws IOException;
    }

    private static BackupReport exit(RunFixture fixture) throws Exception {
        return new RunQueue(fixture.components())
                .exit(
                        ShutdownReason.SIGTERM,
                        Deadline.after(RunFixture.TIMEOUT),
                        within -> Optional.of(SavePermit.UNCONDITIONAL))
                .await(Deadline.after(RunFixture.TIMEOUT));
    }

    private String stored() throws IOException {
        byte[] sealed = sink.bytes.values().iterator().next();
        KeyRing keys = new KeyRing(App.KEY.getBytes(StandardCharsets.UTF_8), List.of());
        BackupReader reader = new BackupReader(keys, "app");
        List<String> sections = new ArrayList<>();
        reader.restore(
                new ByteArrayInputStream(sealed),
                reader.verify(new ByteArrayInputStream(sealed)),
                (section, in) -> sections.add(new String(in.readAllBytes(), StandardCharsets.UTF_8)));
        return String.join(",", sections);
    }

    @Test
    void anExitTriesAgainUntilTheSourceNoLongerThrows() throws Exception {
        RunFixture fixture = failing(FAILURES, () -> {
            throw new ConcurrentModificationException();
        });

        BackupReport report = exit(fixture);

        assertThat(report.isStored()).isTrue();
        assertThat(stored()).isEqualTo("call " + (FAILURES + 1));
    }

    @Test
    void aManualBackupTriesAgain() {
        RunFixture fixture = failing(FAILURES, () -> {
            throw new IllegalStateException("being rebuilt");
        });

        assertThat(new RunQueue(fixture.components())
                        .backUp(BackupTrigger.manual("by name"))
                        .isStored())
                .isTrue();
    }

    @Test
    void aHandoffTriesAgain() {
        RunFixture fixture = failing(FAILURES, () -> {
            throw new IndexOutOfBoundsException("Index " + calls + " out of bounds");
        });

        assertThat(new RunQueue(fixture.components())
                        .handOver(SavePermit.UNCONDITIONAL)
                        .isStored())
                .isTrue();
    }

    @Test
    void aCheckpointGivesUpAfterAFewAttempts() {
        RunFixture fixture = failing(FAILURES, () -> {
            throw new ConcurrentModificationException();
        });

        BackupReport report = new RunQueue(fixture.components()).backUp(BackupTrigger.checkpoint());

        assertThat(report.failure())
                .hasValueSatisfying(why -> assertThat(why)
                        .contains("write the source \"ledger\"", "ConcurrentModificationException", "tried 3 times"));
        assertThat(calls).hasValue(3);
    }

    @Test
    void aRehearsalLooksOnce() throws Exception {
        RunFixture fixture = failing(FAILURES, () -> {
            throw new ConcurrentModificationException();
        });

        BackupReport report = BackupRun.live(
                        fixture.components(), BackupTrigger.rehearsal(), Deadline.after(RunFixture.TIMEOUT))
                .run();

        assertThat(report.failure()).isPresent();
        assertThat(calls).hasValue(1);
    }

    @Test
    void eachAttemptIsABackupOfItsOwnAndFailedOnesAreNobodysParent() throws Exception {
        RunFixture fixture = failing(FAILURES, () -> {
            throw new ConcurrentModificationException();
        });

        exit(fixture);

        byte[] sealed = sink.bytes.values().iterator().next();
        KeyRing keys = new KeyRing(App.KEY.getBytes(StandardCharsets.UTF_8), List.of());
        BackupHeader header = new BackupReader(keys, "app").readHeader(new ByteArrayInputStream(sealed));
        assertThat(header.parent()).isEmpty();
        assertThat(header.ancestors()).isEmpty();
        assertThat(header.sequence()).isEqualTo(FAILURES + 1);
    }

    @Test
    void theHostsLockIsFreeBetweenTheAttempts() throws Exception {
        ReentrantLock lock = new ReentrantLock();
        CountDownLatch failed = new CountDownLatch(1);
        CountDownLatch changed = new CountDownLatch(1);
        RunFixture fixture = new RunFixture(sink)
                .with(lock)
                .with(StateSource.of(
                        "ledger",
                        out -> {
                            if (changed.getCount() > 0) {
                                failed.countDown();
                                throw new IllegalStateException("not yet");
                            }
                        },
                        in -> {}));
        FutureTask<Boolean> writer = new FutureTask<>(() -> {
            failed.await();
            lock.lock();
            try {
                changed.countDown();
            } finally {
                lock.unlock();
            }
            return true;
        });
        new Thread(writer).start();

        assertThat(exit(fixture).isStored()).isTrue();
        assertThat(writer.get()).isTrue();
    }

    @Test
    void whatRepeatsItselfIsSaidOnce() throws Exception {
        RunFixture fixture = failing(FAILURES, () -> {
            throw new IndexOutOfBoundsException("Index " + calls + " out of bounds");
        });

        exit(fixture);

        assertThat(fixture.logged())
                .filteredOn(line -> line.contains("out of bounds"))
                .hasSize(1);
        assertThat(fixture.logged()).anyMatch(line -> line.contains("succeeded at attempt " + (FAILURES + 1)));
    }

    /** A source that says that it has no state has none a moment later either. */
    @Test
    void aSourceThatReportsAFailureDoesNotHoldUpTheExit() throws Exception {
        RunFixture fixture = failing(Integer.MAX_VALUE, () -> {
            throw new IOException("the state is null");
        });

        BackupReport report = exit(fixture);

        assertThat(report.failure())
                .hasValueSatisfying(
                        why -> assertThat(why).contains("the state is null").containsPattern("tried \\d+ times"));
        assertThat(calls).hasValueGreaterThanOrEqualTo(RetryRule.REPETITIONS);
        assertThat(report.took()).isLessThan(RunFixture.TIMEOUT.dividedBy(3));
        assertThat(sink.bytes).isEmpty();
    }

    @Test
    void timeIsLeftForTheSinksHoweverLongTheSourceThrows() {
        RunFixture fixture = failing(Integer.MAX_VALUE, () -> {
                    throw new ConcurrentModificationException();
                })
                .with(Duration.ofSeconds(2));

        BackupReport report = new RunQueue(fixture.components()).backUp(BackupTrigger.manual("by name"));

        assertThat(report.failure()).isPresent();
        assertThat(report.took()).isBetween(Duration.ofSeconds(1), Duration.ofMillis(1_900));
    }

    @Test
    void aRunThatIsCancelledDoesNotTryAgain() throws Exception {
        Deadline.Controller run = Deadline.controlled(RunFixture.TIMEOUT);
        RunFixture fixture = failing(Integer.MAX_VALUE, () -> {
            run.expire();
            throw new ConcurrentModificationException();
        });

        BackupRun.live(fixture.components(), BackupTrigger.manual("cancelled"), run.deadline())
                .run();

        assertThat(calls).hasValue(1);
    }

    /** JSON must not hide what kind of failure it was. */
    @Test
    void aJsonMapThatChangesWhileItIsWrittenIsTriedAgain() throws Exception {
        Map<String, String> ledger = new HashMap<>(Map.of("a", "1", "b", "2", "c", "3"));
        RunFixture fixture = new RunFixture(sink)
                .with(StateSource.json(
                        "ledger",
                        new TypeReference<Map<String, String>>() {},
                        () -> calls.incrementAndGet() <= 3 * RetryRule.REPETITIONS ? changing(ledger) : ledger,
                        read -> {}))
                .with(Duration.ofSeconds(8));

        BackupReport report = exit(fixture);

        assertThat(report.failure()).isEmpty();
        assertThat(stored()).contains("\"a\"", "\"b\"", "\"c\"");
    }

    static Stream<List<String>> listsThatChange() {
        return Stream.of(
                new FailingList(() -> new ConcurrentModificationException()),
                new FailingList(() -> new IndexOutOfBoundsException("Index 3 out of bounds for length 3, SECRET")),
                new FailingList(() -> new NullPointerException()));
    }

    /** Jackson wraps what a list, a getter or an iterator throws. */
    @ParameterizedTest
    @MethodSource("listsThatChange")
    void aJsonListThatChangesWhileItIsWrittenIsTriedAgain(List<String> changing) throws Exception {
        List<String> settled = List.of("a", "b", "c");
        RunFixture fixture = new RunFixture(sink)
                .with(StateSource.json(
                        "ledger",
                        new TypeReference<List<String>>() {},
                        () -> calls.incrementAndGet() <= 3 * RetryRule.REPETITIONS ? changing : settled,
                        read -> {}))
                .with(Duration.ofSeconds(8));

        BackupReport report = exit(fixture);

        assertThat(report.failure()).isEmpty();
        assertThat(stored()).contains("\"a\"", "\"b\"", "\"c\"");
    }

    private static final class FailingList extends AbstractList<String> implements RandomAccess {
        private final Supplier<RuntimeException> failure;

        FailingList(Supplier<RuntimeException> failure) {
            this.failure = failure;
        }

        @Override
        public String get(int index) {
            throw failure.get();
        }

        @Override
        public int size() {
            return 3;
        }

        @Override
        public String toString() {
            return failure.get().getClass().getSimpleName();
        }
    }

    /** Changes with each entry that is read. */
    private static Map<String, String> changing(Map<String, String> ledger) {
        Map<String, String> copy = new HashMap<>(ledger);
        return new HashMap<>() {
            private static final long serialVersionUID = 1L;

            @Override
            public Set<Map.Entry<String, String>> entrySet() {
                return new AbstractSet<>() {
                    @Override
                    public Iterator<Map.Entry<String, String>> iterator() {
                        Iterator<Map.Entry<String, String>> entries =
                                copy.entrySet().iterator();
                        copy.put("n" + copy.size(), "v");
                        return entries;
                    }

                    @Override
                    public int size() {
                        return copy.size();
                    }
                };
            }

            @Override
            public boolean isEmpty() {
                return false;
            }
        };
    }

    @Test
    void aSpoolThatWasClearedIsAsNew() throws IOException {
        Spool spool = new Spool();
        try (spool) {
            spool.write(new byte[] {1, 2, 3});
            spool.clear();
            spool.write(4);

            assertThat(spool.newStream().readAllBytes()).containsExactly(4);
            assertThat(spool.size()).isEqualTo(1);
        }
    }
}
