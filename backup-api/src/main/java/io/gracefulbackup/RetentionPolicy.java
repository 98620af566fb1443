package io.gracefulbackup;

/** How many of an application's complete backups one sink keeps. The newest intact one always stays. */
public sealed interface RetentionPolicy {

    /** Keeps the newest {@code count} backups. */
    static RetentionPolicy keepLast(int count) {
        return new KeepLast(count);
    }

    /** Deletes nothing. */
    static RetentionPolicy keepAll() {
        return new KeepAll();
    }

    /**
     * See {@link #keepLast(int)}.
     *
     * @param count at least 1
     */
    record KeepLast(int count) implements RetentionPolicy {
        /** Checks the count. */
        public KeepLast {
            if (count < 1) {
                throw new IllegalArgumentException(
                        "keepLast(" + count + ") would keep nothing; at least 1 backup must be kept");
            }
        }
    }

    /** See {@link #keepAll()}. */
    record KeepAll() implements RetentionPolicy {}
}
