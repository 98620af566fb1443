package io.gracefulbackup.internal.readiness;

import io.gracefulbackup.ReadinessFinding;
import io.gracefulbackup.internal.report.StatusTracker;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/** What is known to endanger the next backup. Tells the status and the listeners when it changes. Safe for use by several threads. */
final class Findings {
    private final StatusTracker status;
    private final Set<ReadinessFinding> present = new LinkedHashSet<>();

    /** What is new, and what is not found any more. */
    record Change(List<ReadinessFinding> added, List<ReadinessFinding> gone) {}

    Findings(StatusTracker status) {
        this.status = status;
    }

    /**
     * Replaces what was known about something.
     *
     * @param about which of the present findings were looked for again
     * @param now what was found
     */
    synchronized Change replace(Predicate<ReadinessFinding> about, List<ReadinessFinding> now) {
        List<ReadinessFinding> gone = present.stream()
                .filter(about)
                .filter(known -> !now.contains(known))
                .toList();
        List<ReadinessFinding> added = new ArrayList<>();
        gone.forEach(present::remove);
        for (ReadinessFinding found : now) {
            if (present.add(found)) {
                added.add(found);
            }
        }
        if (!gone.isEmpty() || !added.isEmpty()) {
            status.findings(List.copyOf(present));
        }
        return new Change(added, gone);
    }

    synchronized List<ReadinessFinding> all() {
        return List.copyOf(present);
    }
}
