package io.gracefulbackup.internal.support;

import java.time.Duration;

/** All fixed limits of time in the engine. What a setting can change is in {@code BackupConfig}. */
public final class Timeouts {
    private Timeouts() {}

    // ---- install()

    /** For reading the receipt of the process before, and for leaving one: a local file, and nothing depends on it. */
    public static final Duration RECEIPT = Duration.ofSeconds(2);

    /** For the lines that were logged so far, before {@code install()} returns or throws. */
    public static final Duration LOG_FLUSH = Duration.ofSeconds(1);

    /** How long closing a handle waits for its start to end. */
    public static final Duration START_UNDER_WAY = Duration.ofSeconds(5);

    /** For the listeners, when a handle is closed. */
    public static final Duration LAST_LISTENERS = Duration.ofSeconds(1);

    /** For removing the receipt at {@code uninstall()}. */
    public static final Duration RECEIPT_REMOVAL = Duration.ofSeconds(1);

    /** For loading the classes that the exit needs, which has begun when {@code install()} was called. */
    public static final Duration EXIT_CLASSES = Duration.ofSeconds(10);

    /** For what a sink creates once the exit is armed, such as tables. Nothing waits for it. */
    public static final Duration SINK_PREPARATION = Duration.ofSeconds(15);

    // ---- asking the sinks

    /**
     * Between two attempts to reach a sink, and between two decisions about a start. Short against the start's time, and no
     * burden for a database that is starting up.
     */
    public static final Duration RETRY_INTERVAL = Duration.ofSeconds(1);

    /**
     * How long the other sinks may take once one sink has shown a backup. A state can be restored then, so the start does
     * not spend all its time on a sink that may be gone.
     */
    public static final Duration REMAINING_SINKS = Duration.ofSeconds(10);

    /** How long sinks may take when the start's time is over: one that answers at once is heard all the same. */
    public static final Duration LAST_LISTING = Duration.ofSeconds(1);

    /**
     * For the probes of all sinks at the start, which run beside the listing and the download. Enough for a cold connection
     * over TLS; a sink that needs longer to say that it works would fail at an exit in a hurry too.
     */
    public static final Duration SINK_PROBE = Duration.ofSeconds(5);

    /** For a second probe, after the restore, of those sinks that had failed: all that a sink that hangs adds to a start. */
    public static final Duration SINK_PROBE_AGAIN = Duration.ofSeconds(2);

    /** Between two probes of a sink that fails while the application runs. */
    public static final Duration SINK_PROBE_INTERVAL = Duration.ofMinutes(1);

    // ---- reading a backup

    /**
     * For one transfer. A large backup over a slow line may take hours, so what ends a transfer is {@link #TRANSFER_STALL};
     * this is only there because sinks expect a deadline.
     */
    public static final Duration TRANSFER = Duration.ofDays(7);

    /** Without a single byte. Longer than a gateway takes to find a file, or a database to fail over. */
    public static final Duration TRANSFER_STALL = Duration.ofSeconds(30);

    // ---- a restore into the running application

    /** For asking all sinks. As long as a start takes by default; the application goes on serving meanwhile. */
    public static final Duration LIVE_RESTORE_LISTING = Duration.ofSeconds(60);

    /** For changes and snapshots under way to end. Changes are held off meanwhile, so callers wait for it. */
    public static final Duration LIVE_RESTORE_QUIESCE = Duration.ofSeconds(10);

    // ---- in the background

    /** For bringing the restored backup to the sinks that lack it. The next backup goes to them anyway. */
    public static final Duration SINK_REPAIR = Duration.ofHours(1);

    // ---- runs

    /** For a run that is not hurried, such as a restore of any size: far more than it needs, but not for ever. */
    public static final Duration EXCLUSIVE_RUN = Duration.ofDays(7);

    /** How long a run may take for its last lines, once its time is over, before the next run goes on without waiting. */
    public static final Duration RUN_OVERTIME = Duration.ofSeconds(1);

    // ---- rehearsals

    /**
     * How long the sources of a rehearsal may write under the host's lock. With what it takes to take the lock and to let it go,
     * and a thread that has to wait for a processor meanwhile, the lock is held for 100 ms at most.
     */
    public static final Duration REHEARSAL_LOCK = Duration.ofMillis(50);

    /** For all of a rehearsal that needs the host's lock, the wait for it included, which gets a fifth. */
    public static final Duration REHEARSAL_UNDER_LOCK = Duration.ofSeconds(5);

    // ---- exit

    /** Kept back from the deadline of an exit for its last lines; less where the deadline is short. */
    public static final Duration EXIT_MARGIN = Duration.ofMillis(250);

    /** At most this for releasing the lease at the exit. */
    public static final Duration EXIT_LEASE_RELEASE = Duration.ofSeconds(2);

    /** At most this for listeners at the exit. */
    public static final Duration EXIT_LISTENERS = Duration.ofSeconds(2);

    /** At most this for the last lines of the exit. */
    public static final Duration EXIT_LOG_FLUSH = Duration.ofSeconds(1);

    // ---- handoff

    /** How often the coordinator looks at the time, and waiters look at their condition. */
    public static final Duration PROTOCOL_TICK = Duration.ofMillis(50);

    /** The deadline of one step on the lease. */
    public static final Duration LEASE_STEP = Duration.ofSeconds(4);

    /** When a step that ignores its deadline is abandoned. */
    public static final Duration LEASE_STEP_ABANDONED = Duration.ofSeconds(5);

    /** How long a change or a reader waits for the state that it requested, and the exit for the coordinator. */
    public static final Duration HANDOFF_WAIT = Duration.ofSeconds(5);

    /** Waiting changes cause at most one request per interval. */
    public static final Duration REQUEST_INTERVAL = Duration.ofMillis(200);

    /** How long {@code install()} waits to learn who holds the lease. */
    public static final Duration FIRST_LEASE_ANSWER = Duration.ofSeconds(10);

    /** How long {@code install()} waits for the release of the lease before it throws. */
    public static final Duration LEASE_RELEASE = Duration.ofSeconds(3);

    /** How long a restore waits for a snapshot that is under way. */
    public static final Duration STATE_IN_USE = Duration.ofSeconds(10);
}
