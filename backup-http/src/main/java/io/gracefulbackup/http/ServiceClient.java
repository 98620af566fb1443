package io.gracefulbackup.http;

import io.gracefulbackup.Deadline;
import java.io.Closeable;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import okhttp3.Call;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;

/**
 * A service that is asked over HTTP. Follows no redirect, so that credentials go nowhere but where they were meant for;
 * every call ends with its deadline; all threads are daemons. Safe for use by several threads.
 */
public final class ServiceClient {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);
    private static final Duration MAX_MARGIN = Duration.ofMillis(250);
    private static final String REDACTED = "***";

    private final String title;
    private final List<String> secrets;
    private final OkHttpClient client;

    /**
     * Begins nothing yet.
     *
     * @param title its name in messages
     * @param stallTimeout after how long without a byte a connection is given up
     * @param secrets what must stand in no message, even if the service says it
     */
    public ServiceClient(String title, Duration stallTimeout, List<String> secrets) {
        this.title = title;
        // The longest first: one may be a part of another.
        this.secrets = secrets.stream()
                .sorted(Comparator.comparingInt(String::length).reversed())
                .toList();
        // Only synchronous calls are made: they run on the caller's thread, and the rest of OkHttp's threads are
        // daemons.
        client = new OkHttpClient.Builder()
                .followRedirects(false)
                .followSslRedirects(false)
                .connectTimeout(CONNECT_TIMEOUT)
                .readTimeout(stallTimeout)
                .writeTimeout(stallTimeout)
                .build();
    }

    /**
     * Asks until there is an answer that asking again would not change: broken connections, 408, 429 and 5xx are tried
     * again.
     *
     * @throws IOException if there is none in time; a little before the deadline, so that the reason can still be told
     */
    public BufferedResponse call(Request request, Deadline deadline) throws IOException {
        Duration remaining = deadline.remaining();
        Duration margin = remaining.dividedBy(10);
        Deadline callDeadline =
                deadline.atMost(remaining.minus(margin.compareTo(MAX_MARGIN) < 0 ? margin : MAX_MARGIN));
        try {
            Backoff backoff = new Backoff(callDeadline);
            while (true) {
                try {
                    BufferedResponse response = callOnce(request, callDeadline);
                    if (!response.isRetryable()) {
                        return response;
                    }
                    backoff.pause(response.retryAfter(), describe(request, response));
                } catch (ConnectionFailedException e) {
                    backoff.pause(null, describe(request, e, callDeadline));
                }
            }
        } finally {
            callDeadline.expire();
        }
    }

    /**
     * Asks once, for an answer of any size.
     *
     * @return to be closed
     * @throws IOException if there is no answer
     */
    public StreamingResponse open(Request request, Deadline deadline) throws IOException {
        Call call = client.newCall(request);
        Deadline.Registration registration = deadline.onExpiry(call::cancel);
        try {
            return new StreamingResponse(execute(call), registration, this::redact);
        } catch (IOException e) {
            registration.close();
            throw new IOException(describe(request, e, deadline));
        }
    }

    /** The answer to {@link #open}; its body ends with an exception when the deadline is over. */
    public static final class StreamingResponse implements Closeable {
        private final Response response;
        private final Deadline.Registration registration;
        private final UnaryOperator<String> redact;

        private StreamingResponse(Response response, Deadline.Registration registration, UnaryOperator<String> redact) {
            this.response = response;
            this.registration = registration;
            this.redact = redact;
        }

        /** Status, headers and body. */
        public Response response() {
            return response;
        }

        /** With the body as a short text, for an error. To be called once, and before closing. */
        public BufferedResponse toBuffered() throws IOException {
            return BufferedResponse.of(response, redact);
        }

        @Override
        public void close() {
            registration.close();
            response.close();
        }
    }

    /** What an answer means that was not expected, in one line. */
    public String describe(Request request, BufferedResponse response) {
        String error = response.errorText();
        return title + " answered " + response.status() + (error.isEmpty() ? "" : " (" + error + ")") + " to "
                + redact(methodAndUrl(request));
    }

    /** The text without the secrets. */
    public String redact(String text) {
        String result = text;
        for (String secret : secrets) {
            result = result.replace(secret, REDACTED);
        }
        return result;
    }

    /** Lets go of idle connections. */
    public void close() {
        client.connectionPool().evictAll();
    }

    /** The name, without anything secret. */
    @Override
    public String toString() {
        return "HttpService[" + title + "]";
    }

    /** OkHttp is Kotlin: where it waits for a connection it lets an {@code InterruptedException} through undeclared. */
    private static Response execute(Call call) throws IOException {
        try {
            return call.execute();
        } catch (IOException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            Thread.currentThread().interrupt();
            throw (IOException) new InterruptedIOException("interrupted while connecting").initCause(e);
        }
    }

    private BufferedResponse callOnce(Request request, Deadline deadline) throws IOException {
        Call call = client.newCall(request);
        call.timeout().timeout(Math.max(1, deadline.remaining().toNanos()), TimeUnit.NANOSECONDS);
        Deadline.Registration registration = deadline.onExpiry(call::cancel);
        try (Response response = execute(call)) {
            return BufferedResponse.of(response, this::redact);
        } catch (IOException e) {
            if (Thread.currentThread().isInterrupted()) {
                throw new InterruptedIOException(
                        redact("interrupted during " + methodAndUrl(request))); // The cause may quote.
            }
            throw new ConnectionFailedException(e);
        } finally {
            registration.close();
        }
    }

    private String describe(Request request, IOException e, Deadline deadline) {
        String what = deadline.isExpired()
                ? " was too slow, or silent, in answering " + methodAndUrl(request)
                : ": " + methodAndUrl(request) + " broke off (" + e.getMessage() + ")";
        return redact(title + what);
    }

    /** Without the query, which may be long. */
    private static String methodAndUrl(Request request) {
        return request.method() + " " + request.url().newBuilder().query(null).build();
    }

    private static final class ConnectionFailedException extends IOException {
        private static final long serialVersionUID = 1L;

        ConnectionFailedException(IOException cause) {
            super(cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage(), cause);
        }
    }
}
