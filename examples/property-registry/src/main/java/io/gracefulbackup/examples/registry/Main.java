package io.gracefulbackup.examples.registry;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.gracefulbackup.BackupException;
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

/** Starts the registry: the state comes back first, then HTTP is served. */
public final class Main {
    private static final String DEFAULT_PORT = "8080";

    private static final Logger LOG = LoggerFactory.getLogger(Main.class);

    private Main() {}

    /** Takes no arguments: all settings come from the environment. */
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
        AtomicReference<@Nullable Javalin> http = new AtomicReference<>();

        GracefulShutdown.Builder builder = GracefulShutdown.builder();
        new RegistrySources(registry).sources().forEach(builder::source);
        GracefulShutdown backup = builder.drain("http", deadline -> {
                    Javalin server = http.get();
                    if (server != null) {
                        Api.stop(server, deadline);
                    }
                })
                .snapshotUnder(registry.readLock())
                .handoff(handoff -> handoff.onActive(report -> LOG.info(
                        "Property registry has {} blocks ({})",
                        registry.blocks().size(),
                        report.outcome())))
                .install();

        Javalin server = new Api(registry, BackupHandle.of(backup), adminPassword(environment)).server();
        http.set(server);
        try {
            server.start(port);
        } catch (JavalinException e) {
            // Nothing has changed: a backup would only compete with the one of who listens on that port.
            backup.uninstall();
            throw new CannotStartException("PORT " + port + " cannot be listened on: " + e.getMessage(), e);
        }
        LOG.info("Property registry listens on port {}, {}", server.port(), backup.state());
    }

    static int port(String text) {
        try {
            int port = Integer.parseInt(text.strip());
            if (port >= 1 && port <= 65_535) {
                return port;
            }
        } catch (NumberFormatException e) {
            // Told below, together with numbers that are no ports.
        }
        throw new CannotStartException(
                "PORT is \"" + text + "\"; a number from 1 to 65535 is expected (default " + DEFAULT_PORT + ")", null);
    }

    private static @Nullable String adminPassword(Map<String, String> environment) {
        String password = environment.get("ADMIN_PASSWORD");
        return password == null || password.isBlank() ? null : password;
    }

    /** The console lines hold signs that a JDK under LC_ALL=C would print as question marks. */
    private static void useUtf8Console() {
        System.setOut(new PrintStream(new FileOutputStream(FileDescriptor.out), true, UTF_8));
        System.setErr(new PrintStream(new FileOutputStream(FileDescriptor.err), true, UTF_8));
    }

    /** The registry cannot start; the message says why. */
    static final class CannotStartException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        CannotStartException(String message, @Nullable Throwable cause) {
            super(message, cause);
        }
    }
}
