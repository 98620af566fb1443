package io.gracefulbackup;

/**
 * Why the process ends, as far as it can be detected. For messages and reports only: no behaviour depends on it.
 */
public enum ShutdownReason {
    /** Signal 15: the platform stops the service. */
    SIGTERM("Received shutdown signal (15)"),
    /** Signal 2: Ctrl+C. */
    SIGINT("Received shutdown signal (2)"),
    /** Signal 1: the terminal was closed. */
    SIGHUP("Received shutdown signal (1)"),
    /** {@code main} and all other non-daemon threads have ended, normally or by an uncaught exception. */
    END("The application has ended"),
    /** {@link GracefulShutdown#close} was called. */
    CLOSE("The application closes its backup"),
    /** {@code System.exit}, or an unknown reason. */
    EXIT("The application exits");

    private final String line;

    ShutdownReason(String line) {
        this.line = line;
    }

    /** The line that the operator reads. */
    public String line() {
        return line;
    }
}
