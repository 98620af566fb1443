package io.gracefulbackup;

import java.util.Comparator;

/**
 * The place of a backup in the order of an application's backups. The newest backup is the one with the highest epoch and,
 * within that epoch, the highest sequence; clocks play no part in it.
 *
 * <p>The backup after a normal restore has the same epoch and the next sequence. An explicit choice of an older backup, or a
 * fallback past a damaged one, opens a new epoch above every epoch that was seen, so the choice outranks the backups that it
 * went past. Two backups of different instances can have the same version; {@link BackupHeader#OLDEST_FIRST} orders those.
 *
 * @param epoch the leading half; grows with every explicit choice of an older backup
 * @param sequence the trailing half; grows with every backup
 */
public record BackupVersion(long epoch, long sequence) implements Comparable<BackupVersion> {
    /** The highest epoch, and the highest sequence, that a backup can have: 2^53 - 1. A higher one is taken for damage. */
    public static final long HIGHEST = (1L << 53) - 1;

    private static final Comparator<BackupVersion> ORDER =
            Comparator.comparingLong(BackupVersion::epoch).thenComparingLong(BackupVersion::sequence);

    /** Orders by epoch, then by sequence, older versions first. Consistent with {@code equals}. */
    @Override
    public int compareTo(BackupVersion other) {
        return ORDER.compare(this, other);
    }

    /** Whether this version is newer than the other one; false if they are equal. */
    public boolean isNewerThan(BackupVersion other) {
        return compareTo(other) > 0;
    }

    /** The text for people, such as {@code epoch 2, sequence 17}. */
    @Override
    public String toString() {
        return "epoch " + epoch + ", sequence " + sequence;
    }
}
