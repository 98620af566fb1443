package io.gracefulbackup.internal.install;

import io.gracefulbackup.internal.restore.SinkRepair;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** The repair of sinks in the background, which the exit and a handoff end. */
final class Repairs {
    private @Nullable SinkRepair underWay;

    /** Notes that a repair starts, unless the condition does not hold any more. */
    synchronized boolean start(SinkRepair repair, BooleanSupplier isAllowed) {
        if (!isAllowed.getAsBoolean()) {
            return false;
        }
        underWay = repair;
        return true;
    }

    /** Ends the repair: from here on the sinks belong to somebody else. */
    synchronized void stop() {
        if (underWay != null) {
            underWay.stop();
        }
    }
}
