package io.gracefulbackup.internal.handoff;

import static org.assertj.core.api.Assertions.assertThat;

import io.gracefulbackup.Deadline;
import io.gracefulbackup.spi.lease.Lease;
import io.gracefulbackup.spi.lease.LeaseResult;
import io.gracefulbackup.spi.lease.LeaseStep;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class LeaseClientTest {
    private static final Duration STEP = Duration.ofMillis(10);
    private static final Duration ABANDONED = Duration.ofMillis(20);
    private static final LeaseResult RESULT = LeaseResult.refused(null);

    private final AtomicInteger underWay = new AtomicInteger();
    private final AtomicInteger mostAtOnce = new AtomicInteger();
    private final CountDownLatch ends = new CountDownLatch(1);
    private final BlockingQueue<Object> reports = new LinkedBlockingQueue<>();

    /** A driver that ignores its deadline until the test lets it go. */
    private final LeaseClient client = client(
            new Step() {
                @Override
                public LeaseResult apply() {
                    awaitUninterruptibly(ends);
                    return RESULT;
                }
            },
            ABANDONED);

    @FunctionalInterface
    private interface Step {
        LeaseResult apply() throws IOException;
    }

    private LeaseClient client(Step step) {
        return client(step, Duration.ofSeconds(30));
    }

    private LeaseClient client(Step step, Duration abandonedAfter) {
        return new LeaseClient(
                new Lease() {
                    @Override
                    public LeaseResult apply(LeaseStep wanted, Deadline deadline) throws IOException {
                        mostAtOnce.accumulateAndGet(underWay.incrementAndGet(), Math::max);
                        try {
                            return step.apply();
                        } finally {
                            underWay.decrementAndGet();
                        }
                    }

                    @Override
                    public void close() {}
                },
                getClass().getClassLoader(),
                STEP,
                abandonedAfter);
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        while (latch.getCount() > 0) {
            try {
                latch.await();
            } catch (InterruptedException e) {
                // It ignores this, too.
            }
        }
    }

    private Object send(LeaseClient to) throws InterruptedException {
        to.send(new LeaseStep.Read(), reports::add, reports::add);
        return reports.take();
    }

    @AfterEach
    void letTheDriverGo() {
        ends.countDown();
    }

    private static long stepThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("graceful-backup-lease"))
                .count();
    }

    @Test
    void aDriverThatHangsGetsNoSecondStep() throws Exception {
        long before = stepThreads();
        for (int i = 0; i < 20; i++) {
            assertThat(send(client)).isInstanceOf(IOException.class);
        }

        assertThat(mostAtOnce).hasValue(1);
        assertThat(stepThreads() - before).isLessThanOrEqualTo(1);
    }

    @Test
    void stepsAreTakenAgainOnceTheDriverHasReturned() throws Exception {
        assertThat(send(client)).asString().contains("no answer within");
        ends.countDown();
        while (underWay.get() > 0) {
            Thread.onSpinWait();
        }

        Object report = send(client);
        while (report instanceof Throwable) {
            report = send(client);
        }

        assertThat(report).isEqualTo(RESULT);
        assertThat(mostAtOnce).hasValue(1);
    }

    @Test
    void theNextStepMayBeSentAsSoonAsTheLastOneIsAnswered() throws Exception {
        LeaseClient quick = client(() -> RESULT);
        BlockingQueue<Object> second = new LinkedBlockingQueue<>();
        for (int i = 0; i < 200; i++) {
            quick.send(
                    new LeaseStep.Read(),
                    first -> quick.send(new LeaseStep.Read(), second::add, second::add),
                    second::add);
            assertThat(second.take()).isEqualTo(RESULT);
        }
    }

    @Test
    void reportsEachFailureOnce() throws Exception {
        LeaseClient failing = client(
                () -> {
                    throw new IOException("down");
                },
                ABANDONED);

        assertThat(send(failing)).asString().contains("down");
        assertThat(reports.poll(ABANDONED.toMillis() * 3, TimeUnit.MILLISECONDS))
                .isNull();
    }

    @Test
    void reportsAnErrorOfTheDriverAsAFailure() throws Exception {
        LeaseClient broken = client(() -> {
            throw new NoClassDefFoundError("driver");
        });

        assertThat(send(broken)).asString().contains("driver");
        assertThat(send(broken)).asString().contains("driver");
    }
}
