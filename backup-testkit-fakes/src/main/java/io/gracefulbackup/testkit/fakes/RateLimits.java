package io.gracefulbackup.testkit.fakes;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/** Counts requests in fixed windows of time. */
final class RateLimits {
    private final Map<String, Limit> limits = new HashMap<>();
    private final Map<String, Window> windows = new HashMap<>();

    synchronized void set(String quota, int requests, Duration time) {
        limits.put(quota, new Limit(requests, time));
        windows.clear();
    }

    synchronized void clear() {
        limits.clear();
        windows.clear();
    }

    /**
     * Counts a request.
     *
     * @param quota the limit that applies
     * @param of what is counted separately, such as one CID; or empty
     * @throws ReplyException if it exceeds the limit
     */
    synchronized void count(String quota, String of) {
        Limit limit = limits.get(quota);
        if (limit == null) {
            return;
        }
        long now = System.nanoTime();
        Window window = windows.get(quota + of);
        if (window == null || now - window.beganNanos >= limit.time.toNanos()) {
            window = new Window(now);
            windows.put(quota + of, window);
        }
        window.count++;
        if (window.count > limit.requests) {
            throw new ReplyException(refusal(limit.requests, limit.time.minusNanos(now - window.beganNanos)));
        }
    }

    static Reply refusal(int limit, Duration retryAfter) {
        long seconds = Math.max(1, retryAfter.plusMillis(999).toSeconds());
        String text = "You have exceeded the rate limit";
        return Reply.json(
                        429,
                        Json.object()
                                .put("message", text)
                                .set(
                                        "error",
                                        Json.object()
                                                .put("reason", "RATE_LIMITED")
                                                .put("details", text)))
                .with("Retry-After", Long.toString(seconds))
                .with("X-RateLimit-Limit", Integer.toString(limit))
                .with("X-RateLimit-Remaining", "0")
                .with("X-RateLimit-Reset", Long.toString(Instant.now().getEpochSecond() + seconds));
    }

    private record Limit(int requests, Duration time) {}

    private static final class Window {
        private final long beganNanos;
        private int count;

        Window(long beganNanos) {
            this.beganNanos = beganNanos;
        }
    }
}
