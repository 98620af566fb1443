package io.gracefulbackup.ipfs;

import static java.util.Comparator.naturalOrder;
import static java.util.Objects.requireNonNullElse;

import io.gracefulbackup.Deadline;
import io.gracefulbackup.http.HttpService.Opened;
import io.gracefulbackup.http.Retry;
import io.gracefulbackup.ipfs.Attempt.Outcome;
import io.gracefulbackup.ipfs.ContentCheck.Verdict;
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
    private int last;
    private long position;
    private long earlyEnd = -1;
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
                if (n < 0 && isTooEarly()) {
                    next = last; // Its own word is wanted: another one may have another file.
                    throw new IOException("the gateway ended it early");
                } else if (n < 0) {
                    end();
                } else {
                    progress(bytes, offset, n);
                    return n;
                }
            } catch (TooLong e) {
                throw e;
            } catch (IOException broken) {
                disconnect();
                pause(
                        Duration.ZERO,
                        "The download of " + wanted.cid() + " broke off after " + position + " bytes ("
                                + gateways.get(last).hide(String.valueOf(broken.getMessage())) + ")");
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
        Long size = size();
        if (size != null && position > size) {
            disconnect();
            throw new TooLong(servedBy + " sends more than the " + size + " bytes that " + wanted.cid()
                    + " has by Pinata's catalogue");
        }
    }

    /**
     * Whether there should be more, by the catalogue. A proxy that loses its own source may end the file in good order; but
     * when a second answer ends there too, it is the catalogue that is wrong.
     */
    private boolean isTooEarly() {
        Long size = size();
        boolean again = position == earlyEnd;
        earlyEnd = position;
        return size != null && position < size && !again;
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
        while (true) {
            List<Attempt> failed = new ArrayList<>();
            for (int i = 0; i < gateways.size(); i++) {
                Gateway gateway = gateways.get((next + i) % gateways.size());
                Attempt attempt = Attempt.of(gateway, wanted, position, size(), deadline);
                if (attempt.outcome() == Outcome.GOOD) {
                    take(attempt);
                    return;
                }
                failed.add(attempt);
            }
            if (failed.stream().allMatch(attempt -> attempt.outcome() == Outcome.WRONG_SIZE)) {
                trustsCatalogue = false; // All agree, so it is the catalogue that is wrong: nothing hangs on a hint.
            } else {
                despairOrPause(failed, Duration.ofNanos(System.nanoTime() - begun));
            }
        }
    }

    private void take(Attempt attempt) {
        connection = attempt.connection();
        body = attempt.body();
        servedBy.add(attempt.gateway());
        last = gateways.indexOf(attempt.gateway());
        next = (last + 1) % gateways.size(); // Whoever breaks off is asked again last.
    }

    private void despairOrPause(List<Attempt> failed, Duration since) throws IOException {
        String failure = "The download of " + wanted.cid() + " fails: "
                + failed.stream().map(Attempt::failure).collect(Collectors.joining("; "));
        Outcome best = failed.stream().map(Attempt::outcome).max(naturalOrder()).orElseThrow();
        if (best.compareTo(Outcome.MISSING) < 0
                || (best == Outcome.MISSING && since.compareTo(PATIENCE_IF_MISSING) > 0)) {
            throw new IOException(failure);
        }
        // The first that may come back decides.
        Duration told = failed.stream()
                .filter(attempt -> attempt.outcome().compareTo(Outcome.MISSING) >= 0)
                .map(attempt -> requireNonNullElse(attempt.told(), Duration.ZERO))
                .min(naturalOrder())
                .orElse(Duration.ZERO);
        pause(told, failure);
    }

    /** How many bytes there are, as far as is known. */
    private @Nullable Long size() {
        return trustsCatalogue ? wanted.size() : null;
    }

    private void pause(Duration told, String failure) throws IOException {
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

    /** More than there can be. */
    private static final class TooLong extends IOException {
        private static final long serialVersionUID = 1L;

        TooLong(String message) {
            super(message);
        }
    }
}
