package io.gracefulbackup.testkit.fakes;

import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A request as it arrived, before any fault.
 *
 * @param method such as {@code POST}
 * @param url the whole URL; begins with the base URL of the server that received it
 * @param headers as received; the case of names does not matter
 */
public record ReceivedRequest(String method, String url, Map<String, List<String>> headers) {
    /** Copies the headers. */
    public ReceivedRequest {
        Map<String, List<String>> copy = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        headers.forEach((name, values) -> copy.put(name, List.copyOf(values)));
        headers = Collections.unmodifiableMap(copy);
    }

    /** The first value of a header. */
    public Optional<String> header(String name) {
        return headers.getOrDefault(name, List.of()).stream().findFirst();
    }

    /** Whether the URL or a header contains a text, such as a secret that must not be sent here. */
    public boolean mentions(String text) {
        return url.contains(text)
                || headers.values().stream().flatMap(Collection::stream).anyMatch(value -> value.contains(text));
    }
}
