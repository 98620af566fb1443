package io.gracefulbackup.it;

import io.gracefulbackup.it.hosts.Act;
import io.gracefulbackup.it.hosts.Phase;
import io.gracefulbackup.testkit.ForkedJvm;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/** What can go wrong on the worst day. */
enum MatrixFault {
    /** {@code kill -9} at the very moment. */
    KILL(Act.NOTHING, "file postgres ipfs"),
    /** {@code kill -9} up to 40 ms later. */
    KILL_SOON(Act.NOTHING, "file postgres"),
    /** SIGSTOP to all processes of the database. */
    DATABASE_STOPPED(Act.NOTHING, "postgres"),
    /** The connections to the database end, and there are no new ones. */
    CONNECTION_CUT(Act.NOTHING, "postgres"),
    DISK_FULL(Act.NOTHING, "file"),
    /** Struck while the database is at it: the system refuses it while the file sink writes. */
    DISK_READ_ONLY(Act.NOTHING, "postgres"),
    CLOCK_FORWARD(Act.CLOCK_FORWARD, "file"),
    CLOCK_BACK(Act.CLOCK_BACK, "file"),
    /** The directory of temporary files is gone. */
    SPOOL_REMOVED(Act.NOTHING, "file"),
    OUT_OF_MEMORY_ERROR(Act.OUT_OF_MEMORY, "file postgres"),
    STACK_OVERFLOW_ERROR(Act.STACK_OVERFLOW, "file postgres"),
    /** Another JVM with the same directory and database saves at the same time. */
    TWO_JVMS(Act.NOTHING, "file postgres"),
    /** SIGTERM and SIGINT once more. */
    SECOND_SIGNAL(Act.NOTHING, "file"),
    THROWS(Act.THROW, "file postgres ipfs"),
    HANGS(Act.HANG, "file postgres ipfs"),
    /** The state is changed without pause, through the write gate. */
    MUTATES(Act.MUTATE, "file"),
    /** A thread of the host interrupts all threads of the library. */
    INTERRUPTED(Act.INTERRUPT, "file postgres"),
    NO_DESCRIPTORS(Act.EXHAUST_DESCRIPTORS, "file"),
    /** 2 MiB are left. */
    FULL_HEAP(Act.FILL_HEAP, "file");

    private static final Set<MatrixFault> OF_THE_DISK = EnumSet.of(DISK_FULL, DISK_READ_ONLY);
    private static final Set<MatrixFault> OF_THE_CODE =
            EnumSet.of(THROWS, HANGS, OUT_OF_MEMORY_ERROR, STACK_OVERFLOW_ERROR);
    private static final int SOON_MICROS = 40_000;

    private final Act act;
    private final String sinks;

    MatrixFault(Act act, String sinks) {
        this.act = act;
        this.sinks = sinks;
    }

    /** The sinks that it strikes. */
    List<String> sinks() {
        return List.of(sinks.split(" "));
    }

    /** Whether it strikes code of the host, or a sink, that the library has called. */
    boolean isOfTheCode() {
        return OF_THE_CODE.contains(this);
    }

    boolean isOfTheDisk() {
        return OF_THE_DISK.contains(this);
    }

    boolean isDeadly() {
        return this == KILL || this == KILL_SOON;
    }

    /** Whether the process lacks what any backup needs, so that it may be unable to make one. */
    boolean starves() {
        return this == NO_DESCRIPTORS || this == FULL_HEAP;
    }

    /** What a host needs so that the fault can strike. */
    ForkedJvm.Builder prepare(ForkedJvm.Builder host) {
        return switch (this) {
            case NO_DESCRIPTORS -> host.launcher("sh", "-c", "ulimit -n 256; exec \"$@\"", "sh");
            case FULL_HEAP -> host.jvmArguments("-Xmx128m");
            default -> host;
        };
    }

    /** Strikes a host that waits at its phase, and lets it go on. */
    void strike(Site site, ForkedJvm jvm) throws InterruptedException {
        switch (this) {
            case KILL -> jvm.kill();
            case DATABASE_STOPPED -> site.ground().signal("STOP");
            case CONNECTION_CUT -> site.proxy().interrupt();
            case DISK_FULL -> site.disk().fill();
            case DISK_READ_ONLY -> site.disk().makeReadOnly();
            case SPOOL_REMOVED -> site.removeSpoolDirectory();
            case SECOND_SIGNAL -> {
                jvm.signal("TERM");
                jvm.signal("INT");
            }
            default -> {}
        }
        site.go(act);
        if (this == KILL_SOON) {
            // The moment is the point: nothing is waited for.
            long micros = ThreadLocalRandom.current().nextInt(SOON_MICROS);
            if (!new CountDownLatch(1).await(micros, TimeUnit.MICROSECONDS)) {
                jvm.kill();
            }
        }
    }

    /** Whether a host that meets it in its start stays there for ever. */
    boolean holdsStartIn(Phase phase) {
        return (this == HANGS && phase == Phase.RESTORE) || (this == SECOND_SIGNAL && phase.isStart());
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
