package io.gracefulbackup.internal.support;

import java.time.Duration;

/** Every fixed length of time that the library waits. What an operator may set is not here but among the settings. */
public final class Timeouts {
    private Timeouts() {}

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
}
