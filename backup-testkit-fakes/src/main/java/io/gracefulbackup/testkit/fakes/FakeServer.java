package io.gracefulbackup.testkit.fakes;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * An HTTP server on a free port of the loopback interface. It records each request, applies its fault, and passes it to the
 * service.
 *
 * <p>The JDK's server is enough for this: it streams both bodies, and closing an exchange early closes the connection, which
 * the system turns into a reset while the client is still sending.
 */
final class FakeServer<C extends Enum<C>> implements AutoCloseable {
    private final HttpServer server;
    private final ExecutorService threads;
    private final Lifetime lifetime = new Lifetime();
    private final Service<C> service;
    private final FaultPlan<C> faults;
    private final List<ReceivedRequest> received;

    /** The service behind a server. */
    interface Service<C> {
        /** The kind of call that a request makes. */
        C call(Request request);

        /** Handles a request. The reply of a {@link ReplyException} is sent. */
        Reply handle(C call, Request request) throws IOException;
    }

    FakeServer(Service<C> service, FaultPlan<C> faults, List<ReceivedRequest> received) {
        this.service = service;
        this.faults = faults;
        this.received = received;
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException("No server can be started on the loopback interface", e);
        }
        threads = Executors.newCachedThreadPool(task -> {
            Thread thread = new Thread(task, "fake-server");
            thread.setDaemon(true);
            return thread;
        });
        server.setExecutor(threads);
        server.createContext("/", this::answer);
        server.start();
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    @Override
    public void close() {
        lifetime.end();
        server.stop(0);
        threads.shutdownNow();
        try {
            // Requests that were cut off must not write to a directory that is being deleted.
            threads.awaitTermination(5, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void answer(HttpExchange exchange) {
        try (exchange) {
            Request request = Request.of(exchange, url());
            received.add(request.received());
            C call = service.call(request);
            Fault fault = faults.take(call);
            fault.before(lifetime);
            Request faulty = request.withBody(body -> fault.request(body, lifetime));
            Reply planned = fault.instead().orElse(null);
            Reply reply = fault.reply(planned == null ? handle(call, faulty) : planned);
            faulty.drain();
            send(exchange, reply, fault);
        } catch (IOException e) {
            // A fault or the client has closed the connection; closing the exchange is the answer.
            return;
        }
    }

    private Reply handle(C call, Request request) throws IOException {
        try {
            return service.handle(call, request);
        } catch (ReplyException e) {
            return e.reply();
        } catch (RuntimeException e) {
            return Reply.text(500, "text/plain", "Internal error of the fake: " + e);
        }
    }

    private void send(HttpExchange exchange, Reply reply, Fault fault) throws IOException {
        reply.headers().forEach(exchange.getResponseHeaders()::set);
        long length = reply.body().length();
        if (exchange.getRequestMethod().equals("HEAD")) {
            exchange.getResponseHeaders().set("Content-Length", Long.toString(length));
            exchange.sendResponseHeaders(reply.status(), -1);
        } else if (length == 0) {
            exchange.sendResponseHeaders(reply.status(), -1);
        } else {
            // 0 means chunks here, not an empty body.
            exchange.sendResponseHeaders(reply.status(), reply.body().announcesLength() ? length : 0);
            // Closed only after everything is written: an early close would leave the connection open, unlike that of
            // the exchange.
            OutputStream out = exchange.getResponseBody();
            reply.body().writeTo(fault.response(out, lifetime));
            out.close();
        }
    }
}
