package io.gracefulbackup;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.net.URL;
import java.net.URLClassLoader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class DeadlineTest {
    private static final long PATIENCE_SECONDS = 20;
    private static final Duration LONG = Duration.ofHours(1);
    private static final Duration SHORT = Duration.ofMillis(20);

    private final Deadline.Controller controller = Deadline.controlled(LONG);
    private final Deadline deadline = controller.deadline();
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

    @ParameterizedTest
    @MethodSource
    void neverExpiresWithinACenturyIfMoreTimeIsGiven(Duration time) {
        Duration century = Duration.ofDays(100 * 365);

        assertThat(Deadline.after(time).remaining()).isGreaterThan(century);
        assertThat(Deadline.controlled(time).deadline().atMost(time).remaining())
                .isGreaterThan(century);
        assertThat(deadline.atMost(time).remaining())
                .isLessThanOrEqualTo(LONG)
                .isGreaterThan(LONG.minusSeconds(PATIENCE_SECONDS));
    }

    static List<Duration> neverExpiresWithinACenturyIfMoreTimeIsGiven() {
        return List.of(
                Duration.ofSeconds(Long.MAX_VALUE, 999_999_999),
                Duration.ofNanos(Long.MAX_VALUE),
                Duration.ofDays(366 * 300));
    }

    @Test
    void hasExpiredIfTheLongestNegativeTimeIsGiven() {
        assertThat(Deadline.after(Duration.ofSeconds(Long.MIN_VALUE)).isExpired())
                .isTrue();
        assertThat(deadline.atMost(Duration.ofSeconds(Long.MIN_VALUE)).isExpired())
                .isTrue();
        assertThat(deadline.isExpired()).isFalse();
    }

    @Test
    void namesAMissingArgument() {
        assertThatNullPointerException()
                .isThrownBy(() -> Deadline.after(nothing()))
                .withMessage("time");
        assertThatNullPointerException()
                .isThrownBy(() -> Deadline.controlled(nothing()))
                .withMessage("time");
        assertThatNullPointerException()
                .isThrownBy(() -> deadline.atMost(nothing()))
                .withMessage("time");
        assertThatNullPointerException()
                .isThrownBy(() -> deadline.controlledAtMost(nothing()))
                .withMessage("time");
        assertThatNullPointerException()
                .isThrownBy(() -> deadline.onExpiry(nothing()))
                .withMessage("action");
    }

    @SuppressWarnings({"NullAway", "TypeParameterUnusedInFormals"})
    private static <T> T nothing() {
        return null;
    }

    @Test
    void canBeEndedOnlyByTheHolderOfItsController() {
        assertThat(Deadline.class.getDeclaredMethods())
                .filteredOn(method -> Modifier.isPublic(method.getModifiers()))
                .extracting(Method::getName)
                .containsExactlyInAnyOrder(
                        "after",
                        "controlled",
                        "atMost",
                        "controlledAtMost",
                        "remaining",
                        "isExpired",
                        "onExpiry",
                        "toString");
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

        controller.expire();

        awaitStart("action");
        assertThat(deadline.isExpired()).isTrue();
        assertThat(deadline.remaining()).isZero();
    }

    @Test
    void runsAnActionAtOnceIfItHasExpiredAlready() throws Exception {
        controller.expire();

        deadline.onExpiry(() -> started.add("action")).close();

        awaitStart("action");
    }

    @Test
    void hasExpiredBeforeAnActionRuns() throws Exception {
        deadline.onExpiry(() -> started.add(deadline.isExpired() ? "expired" : "not expired"));

        controller.expire();

        awaitStart("expired");
    }

    @Test
    void runsEachActionOnceHoweverOftenItExpires() throws Exception {
        deadline.onExpiry(() -> started.add("action"));

        controller.expire();
        awaitStart("action");
        controller.expire();

        assertNothingElseStarts();
    }

    @Test
    void doesNotRunAnActionWhoseRegistrationIsClosed() throws Exception {
        Deadline.Registration closed = deadline.onExpiry(() -> started.add("closed"));
        deadline.onExpiry(() -> started.add("open"));
        closed.close();

        controller.expire();

        awaitStart("open");
        assertNothingElseStarts();
    }

    @Test
    void closesOnlyOneRegistrationOfTheSameAction() throws Exception {
        Runnable action = () -> started.add("action");
        deadline.onExpiry(action);
        deadline.onExpiry(action).close();

        controller.expire();

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

        controller.expire();

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

        controller.expire();

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
        Deadline.Controller ofPart = deadline.controlledAtMost(LONG);
        Deadline part = ofPart.deadline();
        part.onExpiry(() -> started.add("part"));

        ofPart.expire();

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

        controller.expire();

        assertThat(part.isExpired()).isTrue();
        assertThat(partOfPart.isExpired()).isTrue();
        awaitStart("part of part");
    }

    @Test
    void aPartOfAnExpiredDeadlineHasExpired() {
        controller.expire();

        assertThat(deadline.atMost(LONG).isExpired()).isTrue();
    }

    @Test
    void partsThatAreRequestedWhileItExpiresExpireAsWell() throws Exception {
        for (int round = 0; round < 200; round++) {
            Deadline.Controller whole = Deadline.controlled(LONG);
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
            Deadline part = whole.deadline().atMost(LONG);
            expiring.join(SECONDS.toMillis(PATIENCE_SECONDS));

            assertThat(part.isExpired()).as("round %d", round).isTrue();
        }
    }

    @Test
    void closingARegistrationTwiceRemovesNoOther() throws Exception {
        Runnable action = () -> started.add("action");
        Deadline.Registration first = deadline.onExpiry(action);
        deadline.onExpiry(action);
        first.close();
        first.close();

        controller.expire();

        awaitStart("action");
        assertNothingElseStarts();
    }

    @Test
    void setsAnAlarmOnlyWhileAnActionIsRegistered() {
        ScheduledThreadPoolExecutor timer = Deadline.newTimer();
        Deadline watched = Deadline.after(LONG, timer, Thread::start);
        Deadline part = watched.atMost(SHORT.plus(LONG)).atMost(LONG);
        assertThat(timer.getQueue()).isEmpty();
        assertThat(timer.getPoolSize()).isZero();

        Deadline.Registration first = part.onExpiry(() -> {});
        Deadline.Registration second = watched.onExpiry(() -> {});
        assertThat(timer.getQueue()).isNotEmpty();

        first.close();
        second.close();
        assertThat(timer.getQueue()).isEmpty();
    }

    @Test
    void setsNoAlarmOnceItHasBeenEndedEarly() {
        ScheduledThreadPoolExecutor timer = Deadline.newTimer();
        Deadline whole = Deadline.after(LONG, timer, Thread::start);
        Deadline.Controller part = whole.controlledAtMost(LONG);
        part.deadline().onExpiry(() -> started.add("action"));

        part.expire();

        assertThat(timer.getQueue()).isEmpty();
    }

    @Test
    void theTimersThreadKeepsNoContextClassLoaderAndEndsWhenItIsIdle() throws Exception {
        try (URLClassLoader loader = new URLClassLoader(new URL[0])) {
            ScheduledThreadPoolExecutor timer = Deadline.newTimer();
            BlockingQueue<Thread> threads = new LinkedBlockingQueue<>();
            ClassLoader before = Thread.currentThread().getContextClassLoader();
            Thread.currentThread().setContextClassLoader(loader);
            Deadline soon = Deadline.after(SHORT, timer, expiring -> threads.add(Thread.currentThread()));
            try {
                soon.onExpiry(() -> {});
            } finally {
                Thread.currentThread().setContextClassLoader(before);
            }

            Thread timerThread = Objects.requireNonNull(threads.poll(PATIENCE_SECONDS, SECONDS));
            assertThat(timerThread.getName()).isEqualTo("graceful-backup-timer");
            assertThat(timerThread.getContextClassLoader()).isSameAs(ClassLoader.getSystemClassLoader());
            timerThread.join(SECONDS.toMillis(PATIENCE_SECONDS));
            assertThat(timerThread.isAlive()).isFalse();
        }
    }

    @Test
    void actionsHaveTheContextClassLoaderOfTheirRegistration() throws Exception {
        try (URLClassLoader loader = new URLClassLoader(new URL[0])) {
            BlockingQueue<ClassLoader> seen = new LinkedBlockingQueue<>();
            ClassLoader before = Thread.currentThread().getContextClassLoader();
            Thread.currentThread().setContextClassLoader(loader);
            try {
                deadline.onExpiry(() -> seen.add(Thread.currentThread().getContextClassLoader()));
            } finally {
                Thread.currentThread().setContextClassLoader(before);
            }

            controller.expire();

            assertThat(seen.poll(PATIENCE_SECONDS, SECONDS)).isSameAs(loader);
        }
    }

    @Test
    void runsActionsOnTheCallersThreadIfNoneCanBeCreated() {
        List<String> ran = new ArrayList<>();
        List<Throwable> uncaught = new ArrayList<>();
        Deadline whole = Deadline.after(LONG, Deadline.newTimer(), DeadlineTest::failToStart);
        Deadline.Controller ending = whole.controlledAtMost(LONG);
        ending.deadline().onExpiry(() -> {
            throw new IllegalStateException("first action");
        });
        ending.deadline().onExpiry(() -> ran.add("second action"));
        Thread current = Thread.currentThread();
        Thread.UncaughtExceptionHandler before = current.getUncaughtExceptionHandler();
        current.setUncaughtExceptionHandler((thread, e) -> {
            uncaught.add(e);
            throw new IllegalStateException("handler");
        });
        try {
            assertThatCode(ending::expire).doesNotThrowAnyException();
        } finally {
            current.setUncaughtExceptionHandler(before);
        }

        assertThat(ran).containsExactly("second action");
        assertThat(uncaught).singleElement().asString().contains("first action");
    }

    @Test
    void canBeWatchedIfTheTimerGetsNoThread() throws Exception {
        ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1, work -> new Thread(work) {
            @Override
            public synchronized void start() {
                failToStart(this);
            }
        });
        Deadline whole = Deadline.after(LONG, timer, Thread::start);
        Deadline.Controller ending = whole.controlledAtMost(LONG);

        assertThatCode(() -> ending.deadline().onExpiry(() -> started.add("action")))
                .doesNotThrowAnyException();
        whole.onExpiry(() -> {}).close();
        ending.expire();

        awaitStart("action");
    }

    private static void failToStart(Thread thread) {
        throw new OutOfMemoryError("unable to create native thread for " + thread.getName());
    }

    @Test
    void showsTheTimeLeft() {
        controller.expire();

        assertThat(deadline).hasToString("Deadline[0 ms left]");
    }
}
