package io.gracefulbackup.internal.run;

import io.gracefulbackup.Deadline;
import java.util.Optional;

/** The first step of a backup run, which depends on its trigger: brings the state to rest and settles whether to save it. */
@FunctionalInterface
interface Preparation {
    /**
     * Prepares the snapshot.
     *
     * @return the permit to save, or empty if this instance has nothing to save
     */
    Optional<SavePermit> prepare(Deadline deadline) throws InterruptedException;
}
