package io.gracefulbackup.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.lang.management.ManagementFactory;

/** Bounds of time: a machine with much else to do may be slow, which proves nothing then. */
final class TimeBounds {
    private TimeBounds() {}

    static void assertAtMost(long millis, long bound) {
        if (millis > bound) {
            var machine = ManagementFactory.getOperatingSystemMXBean();
            assumeThat(machine.getSystemLoadAverage())
                    .as("load average of %s processors", machine.getAvailableProcessors())
                    .isLessThan(2.0 * machine.getAvailableProcessors());
        }
        assertThat(millis).isLessThanOrEqualTo(bound);
    }
}
