package io.gracefulbackup.internal.restore;

import io.gracefulbackup.internal.catalog.BackupCopies;
import io.gracefulbackup.internal.report.Finding;
import java.util.List;

/** How an application starts. */
public sealed interface Decision {
    /** What was found, and why the decision follows from it. */
    List<Finding> findings();

    /** The findings as lines. */
    default List<String> explanation() {
        return Finding.lines(findings());
    }

    /**
     * Restore the first of these backups that can be used.
     *
     * @param candidates newest first; at least one
     * @param newEpoch whether an older state is chosen, so that the next backup needs an epoch above all others
     * @param mayFallBack whether an older backup may be restored if this one is damaged
     */
    record Restore(List<BackupCopies> candidates, boolean newEpoch, boolean mayFallBack, List<Finding> findings)
            implements Decision {
        public Restore {
            candidates = List.copyOf(candidates);
            findings = List.copyOf(findings);
        }
    }

    /**
     * Start without a state.
     *
     * @param newEpoch whether the operator chose it, so that the next backup needs an epoch above all others
     */
    record StartEmpty(boolean newEpoch, List<Finding> findings) implements Decision {
        public StartEmpty {
            findings = List.copyOf(findings);
        }
    }

    /**
     * Do not start.
     *
     * @param mayPass whether asking the sinks again may change the decision
     */
    record Refuse(String reason, boolean mayPass, List<Finding> findings) implements Decision {
        public Refuse {
            findings = List.copyOf(findings);
        }
    }
}
