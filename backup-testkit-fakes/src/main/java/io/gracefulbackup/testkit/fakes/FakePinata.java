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
 * A Pinata of one's own: the legacy API, the v3 API, the upload host and a gateway, each on a port of its own of the
 * loopback interface, so that a credential sent to the wrong host can be seen.
 *
 * <p>Uploads go to disk, so they may be larger than the heap. CIDs are true. A private file, an unpinned one, and one whose
 * name has a slash (which becomes a folder, under a CID that only resembles a true one) are treated as Pinata does. Faults
 * come through {@link #next} and {@link #always}; what Pinata may do one way or the other is chosen by the other methods.
 * All of them may be called at any time.
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

    /** Starts one that is empty and well. */
    public static FakePinata start() {
        return new FakePinata();
    }

    /** How many fields answers have, and whether the gateway tells the length of a whole file. */
    public enum AnswerStyle {
        /** Those that are always there. */
        TERSE,
        /** All that may be there: {@code isDuplicate}, {@code count}, an empty {@code next_page_token} and others. */
        CHATTY
    }

    /** What errors look like. */
    public enum ErrorStyle {
        /** {@code {"error":{"reason","details"}}} or {@code {"error":{"code","message"}}}. */
        AS_DOCUMENTED,
        /** {@code {"error":"text"}}. */
        TEXT,
        /** A page. */
        HTML,
        /** Nothing but the status. */
        EMPTY
    }

    /** In which order the legacy API lists: Pinata documents none. */
    public enum ListOrder {
        /** The newest first. */
        NEWEST_FIRST,
        /** The oldest first. */
        OLDEST_FIRST,
        /** By id, which is random. */
        ARBITRARY
    }

    /** What is limited by {@link #rateLimit}. */
    public enum Quota {
        /** Both APIs together; Pinata's free plan allows 60 a minute. */
        API,
        /** {@code /data/*}; 30 a minute. */
        DATA,
        /** Each CID at the gateway; 15 a minute. */
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

    /** The first half of the key pair, which belongs to the legacy API. */
    public String apiKey() {
        return access.apiKey;
    }

    /** The second half of the key pair. */
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

    /** Lets a fault happen to the next so many of these calls; of any, if none is named. */
    public FakePinata next(int times, Fault fault, PinataCall... calls) {
        faults.next(times, fault, List.of(calls));
        return this;
    }

    /** Lets a fault happen to all of these calls; to any, if none is named. A later one replaces an earlier one. */
    public FakePinata always(Fault fault, PinataCall... calls) {
        faults.always(fault, List.of(calls));
        return this;
    }

    /** Ends all faults, limits, and what is wrong with the account. */
    public FakePinata heal() {
        faults.clear();
        settings.rateLimits.clear();
        settings.planUsedUp = false;
        settings.revoked = false;
        settings.scopes = EnumSet.allOf(PinataScope.class);
        return this;
    }

    /** All credentials allow this at most. */
    public FakePinata scopes(PinataScope... allowed) {
        settings.scopes = allowed.length == 0 ? EnumSet.noneOf(PinataScope.class) : EnumSet.copyOf(List.of(allowed));
        return this;
    }

    /** All credentials are revoked. */
    public FakePinata revokeKeys() {
        settings.revoked = true;
        return this;
    }

    /** Uploads are refused because the plan's limit is reached. */
    public FakePinata planUsedUp() {
        settings.planUsedUp = true;
        return this;
    }

    /** More requests than that in each span of time are refused with 429. */
    public FakePinata rateLimit(Quota quota, int requests, Duration time) {
        settings.rateLimits.set(quota.name(), requests, time);
        return this;
    }

    /** How later uploads are chunked; {@link PinataChunking#CLASSIC} at first. */
    public FakePinata chunking(PinataChunking chunking) {
        settings.chunking = chunking;
        return this;
    }

    /** How many fields answers have; {@link AnswerStyle#CHATTY} at first. */
    public FakePinata answers(AnswerStyle style) {
        settings.answers = style;
        return this;
    }

    /** What errors look like; {@link ErrorStyle#AS_DOCUMENTED} at first. */
    public FakePinata errors(ErrorStyle style) {
        settings.errors = style;
        return this;
    }

    /** How the legacy API sorts; {@link ListOrder#NEWEST_FIRST} at first. */
    public FakePinata order(ListOrder order) {
        settings.order = order;
        return this;
    }

    /** The version of CIDs for clients that do not say; 0 at first. */
    public FakePinata defaultCidVersion(int version) {
        settings.defaultCidVersion = version;
        return this;
    }

    /** Whether each API also lists what came through the other one; not at first. */
    public FakePinata sharedCatalogue(boolean shared) {
        settings.sharedCatalogue = shared;
        return this;
    }

    /** Whether the v3 list says {@code pending} for each CID; not at first. */
    public FakePinata cidsPending(boolean pending) {
        settings.cidsPending = pending;
        return this;
    }

    /** Up to how many bytes the v3 API takes a file in one form; 90 MiB at first. */
    public FakePinata largestForm(long bytes) {
        settings.largestForm = bytes;
        return this;
    }

    /** How long after its upload the gateway finds a file; at once at first. */
    public FakePinata servedAfter(Duration time) {
        settings.servedAfter = time;
        return this;
    }

    /** Whether the gateway serves parts of a file; it does at first. */
    public FakePinata ranges(boolean supported) {
        settings.ranges = supported;
        return this;
    }

    /** The gateway is a dedicated one that wants this token. */
    public FakePinata gatewayToken(String token) {
        settings.gatewayToken = token;
        return this;
    }

    /** All requests so far, to all servers; each from the moment its headers have arrived. */
    public List<ReceivedRequest> requests() {
        return List.copyOf(received);
    }

    /** What is pinned, in the order in which it came. */
    public List<FakePin> pins() {
        return store.pinned();
    }

    /** Pins something without a request, as another program may have done. */
    public FakePin pin(Api through, String name, Map<String, ?> keyValues, InputStream content) throws IOException {
        Upload upload = store.spool(content).named(name, "application/octet-stream");
        return store.add(through, upload, 1, name, Map.copyOf(keyValues), true, Map.of())
                .pin();
    }

    /**
     * The bytes of a CID; the caller closes the stream.
     *
     * @throws NoSuchElementException if they were never here
     */
    public InputStream content(String cid) throws IOException {
        return Files.newInputStream(
                store.content(cid).orElseThrow(() -> new NoSuchElementException("Nothing was uploaded as " + cid)));
    }

    /**
     * Changes the bytes behind a CID, so that the gateway lies; until the same content is uploaded again.
     *
     * @throws NoSuchElementException if they were never here
     */
    public FakePinata damage(String cid, UnaryOperator<byte[]> change) throws IOException {
        Path file = store.content(cid).orElseThrow(() -> new NoSuchElementException("Nothing was uploaded as " + cid));
        Files.write(file, change.apply(Files.readAllBytes(file)));
        return this;
    }

    /** Stops the servers, ends what hangs in them, and deletes the uploads. */
    @Override
    public void close() {
        api.close();
        uploads.close();
        gateway.close();
        store.close();
    }
}
