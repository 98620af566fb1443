package io.gracefulbackup.ipfs;

import static java.util.Comparator.naturalOrder;
import static java.util.Objects.requireNonNullElse;

import io.gracefulbackup.Deadline;
import io.gracefulbackup.http.Backoff;
import io.gracefulbackup.http.ServiceClient.StreamingResponse;
import io.gracefulbackup.ipfs.ContentVerifier.Verdict;
import io.gracefulbackup.ipfs.GatewayResponse.Outcome;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A stream over the bytes of a file in IPFS, from whichever gateway has them.
 *
 * <p>If a connection breaks, the download resumes at the same position with the next gateway. More bytes than the
 * catalog lists are an error. For one thread.
 */
final class Download extends InputStream {
    /**
     * How long to retry without progress. The reader of this stream gives up after 30 seconds; the reason must be
     * reported before.
     */
    private static final Duration RETRY_TIMEOUT = Duration.ofSeconds(20);

    /** How long to retry a file that no gateway has. A new upload becomes available after a few seconds. */
    private static final Duration NOT_FOUND_TIMEOUT = Duration.ofSeconds(6);

    private final DownloadTarget target;
    private final List<Gateway> gateways;
    private final Deadline deadline;
    private final BiConsumer<Verdict, Set<Gateway>> onEnd;
    private final ContentVerifier verifier;
    private final Set<Gateway> servedBy = new LinkedHashSet<>();
    private @Nullable Backoff backoff;
    private @Nullable StreamingResponse connection;
    private InputStream body = InputStream.nullInputStream();
    private int nextGateway;
    private int currentGateway;
    private long position;
    private long earlyEndPosition = -1;
    private boolean trustsListedSize = true;
    private boolean ended;

    /**
     * Opens no connection yet.
     *
     * @param gateways the gateways in the order in which to try them; at least one
     * @param onEnd receives, at the end of the file, the verdict on its content and the gateways that sent it
     */
    Download(
            DownloadTarget target, List<Gateway> gateways, Deadline deadline, BiConsumer<Verdict, Set<Gateway>> onEnd) {
        this.target = target;
        this.gateways = List.copyOf(gateways);
        this.deadline = deadline;
        this.onEnd = onEnd;
        verifier = new ContentVerifier(target);
    }

    /** The gateways that sent a part of the file so far. */
    Set<Gateway> servedBy() {
        return Set.copyOf(servedBy);
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        while (!ended) {
            if (connection == null) {
                connect();
            }
            try {
                int n = body.read(bytes, offset, length);
                if (n < 0 && isPrematureEnd()) {
                    // The same gateway must confirm the end: another one may have another file.
                    nextGateway = currentGateway;
                    throw new IOException("the gateway ended the file early");
                } else if (n < 0) {
                    finish();
                } else {
                    accept(bytes, offset, n);
                    return n;
                }
            } catch (TooLongException e) {
                throw e;
            } catch (IOException e) {
                disconnect();
                pause(
                        Duration.ZERO,
                        "The download of " + target.cid() + " was cut off after " + position + " bytes ("
                                + gateways.get(currentGateway).redact(String.valueOf(e.getMessage())) + ")");
            }
        }
        return -1;
    }

    @Override
    public void close() {
        disconnect();
        backoff = null;
    }

    private void accept(byte[] bytes, int offset, int n) throws TooLongException {
        backoff = null; // The download made progress, so the retry time restarts.
        verifier.update(bytes, offset, n);
        position += n;
        Long size = expectedSize();
        if (size != null && position > size) {
            disconnect();
            throw new TooLongException(
                    servedBy + " sent more than the " + size + " bytes that Pinata lists for " + target.cid());
        }
    }

    /**
     * Whether the file ended before the listed size. A proxy that loses its source may end a response regularly, so the
     * first end at a position is not trusted; at the second end at the same position, the catalog is considered wrong.
     */
    private boolean isPrematureEnd() {
        Long size = expectedSize();
        boolean repeated = position == earlyEndPosition;
        earlyEndPosition = position;
        return size != null && position < size && !repeated;
    }

    private void finish() {
        ended = true;
        close();
        onEnd.accept(verifier.verdict(), servedBy());
    }

    private void disconnect() {
        StreamingResponse previous = connection;
        connection = null;
        body = InputStream.nullInputStream();
        if (previous != null) {
            previous.close();
        }
    }

    /** Tries the gateways in turn, repeatedly, until one sends the file. */
    private void connect() throws IOException {
        long startNanos = System.nanoTime();
        while (true) {
            List<GatewayResponse> failed = new ArrayList<>();
            for (int i = 0; i < gateways.size(); i++) {
                Gateway gateway = gateways.get((nextGateway + i) % gateways.size());
                GatewayResponse response = GatewayResponse.request(gateway, target, position, expectedSize(), deadline);
                if (response.outcome() == Outcome.SUCCESS) {
                    use(response);
                    return;
                }
                failed.add(response);
            }
            if (failed.stream().allMatch(response -> response.outcome() == Outcome.WRONG_SIZE)) {
                trustsListedSize = false; // All gateways agree, so the catalog is wrong; its sizes are only hints.
            } else {
                failOrPause(failed, Duration.ofNanos(System.nanoTime() - startNanos));
            }
        }
    }

    private void use(GatewayResponse response) {
        connection = response.connection();
        body = response.body();
        servedBy.add(response.gateway());
        currentGateway = gateways.indexOf(response.gateway());
        nextGateway = (currentGateway + 1) % gateways.size(); // After a failure, this gateway is tried last.
    }

    private void failOrPause(List<GatewayResponse> failed, Duration elapsed) throws IOException {
        String failure = "The download of " + target.cid() + " fails: "
                + failed.stream().map(GatewayResponse::failure).collect(Collectors.joining("; "));
        Outcome best = failed.stream()
                .map(GatewayResponse::outcome)
                .max(naturalOrder())
                .orElseThrow();
        if (best.compareTo(Outcome.NOT_FOUND) < 0
                || (best == Outcome.NOT_FOUND && elapsed.compareTo(NOT_FOUND_TIMEOUT) > 0)) {
            throw new IOException(failure);
        }
        // The gateway that may recover first determines the delay.
        Duration retryAfter = failed.stream()
                .filter(response -> response.outcome().compareTo(Outcome.NOT_FOUND) >= 0)
                .map(response -> requireNonNullElse(response.retryAfter(), Duration.ZERO))
                .min(naturalOrder())
                .orElse(Duration.ZERO);
        pause(retryAfter, failure);
    }

    /** The expected size of the file; null if it is unknown. */
    private @Nullable Long expectedSize() {
        return trustsListedSize ? target.size() : null;
    }

    private void pause(Duration retryAfter, String failure) throws IOException {
        if (backoff == null) {
            backoff = new Backoff(deadline.atMost(RETRY_TIMEOUT));
        }
        backoff.pause(retryAfter, failure);
    }

    /** A gateway sent more bytes than the file has; not retried. */
    private static final class TooLongException extends IOException {
        private static final long serialVersionUID = 1L;

        TooLongException(String message) {
            super(message);
        }
    }
}
