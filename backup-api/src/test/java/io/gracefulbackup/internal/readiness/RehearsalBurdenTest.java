package io.gracefulbackup.internal.readiness;

import static org.assertj.core.api.Assertions.assertThat;

import io.gracefulbackup.GracefulShutdown;
import io.gracefulbackup.StateSource;
import io.gracefulbackup.internal.fixtures.App;
import io.gracefulbackup.internal.fixtures.MemorySink;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.core.type.TypeReference;

/** What rehearsals cost an application that changes a JSON state under its lock, from many threads at once. */
@Timeout(300)
class RehearsalBurdenTest {
    private static final int ENTRY_BYTES = 1024;

    private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
    private final Map<String, String> state = new TreeMap<>();
    private final AtomicInteger snapshots = new AtomicInteger();
    private final AtomicLong longestStall = new AtomicLong();
    private final AtomicLong longestHold = new AtomicLong();

    @Test
    void delaysNoChangeForLong() throws Exception {
        burden(4, 10, Duration.ofSeconds(4));
    }

    @Test
    @Tag("slow")
    void delaysNoChangeOfALargeStateForLong() throws Exception {
        burden(64, 50, Duration.ofSeconds(40));
    }

    private StateSource source() {
        StateSource json =
                StateSource.json("ledger", new TypeReference<Map<String, String>>() {}, () -> state, restored -> {
                    state.clear();
                    state.putAll(restored);
                });
        return json;
    }

    private void burden(int mebibytes, int writers, Duration time) throws Exception {
        String value = "v".repeat(ENTRY_BYTES - 16);
        int entries = mebibytes * 1024;
        for (int i = 0; i < entries; i++) {
            state.put("key-" + i, value + i);
        }
        long heapBefore = usedHeap();
        GracefulShutdown backup = App.builder(new MemorySink("memory"))
                .isolated()
                .snapshotUnder(counting(lock.readLock()))
                .source(source())
                .install();
        try {
            long cpuBefore = cpuOfLibrary();
            long begun = System.nanoTime();
            write(backup, writers, entries, time);
            Duration ran = Duration.ofNanos(System.nanoTime() - begun);
            Duration cpu = Duration.ofNanos(cpuOfLibrary() - cpuBefore);
            long heapAfter = usedHeap();
            System.out.printf(
                    "%d MiB, %d writers, %d s: %d rehearsals, longest stall of a write %d ms, lock held %d ms, CPU of living threads %d ms,"
                            + " heap %+d KiB%n",
                    mebibytes,
                    writers,
                    ran.toSeconds(),
                    snapshots.get(),
                    TimeUnit.NANOSECONDS.toMillis(longestStall.get()),
                    TimeUnit.NANOSECONDS.toMillis(longestHold.get()),
                    cpu.toMillis(),
                    (heapAfter - heapBefore) >> 10);
            assertThat(snapshots).as("rehearsals under the lock").hasPositiveValue();
            assertThat(Duration.ofNanos(longestStall.get())).isLessThan(stall());
            assertThat(heapAfter - heapBefore).isLessThan(24L << 20);
            assertThat(backup.status().findings()).isEmpty();
        } finally {
            backup.uninstall();
        }
    }

    /** What must hold on a machine of one's own; on a shared one, where threads wait for a processor, three times that. */
    private static Duration stall() {
        return Duration.ofMillis(Boolean.getBoolean("slow") ? 150 : 450);
    }

    private void write(GracefulShutdown backup, int writers, int entries, Duration time) throws InterruptedException {
        AtomicBoolean stop = new AtomicBoolean();
        List<Thread> threads = new ArrayList<>();
        for (int writer = 0; writer < writers; writer++) {
            int own = writer;
            Thread thread = new Thread(() -> writeUntil(stop, backup, own, writers, entries), "writer-" + writer);
            threads.add(thread);
            thread.start();
        }
        new CountDownLatch(1).await(time.toMillis(), TimeUnit.MILLISECONDS);
        stop.set(true);
        for (Thread thread : threads) {
            thread.join();
        }
    }

    private void writeUntil(AtomicBoolean stop, GracefulShutdown backup, int own, int writers, int entries) {
        CountDownLatch never = new CountDownLatch(1);
        for (int i = own; !stop.get(); i = (i + writers) % entries) {
            String key = "key-" + i;
            long begun = System.nanoTime();
            backup.write(() -> change(key));
            longestStall.accumulateAndGet(System.nanoTime() - begun, Math::max);
            try {
                never.await(5, TimeUnit.MILLISECONDS);
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private void change(String key) {
        lock.writeLock().lock();
        try {
            state.computeIfPresent(key, (same, value) -> value);
        } finally {
            lock.writeLock().unlock();
        }
    }

    private Lock counting(Lock readLock) {
        return new Lock() {
            private volatile long lockedAt;

            @Override
            public boolean tryLock(long duration, TimeUnit unit) throws InterruptedException {
                return noted(readLock.tryLock(duration, unit));
            }

            @Override
            public boolean tryLock() {
                return noted(readLock.tryLock());
            }

            private boolean noted(boolean locked) {
                snapshots.addAndGet(locked ? 1 : 0);
                lockedAt = System.nanoTime();
                return locked;
            }

            @Override
            public void lock() {
                readLock.lock();
            }

            @Override
            public void lockInterruptibly() throws InterruptedException {
                readLock.lockInterruptibly();
            }

            @Override
            public void unlock() {
                longestHold.accumulateAndGet(System.nanoTime() - lockedAt, Math::max);
                readLock.unlock();
            }

            @Override
            public java.util.concurrent.locks.Condition newCondition() {
                throw new UnsupportedOperationException("a read lock has no conditions");
            }
        };
    }

    private static long usedHeap() {
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    /** The processor time of the library's threads that live. */
    private static long cpuOfLibrary() {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        long total = 0;
        for (var info : threads.getThreadInfo(threads.getAllThreadIds())) {
            if (info != null && info.getThreadName().startsWith("graceful-backup")) {
                total += Math.max(0, threads.getThreadCpuTime(info.getThreadId()));
            }
        }
        return total;
    }
}
