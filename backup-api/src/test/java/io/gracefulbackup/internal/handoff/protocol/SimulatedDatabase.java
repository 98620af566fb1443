package io.gracefulbackup.internal.handoff.protocol;

import io.gracefulbackup.BackupId;
import io.gracefulbackup.spi.lease.LeaseResult;
import io.gracefulbackup.spi.lease.LeaseRow;
import io.gracefulbackup.spi.lease.LeaseStep;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The row of the lease and the backups, with a clock of their own. */
final class SimulatedDatabase {

    /** A guarantee that the database does not give, to see that the protocol depends on it. */
    enum Flaw {
        NO_FENCE,
        NO_VERSIONS,
        NO_FINAL_BACKUP_NEEDED
    }

    /** A backup; the content is a set of changes, one bit each. */
    record Backup(
            BackupId id,
            long epoch,
            long sequence,
            String holder,
            boolean isFork,
            long content,
            List<BackupId> lineage) {}

    /** What the database holds. */
    record Contents(@Nullable LeaseRow row, long expiresAt, List<Backup> backups) {
        Optional<Backup> find(@Nullable BackupId id) {
            return backups.stream().filter(b -> b.id().equals(id)).findFirst();
        }

        Optional<Backup> published(BackupId id) {
            return find(id).filter(backup -> !backup.isFork());
        }

        Optional<Backup> newest() {
            return backups.stream().max(Comparator.comparingLong(Backup::epoch).thenComparingLong(Backup::sequence));
        }

        long highestEpoch() {
            return backups.stream().mapToLong(Backup::epoch).max().orElse(0);
        }
    }

    private final Set<Flaw> flaws;
    private final Duration term;
    private final List<Contents> history = new ArrayList<>();
    private Contents contents = new Contents(null, 0, List.of());
    private boolean isUp = true;
    private long clockSkew;

    SimulatedDatabase(Set<Flaw> flaws, Duration term) {
        this.flaws = flaws;
        this.term = term;
    }

    Contents contents() {
        return contents;
    }

    boolean isUp() {
        return isUp;
    }

    void setUp(boolean up) {
        isUp = up;
    }

    void setClockBy(long millis) {
        clockSkew += millis;
    }

    /** Returns how long the lease is still valid by the clock of the database; negative if it has expired. */
    long millisToExpiry(long time) {
        return contents.expiresAt() - time - clockSkew;
    }

    /** Remembers the contents, as a base backup of the database does. */
    void remember() {
        if (history.isEmpty() || !history.get(history.size() - 1).equals(contents)) {
            history.add(contents);
        }
    }

    boolean canBeRestored() {
        return isUp && history.size() > 1;
    }

    /** Goes some way back, which depends on {@code seed} only, so that a search stays reproducible. */
    void restore(long seed) {
        int back = 1 + (int) (seed % Math.min(6, history.size() - 1));
        contents = history.get(history.size() - 1 - back);
    }

    /** Executes a step as one atomic statement. */
    LeaseResult execute(String instance, LeaseStep sent, long time) {
        LeaseRow row = contents.row();
        LeaseStep step = flaws.contains(Flaw.NO_VERSIONS) && row != null ? forAnyVersion(sent, row) : sent;
        LeaseRow current = row == null ? null : withExpired(row, millisToExpiry(time) <= 0);
        LeaseResult result = lacksFinalBackup(step) ? LeaseResult.refused(current) : step.applyTo(current, instance);
        if (result.done()) {
            long expiresAt = beginsTerm(step) ? time + clockSkew + term.toMillis() : contents.expiresAt();
            contents = new Contents(result.row().orElse(null), expiresAt, contents.backups());
        }
        return result;
    }

    private boolean lacksFinalBackup(LeaseStep step) {
        return step instanceof LeaseStep.Release release
                && !flaws.contains(Flaw.NO_FINAL_BACKUP_NEEDED)
                && release.finalId() != null
                && contents.published(release.finalId()).isEmpty();
    }

    private static boolean beginsTerm(LeaseStep step) {
        return step instanceof LeaseStep.Renew
                || step instanceof LeaseStep.Acquire
                || step instanceof LeaseStep.Activate
                || step instanceof LeaseStep.Release;
    }

    private static LeaseStep forAnyVersion(LeaseStep step, LeaseRow row) {
        if (step instanceof LeaseStep.Release release) {
            return new LeaseStep.Release(row.version(), release.finalId(), release.offer());
        }
        return step instanceof LeaseStep.Acquire acquire
                ? new LeaseStep.Acquire(row.version(), acquire.seenEpoch(), acquire.site())
                : step;
    }

    static LeaseRow withExpired(LeaseRow row, boolean expired) {
        return row.toBuilder().expired(expired).build();
    }

    /** Checks the fence and stores the backup, in one transaction. Returns it as it is stored. */
    Backup publish(Backup sealed) {
        LeaseRow row = contents.row();
        boolean isFork =
                !flaws.contains(Flaw.NO_FENCE) && (row == null || !row.isHeldBy(sealed.holder(), sealed.epoch()));
        Backup stored = new Backup(
                sealed.id(),
                sealed.epoch(),
                sealed.sequence(),
                sealed.holder(),
                isFork,
                sealed.content(),
                sealed.lineage());
        List<Backup> all = new ArrayList<>(contents.backups());
        all.add(stored);
        contents = new Contents(row, contents.expiresAt(), List.copyOf(all));
        return stored;
    }

    @Override
    public String toString() {
        return contents + (isUp ? "" : " (down)");
    }
}
