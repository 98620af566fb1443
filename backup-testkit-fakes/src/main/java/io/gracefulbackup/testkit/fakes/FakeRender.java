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
 * Render's API with one service, on the loopback interface: its environment variables, and how long it may take to shut
 * down. What is written shows in {@link #variables()}; replacing the whole collection does what it says, so that a client
 * which does so by mistake is found out. As with Render, nothing is deployed by a write.
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

    /** Starts one whose service has no variables. */
    public static FakeRender start() {
        return new FakeRender();
    }

    /** What {@code Ratelimit-Reset} counts: Render's answers are not of one mind. */
    public enum ResetStyle {
        /** The seconds that are left. */
        SECONDS_LEFT,
        /** The second when it ends, since 1970. */
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

    /** Sets a variable without a request, as its owner may do on Render's page. */
    public FakeRender variable(String name, String value) {
        variables.put(name, value);
        return this;
    }

    /** The seconds from SIGTERM to SIGKILL; 30 at first. */
    public FakeRender maxShutdownDelay(Duration delay) {
        service.maxShutdownDelay(delay);
        return this;
    }

    /** Lets a fault happen to the next so many of these calls; of any, if none is named. */
    public FakeRender next(int times, Fault fault, RenderCall... calls) {
        faults.next(times, fault, List.of(calls));
        return this;
    }

    /** Lets a fault happen to all of these calls; to any, if none is named. A later one replaces an earlier one. */
    public FakeRender always(Fault fault, RenderCall... calls) {
        faults.always(fault, List.of(calls));
        return this;
    }

    /** More requests than that in each span of time are refused with 429. */
    public FakeRender rateLimit(int requests, Duration time, ResetStyle style) {
        service.resetStyle(style);
        rateLimits.set(RenderService.QUOTA, requests, time);
        return this;
    }

    /** Ends all faults and limits. */
    public FakeRender heal() {
        faults.clear();
        rateLimits.clear();
        return this;
    }

    /** All requests so far; each from the moment its headers have arrived. */
    public List<ReceivedRequest> requests() {
        return List.copyOf(received);
    }

    /** Stops the server and ends what hangs in it. */
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
