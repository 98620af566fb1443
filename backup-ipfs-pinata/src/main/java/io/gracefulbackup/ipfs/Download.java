package io.gracefulbackup.ipfs;

import io.gracefulbackup.http.HttpService.Opened;
import io.gracefulbackup.http.Retry;
import io.gracefulbackup.ipfs.ContentCheck.Verdict;
import io.gracefulbackup.spi.Deadline;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of a file, from whichever gateway has them. A connection that breaks is resumed where it broke, at the next
 * gateway in turn; what is sent beyond the size in the catalogue is refused. For one thread.
 */
final class Download extends InputStream {
    /** The caller gives up half a minute after the last byte; the reason must be told before. */
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    /** A fresh upload is found after a few seconds. */
    private static final Duration PATIENCE_IF_MISSING = Duration.ofSeconds(6);

    private final Wanted wanted;
    private final List<Gateway> gateways;
    private final Deadline deadline;
    private final BiConsumer<Verdict, Set<Gateway>> whenRead;
    private final ContentCheck check;
    private final Set<Gateway> servedBy = new LinkedHashSet<>();
    private @Nullable Deadline patience;
    private @Nullable Retry retry;
    private @Nullable Opened connection;
    private InputStream body = InputStream.nullInputStream();
    private int next;
    private long position;
    private boolean trustsCatalogue = true;
    private boolean ended;

    /**
     * Begins nothing yet.
     *
     * @param gateways in the order in which they are asked, at least one
     * @param whenRead is told at the end of the file what is to be thought of it, and who sent it
     */
    Download(Wanted wanted, List<Gateway> gateways, Deadline deadline, BiConsumer<Verdict, Set<Gateway>> whenRead) {
        this.wanted = wanted;
        this.gateways = List.copyOf(gateways);
        this.deadline = deadline;
        this.whenRead = whenRead;
        check = new ContentCheck(wanted);
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
                if (n < 0) {
                    end();
                } else {
                    progress(bytes, offset, n);
                    return n;
                }
            } catch (TooLong e) {
                throw e;
            } catch (IOException broken) {
                disconnect();
                pause(null, "The download of " + wanted.cid() + " broke off after " + position + " bytes ("
                        + broken.getMessage() + ")");
            }
        }
        return -1;
    }

    @Override
    public void close() {
        disconnect();
        calm();
    }

    private void progress(byte[] bytes, int offset, int n) throws TooLong {
        calm();
        check.update(bytes, offset, n);
        position += n;
        Long size = wanted.size();
        if (trustsCatalogue && size != null && position > size) {
            disconnect();
            throw new TooLong(servedBy + " sends more than the " + size + " bytes that " + wanted.cid()
                    + " has by Pinata's catalogue");
        }
    }

    private void end() {
        ended = true;
        close();
        whenRead.accept(check.verdict(), servedBy());
    }

    private void disconnect() {
        Opened open = connection;
        connection = null;
        body = InputStream.nullInputStream();
        if (open != null) {
            open.close();
        }
    }

    /** Asks one gateway after the other, round after round. */
    private void connect() throws IOException {
        long begun = System.nanoTime();
        while (connection == null) {
            List<String> failures = new ArrayList<>();
            Outcome best = Outcome.FINAL;
            Duration told = null;
            boolean allTooLong = true;
            for (int i = 0; i < gateways.size() && connection == null; i++) {
                Gateway gateway = gateways.get((next + i) % gateways.size());
                Outcome outcome = Outcome.TEMPORARY;
                try {
                    Opened opened = gateway.get(wanted.cid().text(), position, deadline);
                    outcome = Outcome.of(opened.response(), position);
                    if (outcome == Outcome.GOOD && isTooLong(opened.response())) {
                        opened.close();
                        failures.add(gateway + " announces more than " + wanted.size() + " bytes");
                        continue;
                    }
                    take(gateway, opened, outcome, failures);
                    told = outcome == Outcome.TEMPORARY ? opened.answer().retryAfter() : told;
                } catch (IOException e) {
                    failures.add(String.valueOf(e.getMessage()));
                }
                allTooLong = false;
                best = outcome.compareTo(best) > 0 ? outcome : best;
            }
            if (connection == null) {
                if (allTooLong && trustsCatalogue) {
                    trustsCatalogue = false; // All agree, so it is the catalogue that is wrong: nothing hangs on a hint.
                    continue;
                }
                String failure = "The download of " + wanted.cid() + " fails: " + String.join("; ", failures);
                boolean missing = best == Outcome.MISSING && since(begun).compareTo(PATIENCE_IF_MISSING) > 0;
                if (best == Outcome.FINAL || missing) {
                    throw new IOException(failure);
                }
                pause(told, failure);
            }
        }
    }

    private void take(Gateway gateway, Opened opened, Outcome outcome, List<String> failures) throws IOException {
        if (outcome != Outcome.GOOD) {
            try (opened) {
                failures.add(gateway.describe(opened));
            }
            return;
        }
        try {
            InputStream in = opened.response().body().byteStream();
            in.skipNBytes(opened.response().code() == 200 ? position : 0);
            body = in;
        } catch (EOFException shorter) {
            opened.close();
            throw new IOException(gateway + " sent " + position + " bytes before, and now fewer");
        } catch (IOException e) {
            opened.close();
            throw e;
        }
        connection = opened;
        servedBy.add(gateway);
        // Whoever breaks off is asked again last.
        next = (gateways.indexOf(gateway) + 1) % gateways.size();
    }

    private boolean isTooLong(Response response) {
        Long size = wanted.size();
        long announced = response.body().contentLength();
        long before = response.code() == 206 ? position : 0;
        return trustsCatalogue && size != null && announced + before > size;
    }

    private void pause(@Nullable Duration told, String failure) throws IOException {
        if (retry == null) {
            patience = deadline.atMost(PATIENCE);
            retry = new Retry(patience);
        }
        retry.pause(told, failure);
    }

    /** It goes on, so the next failure gets the whole patience again. */
    private void calm() {
        Deadline running = patience;
        patience = null;
        retry = null;
        if (running != null) {
            running.expire();
        }
    }

    private static Duration since(long nanos) {
        return Duration.ofNanos(System.nanoTime() - nanos);
    }

    /** What an answer is worth, from bad to good. */
    private enum Outcome {
        FINAL,
        MISSING,
        TEMPORARY,
        GOOD;

        static Outcome of(Response response, long position) {
            int status = response.code();
            if (status == 200 || (status == 206 && startsAt(response, position))) {
                return GOOD;
            } else if (status == 404 || status == 410) {
                return MISSING;
            }
            return status == 408 || status == 416 || status == 429 || status >= 500 || status == 206
                    ? TEMPORARY
                    : FINAL;
        }

        private static boolean startsAt(Response response, long position) {
            String range = response.header("Content-Range");
            return range != null && range.startsWith("bytes " + position + "-");
        }
    }

    /** More than there can be. */
    private static final class TooLong extends IOException {
        private static final long serialVersionUID = 1L;

        TooLong(String message) {
            super(message);
        }
    }
}
