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
 * The bytes of a file, from whichever gateway has them. A connection that breaks is resumed where it broke, at the next
 * gateway in turn; what is sent beyond the size in the catalogue is refused. For one thread.
 */
final class Download extends InputStream {
    /** The caller gives up half a minute after the last byte; the reason must be told before. */
    private static final Duration RETRY_TIMEOUT = Duration.ofSeconds(20);

    /** A fresh upload is found after a few seconds. */
    private static final Duration NOT_FOUND_TIMEOUT = Duration.ofSeconds(6);

    private final DownloadTarget target;
    private final List<Gateway> gateways;
    private final Deadline deadline;
    private final BiConsumer<Verdict, Set<Gateway>> onEnd;
    private final ContentVerifier verifier;
    private final Set<Gateway> servedBy = new LinkedHashSet<>();
    private @Nullable Deadline retryDeadline;
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
     * Begins nothing yet.
     *
     * @param gateways in the order in which they are asked, at least one
     * @param onEnd is told at the end of the file what is to be thought of it, and who sent it
     */
    Download(
            DownloadTarget target, List<Gateway> gateways, Deadline deadline, BiConsumer<Verdict, Set<Gateway>> onEnd) {
        this.target = target;
        this.gateways = List.copyOf(gateways);
        this.deadline = deadline;
        this.onEnd = onEnd;
        verifier = new ContentVerifier(target);
    }

    /** Those that have sent something so far. */
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
                    nextGateway = currentGateway; // Its own word is wanted: another one may have another file.
                    throw new IOException("the gateway ended it early");
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
                        "The download of " + target.cid() + " broke off after " + position + " bytes ("
                                + gateways.get(currentGateway).redact(String.valueOf(e.getMessage())) + ")");
            }
        }
        return -1;
    }

    @Override
    public void close() {
        disconnect();
        resetRetries();
    }

    private void accept(byte[] bytes, int offset, int n) throws TooLongException {
        resetRetries();
        verifier.update(bytes, offset, n);
        position += n;
        Long size = expectedSize();
        if (size != null && position > size) {
            disconnect();
            throw new TooLongException(servedBy + " sends more than the " + size + " bytes that " + target.cid()
                    + " has by Pinata's catalogue");
        }
    }

    /**
     * Whether there should be more, by the catalogue. A proxy that loses its own source may end the file in good order; but
     * when a second answer ends there too, it is the catalogue that is wrong.
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

    /** Asks one gateway after the other, round after round. */
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
                trustsListedSize = false; // All agree, so it is the catalogue that is wrong: nothing hangs on a hint.
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
        nextGateway = (currentGateway + 1) % gateways.size(); // Whoever breaks off is asked again last.
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
        // The first that may come back decides.
        Duration retryAfter = failed.stream()
                .filter(response -> response.outcome().compareTo(Outcome.NOT_FOUND) >= 0)
                .map(response -> requireNonNullElse(response.retryAfter(), Duration.ZERO))
                .min(naturalOrder())
                .orElse(Duration.ZERO);
        pause(retryAfter, failure);
    }

    /** How many bytes there are, as far as is known. */
    private @Nullable Long expectedSize() {
        return trustsListedSize ? target.size() : null;
    }

    private void pause(Duration retryAfter, String failure) throws IOException {
        if (backoff == null) {
            retryDeadline = deadline.atMost(RETRY_TIMEOUT);
            backoff = new Backoff(retryDeadline);
        }
        backoff.pause(retryAfter, failure);
    }

    /** It goes on, so the next failure gets the whole patience again. */
    private void resetRetries() {
        Deadline previous = retryDeadline;
        retryDeadline = null;
        backoff = null;
        if (previous != null) {
            previous.expire();
        }
    }

    /** More than there can be. */
    private static final class TooLongException extends IOException {
        private static final long serialVersionUID = 1L;

        TooLongException(String message) {
            super(message);
        }
    }
}
