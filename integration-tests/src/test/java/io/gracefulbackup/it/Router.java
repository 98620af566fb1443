package io.gracefulbackup.it;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** The router of a platform: forwards each request to the instance that currently receives the traffic. */
final class Router implements AutoCloseable {
    /** The header that names the instance which answered. */
    static final String SERVED_BY = "Served-By";

    /** Longer than a standby waits for the state; shorter than the replacement of a suspended instance takes. */
    private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(8);

    static {
        // Otherwise every answer is delayed by 40 ms (Nagle's algorithm).
        System.setProperty("sun.net.httpserver.nodelay", "true");
    }

    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(2))
            .build();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final HttpServer server;
    private volatile int target;

    Router() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 50);
        server.setExecutor(threads);
        server.createContext("/", this::forward);
        server.start();
    }

    URI uri() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    /** Routes the traffic to the instance at this port. */
    void switchTo(int port) {
        target = port;
    }

    private void forward(HttpExchange exchange) throws IOException {
        int port = target;
        byte[] body = exchange.getRequestBody().readAllBytes();
        if (port == 0) {
            try (exchange) {
                answer(exchange, 502, new byte[0]);
            }
            return;
        }
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + exchange.getRequestURI()))
                .timeout(ANSWER_TIMEOUT)
                .method(
                        exchange.getRequestMethod(),
                        body.length == 0 ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(body))
                .build();
        try (exchange) {
            exchange.getResponseHeaders().add(SERVED_BY, String.valueOf(port));
            try {
                HttpResponse<byte[]> response = client.send(request, BodyHandlers.ofByteArray());
                answer(exchange, response.statusCode(), response.body());
            } catch (IOException e) {
                answer(exchange, 502, new byte[0]);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static void answer(HttpExchange exchange, int code, byte[] body) throws IOException {
        exchange.sendResponseHeaders(code, body.length == 0 ? -1 : body.length);
        exchange.getResponseBody().write(body);
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
