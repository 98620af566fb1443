package io.gracefulbackup.testkit.fakes;

import com.sun.net.httpserver.HttpExchange;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import tools.jackson.databind.JsonNode;

/**
 * A request as the handlers see it.
 *
 * @param query the decoded parameters; the last value of a repeated one
 * @param body the body, as far and as fast as a fault lets it through
 */
record Request(String method, String path, Map<String, String> query, ReceivedRequest received, InputStream body) {
    private static final int MAX_JSON = 1 << 20;

    static Request of(HttpExchange exchange, String baseUrl) {
        String rawQuery = exchange.getRequestURI().getRawQuery();
        Map<String, String> query = new LinkedHashMap<>();
        if (rawQuery != null) {
            for (String pair : rawQuery.split("&", -1)) {
                int equals = pair.indexOf('=');
                String name = equals < 0 ? pair : pair.substring(0, equals);
                query.put(decode(name), equals < 0 ? "" : decode(pair.substring(equals + 1)));
            }
        }
        String url = baseUrl + exchange.getRequestURI().getRawPath() + (rawQuery == null ? "" : "?" + rawQuery);
        return new Request(
                exchange.getRequestMethod(),
                exchange.getRequestURI().getPath(),
                query,
                new ReceivedRequest(exchange.getRequestMethod(), url, exchange.getRequestHeaders()),
                new Unclosable(exchange.getRequestBody()));
    }

    Request withBody(UnaryOperator<InputStream> change) {
        return new Request(method, path, query, received, change.apply(body));
    }

    Optional<String> header(String name) {
        return received.header(name);
    }

    Optional<String> parameter(String name) {
        return Optional.ofNullable(query.get(name));
    }

    boolean is(String method, String path) {
        return this.method.equals(method) && this.path.equals(path);
    }

    /** The part of the path after a prefix, unless it is empty. */
    Optional<String> below(String method, String prefix) {
        boolean matches = this.method.equals(method) && path.startsWith(prefix) && path.length() > prefix.length();
        return matches ? Optional.of(path.substring(prefix.length())) : Optional.empty();
    }

    /** The body as JSON; a missing node if it is not JSON. */
    JsonNode json() throws IOException {
        return Json.read(new String(body.readNBytes(MAX_JSON), StandardCharsets.UTF_8));
    }

    void drain() throws IOException {
        body.transferTo(OutputStream.nullOutputStream());
    }

    private static String decode(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }

    /** Parsers close their input, but the rest of it has to be read before the answer. */
    private static final class Unclosable extends FilterInputStream {
        Unclosable(InputStream in) {
            super(in);
        }

        @Override
        public void close() {}
    }
}
