package io.gracefulbackup.testkit.fakes;

import io.gracefulbackup.testkit.fakes.FakePin.Api;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;

/**
 * A stand-in for Pinata on the loopback interface: both APIs, the upload host and a gateway. APIs, upload host and gateway
 * have a port each, so that a test can see whether a credential was sent to the wrong host.
 *
 * <p>Uploads go to disk, so they may be larger than the heap. CIDs are real. Private and unpinned files are treated as Pinata
 * treats them. A file whose name has a slash becomes a folder, whose CID is not the real one. {@link #next} and
 * {@link #always} add faults; the other methods choose where Pinata's documentation leaves a choice. All methods may be
 * called at any time.
 *
 * <pre>{@code
 * try (FakePinata pinata = FakePinata.start()) {
 *     pinata.next(2, Fault.html(502), PinataCall.V3_UPLOAD);
 *     ...
 *     assertThat(pinata.pins()).hasSize(1);
 * }
 * }</pre>
 */
public final class FakePinata implements AutoCloseable {
    private final PinataSettings settings = new PinataSettings();
    private final PinataAccess access = new PinataAccess(settings);
    private final PinStore store = new PinStore(settings);
    private final FaultPlan<PinataCall> faults = new FaultPlan<>(PinataCall.class);
    private final List<ReceivedRequest> received = new CopyOnWriteArrayList<>();
    private final FakeServer<PinataCall> api;
    private final FakeServer<PinataCall> uploads;
    private final FakeServer<PinataCall> gateway;

    private FakePinata() {
        PinataService service = new PinataService(settings, access, store);
        api = new FakeServer<>(service.api(), faults, received);
        uploads = new FakeServer<>(service.uploads(), faults, received);
        gateway = new FakeServer<>(service.gateway(), faults, received);
    }

    /** Starts an empty Pinata without faults. */
    public static FakePinata start() {
        return new FakePinata();
    }

    /** Which fields answers have, and whether the gateway names the length of a whole file. */
    public enum AnswerStyle {
        /** Only those that are always present. */
        TERSE,
        /** All that may be present: {@code isDuplicate}, {@code count}, an empty {@code next_page_token} and others. */
        CHATTY
    }

    /** The form of errors. */
    public enum ErrorStyle {
        /** {@code {"error":{"reason","details"}}} or {@code {"error":{"code","message"}}}. */
        AS_DOCUMENTED,
        /** {@code {"error":"text"}}. */
        TEXT,
        /** An HTML page. */
        HTML,
        /** Only the status. */
        EMPTY
    }

    /** The order of the legacy API's list. Pinata documents none. */
    public enum ListOrder {
        /** The newest first. */
        NEWEST_FIRST,
        /** The oldest first. */
        OLDEST_FIRST,
        /** By id, which is random. */
        ARBITRARY
    }

    /** The requests that {@link #rateLimit} limits. */
    public enum Quota {
        /** Those to both APIs together; Pinata's free plan allows 60 a minute. */
        API,
        /** Those to {@code /data/*}; Pinata allows 30 a minute. */
        DATA,
        /** Those for each CID at the gateway; Pinata allows 15 a minute. */
        GATEWAY
    }

    /** The base URL of both APIs (setting {@code PINATA_API_URL}). */
    public String apiUrl() {
        return api.url();
    }

    /** The base URL of v3 uploads (setting {@code PINATA_UPLOAD_URL}). */
    public String uploadUrl() {
        return uploads.url();
    }

    /** The base URL of the gateway (setting {@code PINATA_GATEWAY}). */
    public String gatewayUrl() {
        return gateway.url();
    }

    /** The API key of the key pair, for the legacy API. */
    public String apiKey() {
        return access.apiKey;
    }

    /** The secret key of the key pair. */
    public String secretKey() {
        return access.secretKey;
    }

    /** A JWT for both APIs. */
    public String jwt() {
        return access.jwt;
    }

    /** A JWT for the legacy API only. */
    public String legacyJwt() {
        return access.legacyJwt;
    }

    /** A JWT for the v3 API only. */
    public String v3Jwt() {
        return access.v3Jwt;
    }

    /**
     * Adds a fault to the next calls.
     *
     * @param times how many calls it affects
     * @param fault what goes wrong
     * @param calls the kinds of calls; all kinds if none is named
     * @return this Pinata
     */
    public FakePinata next(int times, Fault fault, PinataCall... calls) {
        faults.next(times, fault, List.of(calls));
        return this;
    }

    /**
     * Adds a fault to all calls, until {@link #heal}. A later one takes precedence.
     *
     * @param fault what goes wrong
     * @param calls the kinds of calls; all kinds if none is named
     * @return this Pinata
     */
    public FakePinata always(Fault fault, PinataCall... calls) {
        faults.always(fault, List.of(calls));
        return this;
    }

    /** Removes all faults and limits, and restores the account and its credentials. */
    public FakePinata heal() {
        faults.clear();
        settings.rateLimits.clear();
        settings.planUsedUp = false;
        settings.revoked = false;
        settings.scopes = EnumSet.allOf(PinataScope.class);
        return this;
    }

    /** Restricts all credentials to these scopes. */
    public FakePinata scopes(PinataScope... allowed) {
        settings.scopes = allowed.length == 0 ? EnumSet.noneOf(PinataScope.class) : EnumSet.copyOf(List.of(allowed));
        return this;
    }

    /** Revokes all credentials. */
    public FakePinata revokeKeys() {
        settings.revoked = true;
        return this;
    }

    /** Refuses uploads because the plan's limit is reached. */
    public FakePinata planUsedUp() {
        settings.planUsedUp = true;
        return this;
    }

    /**
     * Limits the rate of requests; the others are answered with 429.
     *
     * @param quota which requests are counted
     * @param requests how many requests are answered in each span of time
     * @param time the span
     * @return this Pinata
     */
    public FakePinata rateLimit(Quota quota, int requests, Duration time) {
        settings.rateLimits.set(quota.name(), requests, time);
        return this;
    }

    /** Sets how later uploads are chunked; {@link PinataChunking#CLASSIC} by default. */
    public FakePinata chunking(PinataChunking chunking) {
        settings.chunking = chunking;
        return this;
    }

    /** Sets which fields answers have; {@link AnswerStyle#CHATTY} by default. */
    public FakePinata answers(AnswerStyle style) {
        settings.answers = style;
        return this;
    }

    /** Sets the form of errors; {@link ErrorStyle#AS_DOCUMENTED} by default. */
    public FakePinata errors(ErrorStyle style) {
        settings.errors = style;
        return this;
    }

    /** Sets how the legacy API sorts; {@link ListOrder#NEWEST_FIRST} by default. */
    public FakePinata order(ListOrder order) {
        settings.order = order;
        return this;
    }

    /** Sets the CID version for clients that name none; 0 by default. */
    public FakePinata defaultCidVersion(int version) {
        settings.defaultCidVersion = version;
        return this;
    }

    /** Sets whether each API also lists the uploads of the other one; false by default. */
    public FakePinata sharedCatalogue(boolean shared) {
        settings.sharedCatalogue = shared;
        return this;
    }

    /** Sets whether the v3 list has {@code pending} in place of each CID; false by default. */
    public FakePinata cidsPending(boolean pending) {
        settings.cidsPending = pending;
        return this;
    }

    /** Sets the largest file that the v3 API accepts as a form; 90 MiB by default. */
    public FakePinata largestForm(long bytes) {
        settings.largestForm = bytes;
        return this;
    }

    /** Sets how long after its upload the gateway serves a file; at once by default. */
    public FakePinata servedAfter(Duration time) {
        settings.servedAfter = time;
        return this;
    }

    /** Sets whether the gateway supports range requests; true by default. */
    public FakePinata ranges(boolean supported) {
        settings.ranges = supported;
        return this;
    }

    /** Makes the gateway a dedicated one that requires this token. */
    public FakePinata gatewayToken(String token) {
        settings.gatewayToken = token;
        return this;
    }

    /** The requests so far, to all servers. A request is in the list as soon as its headers have arrived. */
    public List<ReceivedRequest> requests() {
        return List.copyOf(received);
    }

    /** The pins, in the order of their uploads. */
    public List<FakePin> pins() {
        return store.pinned();
    }

    /**
     * Pins a file without a request, as another program would.
     *
     * @param through the API whose catalogue has the pin
     * @param name the name of the pin and of the file
     * @param keyValues its key-values
     * @param content its bytes, which are read to the end; not closed
     */
    public FakePin pin(Api through, String name, Map<String, ?> keyValues, InputStream content) throws IOException {
        Upload upload = store.spool(content).named(name, "application/octet-stream");
        return store.add(through, upload, 1, name, Map.copyOf(keyValues), true, Map.of())
                .pin();
    }

    /**
     * The bytes behind a CID. The caller closes the stream.
     *
     * @throws NoSuchElementException if nothing with that CID was uploaded
     */
    public InputStream content(String cid) throws IOException {
        return Files.newInputStream(
                store.content(cid).orElseThrow(() -> new NoSuchElementException("Nothing was uploaded as " + cid)));
    }

    /**
     * Changes the bytes behind a CID, so that the gateway serves wrong ones until the same content is uploaded again.
     *
     * @param cid the CID
     * @param change receives the bytes and returns the new ones
     * @throws NoSuchElementException if nothing with that CID was uploaded
     */
    public FakePinata damage(String cid, UnaryOperator<byte[]> change) throws IOException {
        Path file = store.content(cid).orElseThrow(() -> new NoSuchElementException("Nothing was uploaded as " + cid));
        Files.write(file, change.apply(Files.readAllBytes(file)));
        return this;
    }

    /** Stops the servers and deletes the uploads. Requests that wait for a fault end. */
    @Override
    public void close() {
        api.close();
        uploads.close();
        gateway.close();
        store.close();
    }
}
