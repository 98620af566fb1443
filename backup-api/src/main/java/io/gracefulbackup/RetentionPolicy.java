package io.gracefulbackup;

import java.util.OptionalLong;

/** How many of an application's complete backups one sink keeps. The newest intact one always stays. */
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
     * See {@link #keepLast(int)}.
     *
     * @param count at least 1
     * @param maxBytes the most sealed bytes that may stay; the newest backup stays even if it alone is larger
     */
    record KeepLast(int count, OptionalLong maxBytes) implements RetentionPolicy {
        /** Checks the bounds. */
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

        /** Keeps fewer if they take more than that many bytes together. */
        public KeepLast withinBytes(long bytes) {
            return new KeepLast(count, OptionalLong.of(bytes));
        }
    }

    /** See {@link #keepAll()}. */
    record KeepAll() implements RetentionPolicy {}
}
