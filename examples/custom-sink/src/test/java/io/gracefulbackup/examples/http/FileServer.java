package io.gracefulbackup.examples.http;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;

/** A web server on the loopback that keeps files in memory and answers as nginx does. */
final class FileServer implements AutoCloseable {
    static final String TOKEN = "a token that nobody must see";

    /** The files by path. */
    final Map<String, byte[]> files = new ConcurrentHashMap<>();

    volatile boolean flipsBits;
    volatile boolean isReadOnly;
    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "file-server");
        thread.setDaemon(true);
        return thread;
    });

    FileServer() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/backups/", this::answer);
        server.start();
    }

    /** What goes into {@code BACKUP_HTTP_URL}. */
    URI url() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/backups/");
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }

    private void answer(HttpExchange call) throws IOException {
        try (call) {
            if (!("Bearer " + TOKEN).equals(call.getRequestHeaders().getFirst("Authorization"))) {
                call.sendResponseHeaders(401, -1);
                return;
            }
            if (isReadOnly && !call.getRequestMethod().equals("GET")) {
                call.sendResponseHeaders(403, -1);
                return;
            }
            String path = call.getRequestURI().getPath();
            switch (call.getRequestMethod()) {
                case "PUT" -> put(call, path);
                case "GET" -> reply(call, path.endsWith("/") ? index(path) : files.get(path));
                case "DELETE" -> call.sendResponseHeaders(files.remove(path) == null ? 404 : 204, -1);
                case "MOVE" -> move(call, path);
                default -> call.sendResponseHeaders(405, -1);
            }
        }
    }

    /** Keeps the file only if all of it came. */
    private void put(HttpExchange call, String path) throws IOException {
        byte[] bytes = call.getRequestBody().readAllBytes();
        String length = call.getRequestHeaders().getFirst("Content-Length");
        if (length != null && bytes.length != Long.parseLong(length)) {
            throw new IOException("Only " + bytes.length + " of " + length + " bytes came");
        }
        if (flipsBits) {
            bytes[bytes.length / 2] ^= 1;
        }
        files.put(path, bytes);
        call.sendResponseHeaders(201, -1);
    }

    private void move(HttpExchange call, String path) throws IOException {
        byte[] bytes = files.remove(path);
        if (bytes != null) {
            files.put(
                    URI.create(call.getRequestHeaders().getFirst("Destination")).getPath(), bytes);
        }
        call.sendResponseHeaders(bytes == null ? 404 : 204, -1);
    }

    private byte[] index(String directory) {
        return files.entrySet().stream()
                .map(file -> "{\"name\":\"" + file.getKey().substring(directory.length())
                        + "\", \"type\":\"file\", \"mtime\":\"Wed, 14 Jan 2026 15:30:45 GMT\", \"size\":"
                        + file.getValue().length + "}")
                .collect(Collectors.joining(",\n", "[", "]"))
                .getBytes(StandardCharsets.UTF_8);
    }

    private static void reply(HttpExchange call, byte[] bytes) throws IOException {
        if (bytes == null) {
            call.sendResponseHeaders(404, -1);
            return;
        }
        call.sendResponseHeaders(200, bytes.length == 0 ? -1 : bytes.length);
        call.getResponseBody().write(bytes);
    }
}
