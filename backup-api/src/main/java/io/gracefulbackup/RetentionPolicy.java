package io.gracefulbackup;

import java.util.OptionalLong;

/** How many complete backups of an application a sink keeps. The newest intact backup always stays. */
public sealed interface RetentionPolicy {

    /** Keeps the newest {@code count} backups. */
    static KeepLast keepLast(int count) {
        return new KeepLast(count, OptionalLong.empty());
    }

    /** Deletes nothing. */
    static RetentionPolicy keepAll() {
        return new KeepAll();
    }

    /**
     * Keeps the newest backups; see {@link #keepLast(int)}.
     *
     * @param count at least 1
     * @param maxBytes the limit of sealed bytes of all kept backups; the newest backup stays even if it is larger
     */
    record KeepLast(int count, OptionalLong maxBytes) implements RetentionPolicy {
        /** Validates the limits. */
        public KeepLast {
            if (count < 1) {
                throw new IllegalArgumentException(
                        "keepLast(" + count + ") would keep nothing; at least 1 backup must be kept");
            }
            if (maxBytes.isPresent() && maxBytes.getAsLong() < 1) {
                throw new IllegalArgumentException(
                        "withinBytes(" + maxBytes.getAsLong() + ") would keep nothing; at least 1 byte is needed");
            }
        }

        /** The same policy, keeping fewer backups if they would take more than the given number of bytes together. */
        public KeepLast withinBytes(long bytes) {
            return new KeepLast(count, OptionalLong.of(bytes));
        }
    }

    /** Deletes nothing; see {@link #keepAll()}. */
    record KeepAll() implements RetentionPolicy {}
}
