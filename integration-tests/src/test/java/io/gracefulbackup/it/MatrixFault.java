package io.gracefulbackup.it;

import io.gracefulbackup.it.hosts.InjectedFault;
import io.gracefulbackup.it.hosts.Phase;
import io.gracefulbackup.testkit.ForkedJvm;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/** The faults of the matrix. */
enum MatrixFault {
    /** {@code kill -9} as soon as the phase is entered. */
    KILL(InjectedFault.NOTHING, "file postgres ipfs"),
    /** {@code kill -9} up to 40 ms after the phase is entered. */
    KILL_SOON(InjectedFault.NOTHING, "file postgres"),
    /** SIGSTOP to all processes of the database. */
    DATABASE_STOPPED(InjectedFault.NOTHING, "postgres"),
    /** The connections to the database end, and no new ones can be made. */
    CONNECTION_CUT(InjectedFault.NOTHING, "postgres"),
    DISK_FULL(InjectedFault.NOTHING, "file"),
    /** Injected in a phase of the database, because the system refuses to remount a disk while the file sink writes. */
    DISK_READ_ONLY(InjectedFault.NOTHING, "postgres"),
    CLOCK_FORWARD(InjectedFault.CLOCK_FORWARD, "file"),
    CLOCK_BACK(InjectedFault.CLOCK_BACK, "file"),
    /** The directory of temporary files is deleted. */
    SPOOL_REMOVED(InjectedFault.NOTHING, "file"),
    OUT_OF_MEMORY_ERROR(InjectedFault.OUT_OF_MEMORY, "file postgres"),
    STACK_OVERFLOW_ERROR(InjectedFault.STACK_OVERFLOW, "file postgres"),
    /** Another JVM with the same directory and database saves at the same time. */
    TWO_JVMS(InjectedFault.NOTHING, "file postgres"),
    /** Another SIGTERM and a SIGINT. */
    SECOND_SIGNAL(InjectedFault.NOTHING, "file"),
    THROWS(InjectedFault.THROW, "file postgres ipfs"),
    HANGS(InjectedFault.HANG, "file postgres ipfs"),
    /** The host changes the state through the write gate without pause. */
    MUTATES(InjectedFault.MUTATE, "file"),
    /** A thread of the host interrupts all threads of the library. */
    INTERRUPTED(InjectedFault.INTERRUPT, "file postgres"),
    NO_DESCRIPTORS(InjectedFault.EXHAUST_DESCRIPTORS, "file"),
    /** All of the heap but 2 MiB is allocated. */
    FULL_HEAP(InjectedFault.FILL_HEAP, "file");

    private static final Set<MatrixFault> DISK_FAULTS = EnumSet.of(DISK_FULL, DISK_READ_ONLY);
    private static final Set<MatrixFault> CODE_FAULTS =
            EnumSet.of(THROWS, HANGS, OUT_OF_MEMORY_ERROR, STACK_OVERFLOW_ERROR);
    private static final int MAX_KILL_DELAY_MICROS = 40_000;

    private final InjectedFault injected;
    private final String sinks;

    MatrixFault(InjectedFault injected, String sinks) {
        this.injected = injected;
        this.sinks = sinks;
    }

    /** The sinks in whose phases it is injected. */
    List<String> sinks() {
        return List.of(sinks.split(" "));
    }

    /** Whether it is a failure of host code or of a sink that the library has called. */
    boolean isCodeFault() {
        return CODE_FAULTS.contains(this);
    }

    boolean isDiskFault() {
        return DISK_FAULTS.contains(this);
    }

    boolean killsProcess() {
        return this == KILL || this == KILL_SOON;
    }

    /** Whether the process lacks a resource that every backup needs, so that a backup may be impossible. */
    boolean exhaustsResources() {
        return this == NO_DESCRIPTORS || this == FULL_HEAP;
    }

    /** Configures a host so that the fault can be injected. */
    ForkedJvm.Builder prepare(ForkedJvm.Builder host) {
        return switch (this) {
            case NO_DESCRIPTORS -> host.launcher("sh", "-c", "ulimit -n 256; exec \"$@\"", "sh");
            case FULL_HEAP -> host.jvmArguments("-Xmx128m");
            default -> host;
        };
    }

    /** Injects the fault into a host that waits in its phase, and lets the host continue. */
    void inject(CellEnvironment environment, ForkedJvm jvm) throws InterruptedException {
        switch (this) {
            case KILL -> jvm.kill();
            case DATABASE_STOPPED -> environment.fixture().signalServer("STOP");
            case CONNECTION_CUT -> environment.proxy().interrupt();
            case DISK_FULL -> environment.disk().fill();
            case DISK_READ_ONLY -> environment.disk().makeReadOnly();
            case SPOOL_REMOVED -> environment.removeSpoolDirectory();
            case SECOND_SIGNAL -> {
                jvm.signal("TERM");
                jvm.signal("INT");
            }
            default -> {}
        }
        environment.resume(injected);
        if (this == KILL_SOON) {
            // The kill must arrive at a random time, so this waits for no event.
            long micros = ThreadLocalRandom.current().nextInt(MAX_KILL_DELAY_MICROS);
            if (!new CountDownLatch(1).await(micros, TimeUnit.MICROSECONDS)) {
                jvm.kill();
            }
        }
    }

    /** Whether a host never completes its start if the fault occurs in this phase of it. */
    boolean hangsStartIn(Phase phase) {
        return (this == HANGS && phase == Phase.RESTORE) || (this == SECOND_SIGNAL && phase.isStart());
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
