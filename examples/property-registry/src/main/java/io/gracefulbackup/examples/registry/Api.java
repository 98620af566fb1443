package io.gracefulbackup.examples.registry;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.gracefulbackup.BackupException;
import io.gracefulbackup.BackupReport;
import io.gracefulbackup.BackupStatus;
import io.gracefulbackup.Deadline;
import io.gracefulbackup.NotAcknowledgedException;
import io.gracefulbackup.examples.registry.PropertyRegistry.PropertyRecord;
import io.javalin.Javalin;
import io.javalin.config.JavalinConfig;
import io.javalin.config.RoutesConfig;
import io.javalin.http.ContentTooLargeResponse;
import io.javalin.http.Context;
import io.javalin.http.HttpResponseException;
import io.javalin.http.HttpStatus;
import io.javalin.http.ServiceUnavailableResponse;
import io.javalin.http.UnauthorizedResponse;
import io.javalin.json.JavalinJackson3;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.json.JsonMapper;

/** The HTTP side. Every change goes through the write gate: a 201 means that the final backup will have it. */
final class Api {
    private static final Logger LOG = LoggerFactory.getLogger(Api.class);
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final int LARGEST_BODY = 16 * 1024;
    private static final long READ_AWAY = 1024 * 1024;
    private static final Duration IDLE_AT_STOP = Duration.ofMillis(50);
    private static final long HIGHEST_VALUE = 1_000_000_000_000_000L;

    private final PropertyRegistry registry;
    private final Backups backups;
    private final @Nullable String adminPassword;

    /**
     * Builds it.
     *
     * @param adminPassword what {@code /admin} asks for, or null: it refuses everybody
     */
    Api(PropertyRegistry registry, Backups backups, @Nullable String adminPassword) {
        this.registry = registry;
        this.backups = backups;
        this.adminPassword = adminPassword;
    }

    /** A server that is not started yet. */
    Javalin server() {
        return Javalin.create(this::configure);
    }

    /**
     * Stops a server: requests in flight are answered as long as there is time, connections that only idle are not
     * waited for.
     */
    static void stop(Javalin server, Deadline deadline) {
        Server jetty = server.jettyServer().server();
        for (Connector connector : jetty.getConnectors()) {
            if (connector instanceof ServerConnector listening) {
                listening.setShutdownIdleTimeout(IDLE_AT_STOP.toMillis());
            }
        }
        jetty.setStopTimeout(deadline.remaining().toMillis());
        server.stop();
    }

    private void configure(JavalinConfig config) {
        config.startup.showJavalinBanner = false;
        config.jsonMapper(new JavalinJackson3(JSON, false));
        config.http.prefer405over404 = true;
        RoutesConfig routes = config.routes;
        routes.get("/healthz", context -> context.json(Map.of("status", "up")));
        routes.get("/api/status", context -> context.json(status()));
        routes.get("/api/blocks", context -> context.json(backups.read(registry::blocks)));
        routes.post("/api/properties", this::register);
        routes.get("/api/properties/{key}", this::show);
        routes.post("/api/properties/{key}/transfer", this::transfer);
        routes.post("/admin/manual-backup", this::backUp);

        routes.exception(
                Form.WrongFieldsException.class,
                (e, context) -> context.status(HttpStatus.BAD_REQUEST).json(Map.of("errors", e.errors())));
        routes.exception(Form.MalformedException.class, (e, context) -> fail(context, HttpStatus.BAD_REQUEST, e));
        routes.exception(
                RegistryException.UnknownProperty.class, (e, context) -> fail(context, HttpStatus.NOT_FOUND, e));
        routes.exception(RegistryException.Conflict.class, (e, context) -> fail(context, HttpStatus.CONFLICT, e));
        routes.exception(
                NotAcknowledgedException.class,
                (e, context) -> fail(context.header("Retry-After", "1"), HttpStatus.SERVICE_UNAVAILABLE, e));
        routes.exception(BackupException.class, (e, context) -> fail(context, HttpStatus.SERVICE_UNAVAILABLE, e));
        routes.exception(
                HttpResponseException.class, (e, context) -> fail(context, HttpStatus.forStatus(e.getStatus()), e));
        routes.exception(Exception.class, (e, context) -> {
            LOG.error("{} {} failed", context.method(), context.path(), e);
            context.status(HttpStatus.INTERNAL_SERVER_ERROR).json(Map.of("error", "Internal error; see the log"));
        });
    }

    /** Tells in every state what this instance has in memory; only an ACTIVE one has what counts. */
    private StatusView status() {
        BackupStatus status = backups.status();
        List<Block> blocks = registry.blocks();
        return new StatusView(
                status.state().name(),
                status.epoch(),
                blocks.size(),
                registry.propertyCount(),
                Blockchain.verify(blocks).isEmpty(),
                BackupView.Restored.of(status.restore()),
                status.last().map(BackupView::of).orElse(null));
    }

    private void register(Context context) throws IOException {
        Form form = form(context);
        String owner = form.text("owner", 200);
        Identity identity = identity(form);
        String survey = form.text("survey", 100);
        String address = form.text("address", 500);
        long value = form.number("value", 0, HIGHEST_VALUE);
        form.check();
        Block block = backups.write(() -> registry.register(owner, identity, survey, address, value));
        context.status(HttpStatus.CREATED).json(new Recorded(block.deed().propertyKey(), block));
    }

    private void transfer(Context context) throws IOException {
        Form form = form(context);
        String newOwner = form.text("newOwner", 200);
        Identity identity = identity(form);
        form.check();
        String key = context.pathParam("key");
        Block block = backups.write(() -> registry.transfer(key, newOwner, identity));
        context.json(new Recorded(key, block));
    }

    private void show(Context context) {
        String key = context.pathParam("key");
        PropertyRecord found = backups.read(() -> registry.property(key));
        Property property = found.property();
        context.json(new PropertyView(
                key,
                property.owner(),
                property.customerKey(),
                property.survey(),
                property.address(),
                property.value(),
                found.history()));
    }

    private void backUp(Context context) {
        if (adminPassword == null) {
            throw new ServiceUnavailableResponse("ADMIN_PASSWORD is not set");
        }
        String given = context.header("X-Admin-Password");
        if (given == null || !MessageDigest.isEqual(given.getBytes(UTF_8), adminPassword.getBytes(UTF_8))) {
            throw new UnauthorizedResponse("The header X-Admin-Password must hold the value of ADMIN_PASSWORD");
        }
        BackupReport report = backups.backupNow("Manual backup");
        context.status(report.isStored() ? HttpStatus.OK : HttpStatus.INTERNAL_SERVER_ERROR)
                .json(BackupView.of(report));
    }

    private static Identity identity(Form form) {
        return new Identity(
                form.text("aadhar", Identity.AADHAR, "must be 12 digits"),
                form.text("pan", Identity.PAN, "must be 5 capital letters, 4 digits and a capital letter"));
    }

    private static Form form(Context context) throws IOException {
        InputStream in = context.bodyInputStream();
        byte[] body = in.readNBytes(LARGEST_BODY + 1);
        if (body.length > LARGEST_BODY) {
            // A client that is still sending when the connection closes does not get to see the answer.
            in.skip(READ_AWAY);
            throw new ContentTooLargeResponse("The body may have at most " + LARGEST_BODY + " bytes");
        }
        return Form.parse(body);
    }

    private static void fail(Context context, HttpStatus status, Exception e) {
        context.status(status).json(Map.of("error", String.valueOf(e.getMessage())));
    }

    private record StatusView(
            String state,
            long epoch,
            int blocks,
            int properties,
            boolean chainValid,
            BackupView.@Nullable Restored restored,
            @Nullable BackupView lastBackup) {}

    private record Recorded(String propertyKey, Block block) {}

    private record PropertyView(
            String propertyKey,
            String owner,
            String customerKey,
            String survey,
            String address,
            long value,
            List<Block> history) {}
}
