package io.gracefulbackup.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.lang.management.ManagementFactory;

/** Asserts upper bounds of durations. A bound that is exceeded on an overloaded machine skips the test instead. */
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
