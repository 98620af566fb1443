package io.gracefulbackup.testkit.fakes;

import java.time.Duration;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadLocalRandom;

/**
 * A stand-in for Render's API with one service, on the loopback interface. It has the environment variables of that service
 * and its shutdown delay. {@link #variables()} shows what clients have written. A client that replaces the whole collection
 * removes all other variables, as with Render. A write deploys nothing.
 *
 * <p>Safe for use by several threads.
 */
public final class FakeRender implements AutoCloseable {
    private final String apiKey = "rnd_" + random();
    private final String serviceId = "srv-" + random();
    private final Map<String, String> variables = Collections.synchronizedMap(new LinkedHashMap<>());
    private final RateLimits rateLimits = new RateLimits();
    private final FaultPlan<RenderCall> faults = new FaultPlan<>(RenderCall.class);
    private final List<ReceivedRequest> received = new CopyOnWriteArrayList<>();
    private final RenderService service = new RenderService(apiKey, serviceId, variables, rateLimits);
    private final FakeServer<RenderCall> server = new FakeServer<>(service, faults, received);

    private FakeRender() {}

    /** Starts a server whose service has no variables. */
    public static FakeRender start() {
        return new FakeRender();
    }

    /** What {@code Ratelimit-Reset} counts: Render uses both. */
    public enum ResetStyle {
        /** The seconds until the reset. */
        SECONDS_LEFT,
        /** The time of the reset in seconds since 1970. */
        EPOCH_SECONDS
    }

    /** The base URL (setting {@code RENDER_API_URL}). */
    public String apiUrl() {
        return server.url() + RenderService.BASE;
    }

    /** The key that is accepted (setting {@code RENDER_API_KEY}). */
    public String apiKey() {
        return apiKey;
    }

    /** The id of the one service (setting {@code RENDER_SERVICE_ID}). */
    public String serviceId() {
        return serviceId;
    }

    /** The service's variables. */
    public Map<String, String> variables() {
        synchronized (variables) {
            return Collections.unmodifiableMap(new LinkedHashMap<>(variables));
        }
    }

    /** Sets a variable without a request, as its owner can on Render's website. */
    public FakeRender variable(String name, String value) {
        variables.put(name, value);
        return this;
    }

    /** Sets the time between SIGTERM and SIGKILL; 30 s by default. */
    public FakeRender maxShutdownDelay(Duration delay) {
        service.maxShutdownDelay(delay);
        return this;
    }

    /**
     * Adds a fault to the next calls.
     *
     * @param times how many calls it affects
     * @param fault what goes wrong
     * @param calls the kinds of calls; all kinds if none is named
     * @return this server
     */
    public FakeRender next(int times, Fault fault, RenderCall... calls) {
        faults.next(times, fault, List.of(calls));
        return this;
    }

    /**
     * Adds a fault to all calls, until {@link #heal}. A later one takes precedence.
     *
     * @param fault what goes wrong
     * @param calls the kinds of calls; all kinds if none is named
     * @return this server
     */
    public FakeRender always(Fault fault, RenderCall... calls) {
        faults.always(fault, List.of(calls));
        return this;
    }

    /**
     * Limits the rate of requests; the others are answered with 429.
     *
     * @param requests how many requests are answered in each span of time
     * @param time the span
     * @param style how the answer names the end of the span
     * @return this server
     */
    public FakeRender rateLimit(int requests, Duration time, ResetStyle style) {
        service.resetStyle(style);
        rateLimits.set(RenderService.QUOTA, requests, time);
        return this;
    }

    /** Removes all faults and limits. */
    public FakeRender heal() {
        faults.clear();
        rateLimits.clear();
        return this;
    }

    /** The requests so far. A request is in the list as soon as its headers have arrived. */
    public List<ReceivedRequest> requests() {
        return List.copyOf(received);
    }

    /** Stops the server. Requests that wait for a fault end. */
    @Override
    public void close() {
        server.close();
    }

    private static String random() {
        byte[] bytes = new byte[10];
        ThreadLocalRandom.current().nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }
}
