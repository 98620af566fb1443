package io.gracefulbackup.it.hosts;

import io.gracefulbackup.GracefulShutdown;
import io.gracefulbackup.testkit.TestClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Where a fault meets a phase: the first thread that comes to the wanted phase tells so, waits until the test has done
 * what it does from outside and left a file with an {@link InjectedFault}, and commits that.
 */
final class FaultInjector {
    private static volatile @Nullable FaultInjector current;

    private final Phase phase;
    private final String sink;
    private final Path resumeFile;
    private final InjectedFault.Target target;
    private final AtomicBoolean reached = new AtomicBoolean();
    private volatile @Nullable GracefulShutdown backup;

    FaultInjector(Options options, Counter counter) {
        phase = Phase.valueOf(options.text("phase", Phase.IDLE.name()));
        sink = options.text("place", "");
        resumeFile = Path.of(options.text("go", ""));
        target = new InjectedFault.Target(counter, new TestClock(Instant.now()), () -> backup);
        current = this;
    }

    /** That of this process: providers are made by {@code ServiceLoader}, which hands nothing over. */
    static FaultInjector current() {
        FaultInjector injector = current;
        if (injector == null) {
            throw new IllegalStateException("There is no stage yet");
        }
        return injector;
    }

    TestClock clock() {
        return target.clock();
    }

    /** The start is over: what comes now are backups. */
    void started(GracefulShutdown installed) {
        backup = installed;
    }

    boolean isStarted() {
        return backup != null;
    }

    /** A thread has come to this phase, in this sink or nowhere in particular. */
    void enter(Phase current, String currentSink) throws IOException {
        if (current == phase && (sink.isEmpty() || sink.equals(currentSink)) && reached.compareAndSet(false, true)) {
            HostSupport.print("AT " + current + " " + currentSink);
            while (!Files.exists(resumeFile)) {
                LockSupport.parkNanos(1_000_000);
            }
            InjectedFault fault =
                    InjectedFault.valueOf(Files.readString(resumeFile).strip().toUpperCase(Locale.ROOT));
            HostSupport.print("ACT " + fault);
            fault.inject(target);
        }
    }
}
