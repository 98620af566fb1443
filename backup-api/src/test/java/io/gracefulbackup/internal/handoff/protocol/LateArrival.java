package io.gracefulbackup.internal.handoff.protocol;

import io.gracefulbackup.internal.handoff.protocol.SimulatedDatabase.Backup;
import io.gracefulbackup.spi.lease.LeaseStep;
import org.jspecify.annotations.Nullable;

/**
 * A statement that its sender has given up, and that may still reach the database.
 *
 * @param step the step, if it is one
 * @param backup the backup, if the statement publishes one
 */
record LateArrival(
        String sender, @Nullable LeaseStep step, @Nullable Backup backup) {}
