package io.gracefulbackup.internal.report;

import io.gracefulbackup.internal.support.Threads;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Says what a slow start is doing: after two seconds, then each time when as much time has passed again. A quick start says
 * nothing. Safe for use by several threads.
 */
public final class StartProgress {
    private static final Duration QUICK = Duration.ofSeconds(2);

    private final Consumer<String> log;
    private final Duration quick;
    private volatile Supplier<String> step = () -> Messages.OPENING_SINKS;

    /** Progress that is logged with this. */
    public StartProgress(Consumer<String> log) {
        this(log, QUICK);
    }

    StartProgress(Consumer<String> log, Duration quick) {
        this.log = log;
        this.quick = quick;
    }

    /**
     * Watches a start, on a thread that only waits. Where the JVM can create none, nothing is said.
     *
     * @return to be run when the start has ended
     */
    public Runnable begin(Threads threads) {
        CountDownLatch ended = new CountDownLatch(1);
        threads.inBackground("start-progress", () -> watch(ended), failed -> {});
        return ended::countDown;
    }

    /** What the start is doing from now on, as a participle: "asking …". */
    public void step(String what) {
        step = () -> what;
    }

    /** As {@link #step(String)}, for a step that can say how far it is. Called at any time, also when the step has ended. */
    public void step(Supplier<String> what) {
        step = what;
    }

    private void watch(CountDownLatch ended) throws InterruptedException {
        long begun = System.nanoTime();
        for (Duration next = quick; ; next = next.multipliedBy(2)) {
            long left = next.toNanos() - (System.nanoTime() - begun);
            if (ended.await(left, TimeUnit.NANOSECONDS)) {
                return;
            }
            log.accept(Messages.starting(step.get(), next));
        }
    }
}
