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
 * Injects a fault into a phase: the first thread that enters the configured phase prints a line, waits for a file with the name of
 * an {@link InjectedFault}, which the test writes after its own part of the fault, and causes that fault.
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
        sink = options.text("sink", "");
        resumeFile = Path.of(options.text("resume", ""));
        target = new InjectedFault.Target(counter, new TestClock(Instant.now()), () -> backup);
        current = this;
    }

    /** The injector of this process, for providers, to which {@code ServiceLoader} passes no arguments. */
    static FaultInjector current() {
        FaultInjector injector = current;
        if (injector == null) {
            throw new IllegalStateException("There is no fault injector yet");
        }
        return injector;
    }

    TestClock clock() {
        return target.clock();
    }

    /** Ends the start of the application; the following phases are those of backups. */
    void started(GracefulShutdown installed) {
        backup = installed;
    }

    boolean isStarted() {
        return backup != null;
    }

    /** Called by a thread that enters a phase of a sink, or of no sink. */
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
