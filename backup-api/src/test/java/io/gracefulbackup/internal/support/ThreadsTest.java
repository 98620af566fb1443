package io.gracefulbackup.internal.support;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gracefulbackup.Deadline;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@Timeout(60)
class ThreadsTest {
    private static final Deadline PATIENCE = Deadline.after(Duration.ofMinutes(1));

    private final ClassLoader loader = new URLClassLoader(new URL[0]);
    private final Threads threads = new Threads(loader);
    private final Threads none = new Threads(loader, thread -> {
        throw new OutOfMemoryError("unable to create native thread");
    });
    private final BlockingQueue<Throwable> failures = new LinkedBlockingQueue<>();

    private Throwable nextFailure() throws InterruptedException {
        return Objects.requireNonNull(failures.poll(20, TimeUnit.SECONDS), "no failure was reported");
    }

    @ParameterizedTest
    @MethodSource
    void whatBackgroundWorkThrowsGoesToItsHandler(Throwable thrown) throws Exception {
        Task<?> unused = threads.inBackground("test", () -> Sneaky.<RuntimeException>sneak(thrown), failures::add);

        assertThat(nextFailure()).isSameAs(thrown);
    }

    static Stream<Throwable> whatBackgroundWorkThrowsGoesToItsHandler() {
        return Stream.of(
                new IOException("checked"),
                new IllegalStateException("unchecked"),
                new NoClassDefFoundError("error"),
                new Throwable("neither"),
                new InterruptedException("nobody has stopped the task"));
    }

    @Test
    void theInterruptOfAStoppedTaskIsNoFailure() throws Exception {
        CountDownLatch started = new CountDownLatch(1);
        Task<?> task = threads.inBackground(
                "test",
                () -> {
                    started.countDown();
                    new CountDownLatch(1).await();
                },
                failures::add);
        started.await();

        task.abandon();

        task.await(PATIENCE);
        assertThat(failures).isEmpty();
    }

    @Test
    void anotherFailureOfAStoppedTaskIsReported() throws Exception {
        CountDownLatch started = new CountDownLatch(1);
        Task<?> task = threads.inBackground(
                "test",
                () -> {
                    started.countDown();
                    try {
                        new CountDownLatch(1).await();
                    } catch (InterruptedException e) {
                        throw new IOException("while stopping", e);
                    }
                },
                failures::add);
        started.await();

        task.abandon();

        assertThat(nextFailure()).hasMessage("while stopping");
    }

    @Test
    void backgroundWorkWithoutAThreadIsAFailure() {
        Task<?> unused = none.inBackground("test", () -> {}, failures::add);

        assertThat(failures).singleElement().isInstanceOf(OutOfMemoryError.class);
    }

    @Test
    void workThatMattersRunsOnTheCallersThreadIfThereIsNoOther() throws Exception {
        Thread caller = Thread.currentThread();
        ClassLoader before = caller.getContextClassLoader();

        Task<Boolean> task = none.startOrRun(
                "test", () -> Thread.currentThread() == caller && caller.getContextClassLoader() == loader);

        assertThat(task.isDone()).isTrue();
        assertThat(task.await(Deadline.after(Duration.ZERO))).isTrue();
        assertThat(caller.getContextClassLoader()).isSameAs(before);
    }

    @Test
    void workOnTheCallersThreadFailsAsOnItsOwn() {
        Task<Object> task = none.startOrRun("test", () -> {
            throw new StackOverflowError("deep");
        });

        assertThatThrownBy(() -> task.await(PATIENCE))
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(StackOverflowError.class);
    }

    @Test
    void anInterruptOfWorkOnTheCallersThreadDoesNotReachTheCaller() {
        Task<Boolean> unused = none.startOrRun("test", () -> {
            Thread.currentThread().interrupt();
            return true;
        });

        assertThat(Thread.currentThread().isInterrupted()).isFalse();
    }

    @Test
    void workWithAThreadDoesNotRunOnTheCallersThread() throws Exception {
        Thread caller = Thread.currentThread();

        assertThat(threads.startOrRun("test", () -> Thread.currentThread() != caller)
                        .await(PATIENCE))
                .isTrue();
    }

    private static final class Sneaky {
        @SuppressWarnings({"unchecked", "DoNotCallSuggester"})
        static <X extends Throwable> void sneak(Throwable thrown) throws X {
            throw (X) thrown;
        }
    }
}
