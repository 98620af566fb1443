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
    private final String place;
    private final Path go;
    private final InjectedFault.Target self;
    private final AtomicBoolean reached = new AtomicBoolean();
    private volatile @Nullable GracefulShutdown backup;

    FaultInjector(Options options, Counter counter) {
        phase = Phase.valueOf(options.text("phase", Phase.IDLE.name()));
        place = options.text("place", "");
        go = Path.of(options.text("go", ""));
        self = new InjectedFault.Target(counter, new TestClock(Instant.now()), () -> backup);
        current = this;
    }

    /** That of this process: providers are made by {@code ServiceLoader}, which hands nothing over. */
    static FaultInjector current() {
        FaultInjector stage = current;
        if (stage == null) {
            throw new IllegalStateException("There is no stage yet");
        }
        return stage;
    }

    TestClock clock() {
        return self.clock();
    }

    /** The start is over: what comes now are backups. */
    void started(GracefulShutdown installed) {
        backup = installed;
    }

    boolean isStarted() {
        return backup != null;
    }

    /** A thread has come to this phase, in this sink or nowhere in particular. */
    void at(Phase here, String where) throws IOException {
        if (here == phase && (place.isEmpty() || place.equals(where)) && reached.compareAndSet(false, true)) {
            HostSupport.say("AT " + here + " " + where);
            while (!Files.exists(go)) {
                LockSupport.parkNanos(1_000_000);
            }
            InjectedFault act =
                    InjectedFault.valueOf(Files.readString(go).strip().toUpperCase(Locale.ROOT));
            HostSupport.say("ACT " + act);
            act.commit(self);
        }
    }
}
