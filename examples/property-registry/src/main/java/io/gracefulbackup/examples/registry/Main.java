package io.gracefulbackup.examples.registry;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.gracefulbackup.BackupException;
import io.gracefulbackup.Deadline;
import io.gracefulbackup.GracefulShutdown;
import io.javalin.Javalin;
import io.javalin.util.JavalinException;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.time.Clock;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts the registry: restores the last backup, then serves HTTP. This class contains the whole integration of
 * Graceful Backup.
 */
public final class Main {
    private static final String DEFAULT_PORT = "8080";

    private static final Logger LOG = LoggerFactory.getLogger(Main.class);

    private Main() {}

    /**
     * Starts the registry. All settings come from the environment.
     *
     * @param args not used
     */
    public static void main(String[] args) {
        useUtf8Console();
        try {
            serve(System.getenv());
        } catch (BackupException | CannotStartException e) {
            System.err.println(e.getMessage());
            System.exit(1);
        }
    }

    private static void serve(Map<String, String> environment) {
        int port = port(environment.getOrDefault("PORT", DEFAULT_PORT));
        PropertyRegistry registry = new PropertyRegistry(Clock.systemUTC());
        // The drain step stops the server, but the server needs the handle that install() returns.
        AtomicReference<@Nullable Javalin> serverToDrain = new AtomicReference<>();

        GracefulShutdown.Builder builder = GracefulShutdown.builder();
        RegistrySources sources = new RegistrySources(registry);
        sources.sources().forEach(builder::source);
        GracefulShutdown backup = builder.drain("http", deadline -> stop(serverToDrain.get(), deadline))
                .snapshotUnder(registry.readLock())
                .handoff(handoff -> handoff.onActive(report -> LOG.info(
                        "Property registry has {} blocks ({})",
                        registry.blocks().size(),
                        report.outcome())))
                .install();
        try {
            sources.requireCompleteRestore();
        } catch (IllegalStateException e) {
            backup.uninstall();
            throw new CannotStartException("Cannot serve. " + e.getMessage(), e);
        }

        Javalin server = new Api(registry, BackupHandle.of(backup), adminPassword(environment)).server();
        serverToDrain.set(server);
        try {
            server.start(port);
        } catch (JavalinException e) {
            // Nothing was changed, and another instance may own the port: do not save over its backups.
            backup.uninstall();
            throw new CannotStartException("Cannot listen on PORT " + port + ": " + e.getMessage(), e);
        }
        LOG.info("Property registry listens on port {}, {}", server.port(), backup.state());
    }

    private static void stop(@Nullable Javalin server, Deadline deadline) {
        if (server != null) { // An exit during the start: HTTP is not served yet.
            Api.stop(server, deadline);
        }
    }

    /**
     * Parses the port to listen on.
     *
     * @throws CannotStartException if the text is not a port
     */
    static int port(String text) {
        try {
            int port = Integer.parseInt(text.strip());
            if (port >= 1 && port <= 65_535) {
                return port;
            }
        } catch (NumberFormatException e) {
            // Reported below, like numbers out of range.
        }
        throw new CannotStartException(
                "PORT is \"" + text + "\"; a number from 1 to 65535 is expected (default " + DEFAULT_PORT + ")", null);
    }

    private static @Nullable String adminPassword(Map<String, String> environment) {
        String password = environment.get("ADMIN_PASSWORD");
        return password == null || password.isBlank() ? null : password;
    }

    /**
     * Prints in UTF-8, whatever the locale: the operator lines contain symbols that LC_ALL=C would turn into question
     * marks.
     */
    private static void useUtf8Console() {
        System.setOut(new PrintStream(new FileOutputStream(FileDescriptor.out), true, UTF_8));
        System.setErr(new PrintStream(new FileOutputStream(FileDescriptor.err), true, UTF_8));
    }

    /** The registry cannot start. The message tells the operator why. */
    static final class CannotStartException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        CannotStartException(String message, @Nullable Throwable cause) {
            super(message, cause);
        }
    }
}
