package io.gracefulbackup.it.hosts;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.gracefulbackup.BackupStatus;
import io.gracefulbackup.GracefulShutdown;
import io.gracefulbackup.NotAcknowledgedException;
import io.gracefulbackup.RestoreReport;
import io.gracefulbackup.StateSource;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Implements the part of the property registry's HTTP API that a deploy needs. Listens on {@code PORT}. Options: {@code version=n}
 * sets the version of the section, {@code saving=ms} and {@code restoring=ms} delay writing and reading, {@code seeding=ms} adds two
 * entries to an empty state with that time between them, {@code healthy=false} makes the health check fail.
 */
public final class ChainHost implements StateSource {
    private static final Pattern SURVEY = Pattern.compile("\"survey\":\"([^\"]+)\"");
    private static final String BEFORE_THE_FIRST = "0".repeat(64);

    private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
    private Set<String> surveys = new LinkedHashSet<>();
    private final Options options;
    private final GracefulShutdown backup;

    private ChainHost(Options options) {
        this.options = options;
        backup = GracefulShutdown.builder()
                .source(this)
                .snapshotUnder(lock.readLock())
                .handoff(handoff -> handoff.onActive(this::seed)
                        .onActive(how -> HostSupport.print("NOW ACTIVE " + how.outcome()))
                        .onRetire(() -> HostSupport.print("NOW RETIRED")))
                .install();
        HostSupport.print("INSTALLED " + backup.status().detail());
    }

    /** Runs it. */
    public static void main(String[] args) throws IOException {
        Options options = new Options(args);
        ChainHost host = new ChainHost(options);
        int port = Integer.parseInt(System.getenv("PORT"));
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 50);
        server.setExecutor(Executors.newCachedThreadPool());
        boolean healthy = Boolean.parseBoolean(options.text("healthy", "true"));
        server.createContext("/healthz", exchange -> answer(exchange, healthy ? 200 : 500, "{}"));
        server.createContext("/api/status", exchange -> answer(exchange, 200, host.status()));
        server.createContext("/api/blocks", exchange -> guarded(exchange, () -> host.backup.read(host::blocks), 200));
        server.createContext("/api/properties", host::register);
        server.start();
    }

    private void register(HttpExchange exchange) throws IOException {
        Matcher survey = SURVEY.matcher(new String(exchange.getRequestBody().readAllBytes(), UTF_8));
        if (!survey.find()) {
            answer(exchange, 400, "{}");
            return;
        }
        guarded(exchange, () -> backup.write(() -> add(survey.group(1))) ? "{}" : "", 201);
    }

    private void seed(RestoreReport how) {
        long pause = options.number("seeding", 0);
        if (pause > 0 && how.outcome() == RestoreReport.Outcome.EMPTY) {
            add("seed-1");
            HostSupport.print("SEEDING");
            HostSupport.pause(pause);
            add("seed-2");
            HostSupport.print("SEEDED");
        }
    }

    private boolean add(String survey) {
        lock.writeLock().lock();
        try {
            return surveys.add(survey);
        } finally {
            lock.writeLock().unlock();
        }
    }

    private String status() {
        BackupStatus status = backup.status();
        return "{\"detail\":\"%s\",\"epoch\":%d,\"chainValid\":true}".formatted(status.detail(), status.epoch());
    }

    private String blocks() {
        List<String> blocks = new ArrayList<>();
        lock.readLock().lock();
        try {
            String previous = BEFORE_THE_FIRST;
            for (String survey : surveys) {
                String hash = hash(previous, survey);
                blocks.add("{\"index\":%d,\"previousHash\":\"%s\",\"deed\":{\"survey\":\"%s\"},\"hash\":\"%s\"}"
                        .formatted(blocks.size(), previous, survey, hash));
                previous = hash;
            }
        } finally {
            lock.readLock().unlock();
        }
        return "[" + String.join(",", blocks) + "]";
    }

    @Override
    public String name() {
        return "chain";
    }

    @Override
    public int version() {
        return (int) options.number("version", 1);
    }

    @Override
    public void writeTo(OutputStream out) throws IOException {
        HostSupport.print("SAVING");
        HostSupport.pause(options.number("saving", 0));
        for (String survey : surveys) {
            out.write((survey + "\n").getBytes(UTF_8));
        }
    }

    @Override
    public void readFrom(InputStream in, int version) {
        HostSupport.print("RESTORING");
        HostSupport.pause(options.number("restoring", 0));
        Set<String> read = new LinkedHashSet<>(
                new BufferedReader(new InputStreamReader(in, UTF_8)).lines().toList());
        replace(read);
    }

    @Override
    public void startEmpty() {
        replace(new LinkedHashSet<>());
    }

    private void replace(Set<String> other) {
        lock.writeLock().lock();
        try {
            surveys = other;
        } finally {
            lock.writeLock().unlock();
        }
    }

    @FunctionalInterface
    private interface Body {
        String get();
    }

    /** An empty body means that the change exists already. */
    private static void guarded(HttpExchange exchange, Body body, int code) throws IOException {
        try {
            String text = body.get();
            answer(exchange, text.isEmpty() ? 409 : code, text);
        } catch (NotAcknowledgedException e) {
            exchange.getResponseHeaders().add("Retry-After", "1");
            answer(exchange, 503, "{}");
        }
    }

    private static void answer(HttpExchange exchange, int code, String text) throws IOException {
        try (exchange) {
            byte[] bytes = text.getBytes(UTF_8);
            exchange.getResponseHeaders().add("Content-Type", "application/json");
            exchange.sendResponseHeaders(code, bytes.length == 0 ? -1 : bytes.length);
            exchange.getResponseBody().write(bytes);
        }
    }

    private static String hash(String previous, String survey) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            return HexFormat.of().formatHex(digest.digest((previous + survey).getBytes(UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
