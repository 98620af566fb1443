package io.gracefulbackup;

/**
 * Work on the application's state with a result: a change for {@link GracefulShutdown#write}, or a look at it for
 * {@link GracefulShutdown#read}.
 *
 * @param <T> the type of the result
 * @param <X> the type of exception that the action may throw
 */
@FunctionalInterface
public interface StateAction<T, X extends Exception> {
    /** Runs the action. */
    T run() throws X;

    /**
     * Work on the application's state without a result.
     *
     * @param <X> the type of exception that the action may throw
     */
    @FunctionalInterface
    interface WithoutResult<X extends Exception> {
        /** Runs the action. */
        void run() throws X;
    }
}
