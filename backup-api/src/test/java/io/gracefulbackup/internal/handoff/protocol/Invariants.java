package io.gracefulbackup.internal.handoff.protocol;

import io.gracefulbackup.BackupId;
import io.gracefulbackup.internal.handoff.protocol.SimulatedDatabase.Backup;
import io.gracefulbackup.internal.handoff.protocol.SimulatedDatabase.Contents;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** What must hold in every reached state. Changes are the bits of a number, so that a set of changes is a number too. */
final class Invariants {
    static final int MAX_CHANGES = 60;

    private final Supplier<String> description;
    private int changes;
    /** Every change that was ever acknowledged. */
    private long acknowledged;
    /** Every change that was acknowledged before the last clean release. */
    private long guaranteed;
    /** Whether something has happened that may cost acknowledged changes. */
    private boolean isLossAllowed;
    /** Whether the database went back to a time when it was not clear which instance goes on. */
    private boolean isDisputeAllowed;

    /**
     * Creates the invariants of one simulation.
     *
     * @param description describes the simulation and its history, for the message of a violation
     */
    Invariants(Supplier<String> description, boolean isLossAllowed) {
        this.description = description;
        this.isLossAllowed = isLossAllowed;
    }

    /**
     * Something happens that may cost acknowledged changes, but none that is in a backup.
     *
     * @param contents what the database holds: when it was restored before, it may lack the final backup of an earlier handoff,
     *     whose changes are only in the memory of the instance that went on
     */
    void allowLoss(Contents contents) {
        isLossAllowed = true;
        guaranteed &= contents.backups().stream()
                .filter(backup -> !backup.isFork())
                .mapToLong(Backup::content)
                .reduce(0, (all, more) -> all | more);
    }

    void allowDispute() {
        isDisputeAllowed = true;
        isLossAllowed = true;
        guaranteed = 0;
    }

    int changes() {
        return changes;
    }

    /** Returns the next change, which is acknowledged. */
    long acknowledgeNext() {
        long change = 1L << changes++;
        acknowledged |= change;
        return change;
    }

    void atMostOneAccepts(List<String> accepting) {
        require(accepting.size() <= 1 || isDisputeAllowed, accepting + " accept changes at the same time");
    }

    void gateOpened(SimulatedInstance instance) {
        require(!instance.host.isActivating(), instance.name() + " accepts changes while its onActive runs");
        require(hasAllSeeds(instance.memory), instance.name() + " accepts changes before it is seeded");
        require(
                contains(instance.memory, guaranteed),
                instance.name() + " accepts changes without those acknowledged before a clean handoff");
        require(
                isLossAllowed || contains(instance.memory, acknowledged),
                instance.name() + " accepts changes without acknowledged ones, though nothing serious has happened");
    }

    void saving(SimulatedInstance instance) {
        require(!instance.accepts(), "saves with an open gate");
    }

    void sealed(SimulatedInstance instance) {
        require(hasAllSeeds(instance.memory), instance.name() + " saves a state that is not seeded, or only in part");
    }

    private static boolean hasAllSeeds(long content) {
        return contains(content, SimulatedHost.SEEDS);
    }

    void published(Backup stored, Contents contents) {
        if (stored.isFork()) {
            return;
        }
        require(
                contains(stored.content(), guaranteed),
                "backup " + stored.id() + " is published without changes acknowledged before a clean handoff");
        require(
                contents.backups().stream()
                        .filter(backup -> !backup.isFork() && backup.epoch() == stored.epoch())
                        .allMatch(backup -> backup.id().equals(stored.id())
                                || (backup.holder().equals(stored.holder()) && backup.sequence() != stored.sequence())),
                "two backups have the same place in the order");
    }

    void released(SimulatedInstance holder, BackupId finalId, Contents contents) {
        Optional<Backup> last = contents.published(finalId);
        require(last.isPresent(), "released with " + finalId + ", which is not published");
        long promised = holder.acknowledged & holder.memory;
        require(contains(last.get().content(), promised), "the final backup lacks acknowledged changes");
        guaranteed |= promised;
    }

    private static boolean contains(long all, long some) {
        return (all & some) == some;
    }

    void require(boolean holds, String violation) {
        if (!holds) {
            throw new Violation(violation + "\n" + description.get());
        }
    }
}
