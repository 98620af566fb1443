package io.gracefulbackup;

/**
 * A change of the application's state, with a result.
 *
 * @param <T> the result
 * @param <X> what it may throw
 */
@FunctionalInterface
public interface WriteAction<T, X extends Exception> {
    /** Makes the change. */
    T run() throws X;

    /**
     * A change without a result.
     *
     * @param <X> what it may throw
     */
    @FunctionalInterface
    interface WithoutResult<X extends Exception> {
        /** Makes the change. */
        void run() throws X;
    }
}
