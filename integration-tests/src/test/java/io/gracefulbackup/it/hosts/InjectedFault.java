package io.gracefulbackup.it.hosts;

import io.gracefulbackup.GracefulShutdown;
import io.gracefulbackup.NotAcknowledgedException;
import io.gracefulbackup.testkit.TestClock;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The faults that a {@link MatrixHost} causes itself, on the thread that has entered the phase. */
public enum InjectedFault {
    NOTHING,
    THROW,
    OUT_OF_MEMORY,
    STACK_OVERFLOW,
    HANG,
    /** Changes the state through the write gate without pause, and prints a line before and after each change. */
    MUTATE,
    /** Interrupts all threads of the library from a thread of the host. */
    INTERRUPT,
    EXHAUST_DESCRIPTORS,
    FILL_HEAP,
    CLOCK_FORWARD,
    CLOCK_BACK;

    private static final int HEAP_LEFT = 2 << 20;
    private static final int PIECE = 256 << 10;
    private static final List<InputStream> OPEN_STREAMS = new ArrayList<>();
    private static final List<byte[]> ALLOCATED = new ArrayList<>();

    /** The objects of the host that a fault uses. */
    record Target(Counter counter, TestClock clock, Supplier<@Nullable GracefulShutdown> backup) {}

    void inject(Target target) throws IOException {
        switch (this) {
            case NOTHING -> {}
            case THROW -> throw new IOException("thrown by the host");
            case OUT_OF_MEMORY -> throw new OutOfMemoryError("thrown by the host");
            case STACK_OVERFLOW -> overflow(1);
            case HANG -> HostSupport.hang();
            case MUTATE -> daemon("mutator", () -> mutate(target));
            case INTERRUPT -> interruptLibrary();
            case EXHAUST_DESCRIPTORS -> exhaustDescriptors();
            case FILL_HEAP -> fillHeap();
            case CLOCK_FORWARD -> target.clock().advance(Duration.ofDays(1));
            case CLOCK_BACK -> target.clock().advance(Duration.ofDays(-1));
        }
    }

    @SuppressWarnings("InfiniteRecursion") // The overflow is intended.
    private static long overflow(long depth) {
        return 1 + overflow(depth + 1);
    }

    private static void mutate(Target target) {
        GracefulShutdown backup = target.backup().get();
        while (backup != null) {
            try {
                HostSupport.print("TRY");
                backup.write(target.counter()::increment);
                HostSupport.print("ACKNOWLEDGED");
            } catch (NotAcknowledgedException e) {
                return;
            }
        }
    }

    private static void interruptLibrary() {
        Thread thread = daemon(
                "interrupter",
                () -> Thread.getAllStackTraces().keySet().stream()
                        .filter(other -> other.getName().startsWith("graceful-backup-"))
                        .forEach(Thread::interrupt));
        while (thread.isAlive()) {
            Thread.onSpinWait(); // This thread may be the one that is interrupted, which join() would report.
        }
    }

    private static void exhaustDescriptors() {
        try {
            while (true) {
                OPEN_STREAMS.add(new FileInputStream("/dev/null"));
            }
        } catch (IOException e) {
            HostSupport.print("OPEN " + OPEN_STREAMS.size());
        }
    }

    private static void fillHeap() {
        byte[][] reserve = new byte[HEAP_LEFT / PIECE][PIECE];
        try {
            while (true) {
                ALLOCATED.add(new byte[PIECE]);
            }
        } catch (OutOfMemoryError e) {
            reserve = new byte[0][];
        }
        HostSupport.print("BALLAST " + ALLOCATED.size() + reserve.length);
    }

    private static Thread daemon(String name, Runnable work) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }
}
