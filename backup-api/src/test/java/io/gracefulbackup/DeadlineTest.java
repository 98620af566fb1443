package io.gracefulbackup;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DeadlineTest {
    private static final long PATIENCE_SECONDS = 20;
    private static final Duration LONG = Duration.ofHours(1);
    private static final Duration SHORT = Duration.ofMillis(20);

    private final Deadline deadline = Deadline.after(LONG);
    private final BlockingQueue<String> started = new LinkedBlockingQueue<>();
    private final CountDownLatch testEnds = new CountDownLatch(1);

    @AfterEach
    void endBlockedActions() {
        testEnds.countDown();
    }

    private void awaitStart(String action) throws InterruptedException {
        assertThat(started.poll(PATIENCE_SECONDS, SECONDS)).isEqualTo(action);
    }

    private String awaitAny() throws InterruptedException {
        return String.valueOf(started.poll(PATIENCE_SECONDS, SECONDS));
    }

    private void assertNothingElseStarts() throws InterruptedException {
        assertThat(started.poll(100, MILLISECONDS)).isNull();
    }

    private void block() {
        started.add("blocked");
        try {
            testEnds.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"PT0S", "PT-1S", "PT-2000H"})
    void hasExpiredFromTheBeginningIfNoTimeIsGiven(Duration time) {
        Deadline expired = Deadline.after(time);

        assertThat(expired.isExpired()).isTrue();
        assertThat(expired.remaining()).isZero();
    }

    @Test
    void countsDownFromTheGivenTime() {
        Duration first = deadline.remaining();
        Duration second = deadline.remaining();

        assertThat(first).isLessThanOrEqualTo(LONG).isGreaterThan(LONG.minusSeconds(PATIENCE_SECONDS));
        assertThat(second).isLessThanOrEqualTo(first);
        assertThat(deadline.isExpired()).isFalse();
    }

    @Test
    void refusesATimeThatDoesNotFitIntoNanoseconds() {
        assertThatThrownBy(() -> Deadline.after(Duration.ofDays(366 * 300))).isInstanceOf(ArithmeticException.class);
    }

    @Test
    void runsActionsWhenItsTimeHasPassed() throws Exception {
        long begun = System.nanoTime();
        Deadline soon = Deadline.after(SHORT);

        soon.onExpiry(() -> started.add("action"));

        awaitStart("action");
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isGreaterThanOrEqualTo(SHORT);
        assertThat(soon.isExpired()).isTrue();
        assertThat(soon.remaining()).isZero();
    }

    @Test
    void runsActionsAtOnceWhenItIsExpiredEarly() throws Exception {
        deadline.onExpiry(() -> started.add("action"));
        assertThat(started).isEmpty();

        deadline.expire();

        awaitStart("action");
        assertThat(deadline.isExpired()).isTrue();
        assertThat(deadline.remaining()).isZero();
    }

    @Test
    void runsAnActionAtOnceIfItHasExpiredAlready() throws Exception {
        deadline.expire();

        deadline.onExpiry(() -> started.add("action")).close();

        awaitStart("action");
    }

    @Test
    void hasExpiredBeforeAnActionRuns() throws Exception {
        deadline.onExpiry(() -> started.add(deadline.isExpired() ? "expired" : "not expired"));

        deadline.expire();

        awaitStart("expired");
    }

    @Test
    void runsEachActionOnceHoweverOftenItExpires() throws Exception {
        deadline.onExpiry(() -> started.add("action"));

        deadline.expire();
        awaitStart("action");
        deadline.expire();

        assertNothingElseStarts();
    }

    @Test
    void doesNotRunAnActionWhoseRegistrationIsClosed() throws Exception {
        Deadline.Registration closed = deadline.onExpiry(() -> started.add("closed"));
        deadline.onExpiry(() -> started.add("open"));
        closed.close();

        deadline.expire();

        awaitStart("open");
        assertNothingElseStarts();
    }

    @Test
    void closesOnlyOneRegistrationOfTheSameAction() throws Exception {
        Runnable action = () -> started.add("action");
        deadline.onExpiry(action);
        deadline.onExpiry(action).close();

        deadline.expire();

        awaitStart("action");
        assertNothingElseStarts();
    }

    @Test
    void runsActionsAtTheSameTimeOnDaemonThreadsOfTheirOwn() throws Exception {
        CyclicBarrier bothRun = new CyclicBarrier(2);
        Map<Thread, Boolean> threads = new ConcurrentHashMap<>();
        for (int i = 0; i < 2; i++) {
            deadline.onExpiry(() -> {
                threads.put(Thread.currentThread(), Thread.currentThread().isDaemon());
                try {
                    bothRun.await(PATIENCE_SECONDS, SECONDS);
                    started.add("both");
                } catch (Exception e) {
                    started.add(e.toString());
                }
            });
        }

        deadline.expire();

        awaitStart("both");
        awaitStart("both");
        assertThat(threads).hasSize(2).doesNotContainKey(Thread.currentThread()).doesNotContainValue(false);
    }

    @Test
    void runsTheOtherActionsIfOneThrowsOrBlocks() throws Exception {
        deadline.onExpiry(() -> {
            Thread.currentThread().setUncaughtExceptionHandler((thread, e) -> started.add(e.getMessage()));
            throw new IllegalStateException("thrown");
        });
        deadline.onExpiry(this::block);
        deadline.onExpiry(() -> started.add("next"));

        deadline.expire();

        assertThat(List.of(awaitAny(), awaitAny(), awaitAny())).containsExactlyInAnyOrder("thrown", "blocked", "next");
    }

    @Test
    void aBlockedActionDoesNotDelayOtherDeadlines() throws Exception {
        Deadline first = Deadline.after(SHORT);
        first.onExpiry(this::block);
        awaitStart("blocked");

        Deadline.after(SHORT).onExpiry(() -> started.add("other"));

        awaitStart("other");
    }

    @Test
    void limitsAPartToTheGivenTime() {
        assertThat(deadline.atMost(Duration.ofMinutes(1)).remaining())
                .isLessThanOrEqualTo(Duration.ofMinutes(1))
                .isGreaterThan(Duration.ofSeconds(60 - PATIENCE_SECONDS));
    }

    @Test
    void limitsAPartToItsOwnTime() {
        Deadline part = deadline.atMost(Duration.ofDays(7));

        assertThat(part.remaining()).isLessThanOrEqualTo(LONG);
    }

    @Test
    void expiringAPartDoesNotExpireTheWhole() throws Exception {
        deadline.onExpiry(() -> started.add("whole"));
        Deadline part = deadline.atMost(LONG);
        part.onExpiry(() -> started.add("part"));

        part.expire();

        awaitStart("part");
        assertThat(part.isExpired()).isTrue();
        assertThat(deadline.isExpired()).isFalse();
        assertNothingElseStarts();
    }

    @Test
    void expiresItsPartsWhenItIsExpiredEarly() throws Exception {
        Deadline part = deadline.atMost(LONG);
        Deadline partOfPart = part.atMost(LONG);
        partOfPart.onExpiry(() -> started.add("part of part"));

        deadline.expire();

        assertThat(part.isExpired()).isTrue();
        assertThat(partOfPart.isExpired()).isTrue();
        awaitStart("part of part");
    }

    @Test
    void aPartOfAnExpiredDeadlineHasExpired() {
        deadline.expire();

        assertThat(deadline.atMost(LONG).isExpired()).isTrue();
    }

    @Test
    void partsThatAreRequestedWhileItExpiresExpireAsWell() throws Exception {
        for (int round = 0; round < 200; round++) {
            Deadline whole = Deadline.after(LONG);
            CyclicBarrier together = new CyclicBarrier(2);
            Thread expiring = new Thread(() -> {
                try {
                    together.await(PATIENCE_SECONDS, SECONDS);
                    whole.expire();
                } catch (Exception e) {
                    throw new AssertionError(e);
                }
            });
            expiring.start();
            together.await(PATIENCE_SECONDS, SECONDS);
            Deadline part = whole.atMost(LONG);
            expiring.join(SECONDS.toMillis(PATIENCE_SECONDS));

            assertThat(part.isExpired()).as("round %d", round).isTrue();
        }
    }

    @Test
    void showsTheTimeLeft() {
        deadline.expire();

        assertThat(deadline).hasToString("Deadline[0 ms left]");
    }
}
