package io.gracefulbackup.examples.registry;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.gracefulbackup.BackupException;
import io.gracefulbackup.BackupReport;
import io.gracefulbackup.BackupStatus;
import io.gracefulbackup.Deadline;
import io.gracefulbackup.NotAcknowledgedException;
import io.gracefulbackup.examples.registry.PropertyRegistry.PropertyRecord;
import io.gracefulbackup.examples.registry.RegistryException.ConflictException;
import io.gracefulbackup.examples.registry.RegistryException.UnknownPropertyException;
import io.gracefulbackup.examples.registry.RequestFields.InvalidFieldsException;
import io.gracefulbackup.examples.registry.RequestFields.MalformedBodyException;
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

/**
 * The HTTP interface. Every change goes through {@link BackupHandle#write}, so a successful response means that the
 * final backup will contain the change.
 */
final class Api {
    private static final Logger LOG = LoggerFactory.getLogger(Api.class);
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final int MAX_BODY_BYTES = 16 * 1024;
    private static final long MAX_DISCARDED_BYTES = 1024 * 1024;
    private static final Duration IDLE_TIMEOUT_AT_STOP = Duration.ofMillis(50);
    private static final long MAX_VALUE = 1_000_000_000_000_000L;

    private final PropertyRegistry registry;
    private final BackupHandle backup;
    private final @Nullable String adminPassword;

    /**
     * Creates the interface.
     *
     * @param adminPassword the password for {@code /admin}, or null to refuse all requests there
     */
    Api(PropertyRegistry registry, BackupHandle backup, @Nullable String adminPassword) {
        this.registry = registry;
        this.backup = backup;
        this.adminPassword = adminPassword;
    }

    /** Creates a server with all routes; it is not started yet. */
    Javalin server() {
        return Javalin.create(this::configure);
    }

    /**
     * Stops a server and waits for requests in progress, until the deadline at most. Idle connections are closed
     * without waiting.
     */
    static void stop(Javalin server, Deadline deadline) {
        Server jetty = server.jettyServer().server();
        for (Connector connector : jetty.getConnectors()) {
            if (connector instanceof ServerConnector serverConnector) {
                serverConnector.setShutdownIdleTimeout(IDLE_TIMEOUT_AT_STOP.toMillis());
            }
        }
        jetty.setStopTimeout(deadline.remaining().toMillis());
        server.stop();
    }

    private void configure(JavalinConfig config) {
        config.startup.showJavalinBanner = false;
        config.jsonMapper(new JavalinJackson3(JSON, false));
        config.http.prefer405over404 = true;
        addRoutes(config.routes);
        addErrorHandlers(config.routes);
    }

    private void addRoutes(RoutesConfig routes) {
        routes.get("/healthz", context -> context.json(Map.of("status", "up")));
        routes.get("/api/status", context -> context.json(status()));
        routes.get("/api/blocks", context -> context.json(backup.read(registry::blocks)));
        routes.post("/api/properties", this::register);
        routes.get("/api/properties/{key}", this::show);
        routes.post("/api/properties/{key}/transfer", this::transfer);
        routes.post("/admin/manual-backup", this::backUp);
    }

    private static void addErrorHandlers(RoutesConfig routes) {
        routes.exception(
                InvalidFieldsException.class,
                (e, context) -> context.status(HttpStatus.BAD_REQUEST).json(Map.of("errors", e.errors())));
        routes.exception(MalformedBodyException.class, (e, context) -> sendError(context, HttpStatus.BAD_REQUEST, e));
        routes.exception(UnknownPropertyException.class, (e, context) -> sendError(context, HttpStatus.NOT_FOUND, e));
        routes.exception(ConflictException.class, (e, context) -> sendError(context, HttpStatus.CONFLICT, e));
        // The final backup may not contain the change, or another instance has the state: ask the client to try again.
        routes.exception(NotAcknowledgedException.class, (e, context) -> {
            context.header("Retry-After", "1");
            sendError(context, HttpStatus.SERVICE_UNAVAILABLE, e);
        });
        // Its message is for the operator: it may name hosts, users and paths.
        routes.exception(BackupException.class, (e, context) -> {
            LOG.error("{} {} failed", context.method(), context.path(), e);
            context.status(HttpStatus.SERVICE_UNAVAILABLE).json(Map.of("error", "Not possible now; see the log"));
        });
        routes.exception(
                HttpResponseException.class,
                (e, context) -> sendError(context, HttpStatus.forStatus(e.getStatus()), e));
        routes.exception(Exception.class, (e, context) -> {
            LOG.error("{} {} failed", context.method(), context.path(), e);
            context.status(HttpStatus.INTERNAL_SERVER_ERROR).json(Map.of("error", "Internal error; see the log"));
        });
    }

    /**
     * The status, which is served to everybody in every state, and therefore has no causes of failures. It describes
     * the memory of this instance, which is authoritative only while the instance is {@code ACTIVE}.
     */
    private StatusView status() {
        BackupStatus status = backup.status();
        List<Block> blocks = registry.blocks();
        return new StatusView(
                status.state().name(),
                status.detail(),
                status.epoch(),
                blocks.size(),
                registry.propertyCount(),
                Blockchain.verify(blocks).isEmpty(),
                BackupView.RestoredView.of(status.restore()),
                status.lastBackup().map(BackupView.PublicView::of).orElse(null));
    }

    private void register(Context context) throws IOException {
        RequestFields fields = fields(context);
        String owner = fields.text("owner", 200);
        Identity identity = identity(fields);
        String survey = fields.text("survey", 100);
        String address = fields.text("address", 500);
        long value = fields.number("value", 0, MAX_VALUE);
        fields.check();
        Block block = backup.write(() -> registry.register(owner, identity, survey, address, value));
        context.status(HttpStatus.CREATED).json(new ChangeView(block.deed().propertyKey(), block));
    }

    private void transfer(Context context) throws IOException {
        RequestFields fields = fields(context);
        String newOwner = fields.text("newOwner", 200);
        Identity identity = identity(fields);
        fields.check();
        String key = context.pathParam("key");
        Block block = backup.write(() -> registry.transfer(key, newOwner, identity));
        context.json(new ChangeView(key, block));
    }

    private void show(Context context) {
        String key = context.pathParam("key");
        PropertyRecord propertyRecord = backup.read(() -> registry.property(key));
        Property property = propertyRecord.property();
        context.json(new PropertyView(
                key,
                property.owner(),
                property.customerKey(),
                property.survey(),
                property.address(),
                property.value(),
                propertyRecord.history()));
    }

    private void backUp(Context context) {
        if (adminPassword == null) {
            throw new ServiceUnavailableResponse("ADMIN_PASSWORD is not set");
        }
        String given = context.header("X-Admin-Password");
        if (given == null || !MessageDigest.isEqual(given.getBytes(UTF_8), adminPassword.getBytes(UTF_8))) {
            throw new UnauthorizedResponse("The header X-Admin-Password must hold the value of ADMIN_PASSWORD");
        }
        try {
            BackupReport report = backup.backupNow("Manual backup");
            context.status(report.isStored() ? HttpStatus.OK : HttpStatus.INTERNAL_SERVER_ERROR)
                    .json(BackupView.of(report));
        } catch (BackupException e) {
            sendError(context, HttpStatus.SERVICE_UNAVAILABLE, e); // with its cause: this is the operator
        }
    }

    private static Identity identity(RequestFields fields) {
        return new Identity(
                fields.text("aadhar", Identity.AADHAR, "must be 12 digits"),
                fields.text("pan", Identity.PAN, "must be 5 capital letters, 4 digits and a capital letter"));
    }

    private static RequestFields fields(Context context) throws IOException {
        InputStream in = context.bodyInputStream();
        byte[] body = in.readNBytes(MAX_BODY_BYTES + 1);
        if (body.length > MAX_BODY_BYTES) {
            // Read a little more: a client that is still sending when the connection closes never sees the response.
            in.skip(MAX_DISCARDED_BYTES);
            throw new ContentTooLargeResponse("The body may have at most " + MAX_BODY_BYTES + " bytes");
        }
        return RequestFields.parse(body);
    }

    private static void sendError(Context context, HttpStatus status, Exception e) {
        context.status(status).json(Map.of("error", String.valueOf(e.getMessage())));
    }

    private record StatusView(
            String state,
            String detail,
            long epoch,
            int blocks,
            int properties,
            boolean chainValid,
            BackupView.@Nullable RestoredView restored,
            BackupView.@Nullable PublicView lastBackup) {}

    private record ChangeView(String propertyKey, Block block) {}

    private record PropertyView(
            String propertyKey,
            String owner,
            String customerKey,
            String survey,
            String address,
            long value,
            List<Block> history) {}
}
