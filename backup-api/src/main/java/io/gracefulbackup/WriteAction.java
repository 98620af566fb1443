package io.gracefulbackup;

/**
 * A change of the application's state, or a look at it, with a result.
 *
 * @param <T> the type of the result
 * @param <X> the type of exception that the action may throw
 */
@FunctionalInterface
public interface WriteAction<T, X extends Exception> {
    /** Runs the action. */
    T run() throws X;

    /**
     * A change without a result.
     *
     * @param <X> the type of exception that the action may throw
     */
    @FunctionalInterface
    interface WithoutResult<X extends Exception> {
        /** Makes the change. */
        void run() throws X;
    }
}
