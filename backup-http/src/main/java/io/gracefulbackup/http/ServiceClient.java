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
 * An HTTP client for one service. Retries what may succeed later, ends every call by its deadline, and keeps secrets
 * out of messages. Redirects are not followed, so that credentials reach no other host.
 *
 * <p>Calls run on the thread of the caller; all other threads are daemons. Safe for use by several threads.
 */
public final class ServiceClient {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);
    private static final Duration MAX_MARGIN = Duration.ofMillis(250);
    private static final String REDACTED = "***";

    private final String title;
    private final List<String> secrets;
    private final OkHttpClient client;

    /**
     * Creates a client. Opens no connection yet.
     *
     * @param title the name of the service in messages
     * @param stallTimeout the time without a byte sent or received after which a connection is considered broken
     * @param secrets the values to redact in messages, even if the service itself repeats them
     */
    public ServiceClient(String title, Duration stallTimeout, List<String> secrets) {
        this.title = title;
        // The longest first, because one secret may be part of another.
        this.secrets = secrets.stream()
                .sorted(Comparator.comparingInt(String::length).reversed())
                .toList();
        // Synchronous calls run on the thread of the caller, and the threads that OkHttp itself starts are daemons.
        client = new OkHttpClient.Builder()
                .followRedirects(false)
                .followSslRedirects(false)
                .connectTimeout(CONNECT_TIMEOUT)
                .readTimeout(stallTimeout)
                .writeTimeout(stallTimeout)
                .build();
    }

    /**
     * Sends a request and reads the response, however it turned out. Broken connections and the statuses 408, 429 and
     * 5xx are retried with {@linkplain Backoff increasing delays}.
     *
     * <p>Gives up a little before the deadline (a tenth of the remaining time, at most 250 ms), so that the caller can
     * still report the reason.
     *
     * @return a response that would not change by repeating the request; its status may be an error
     * @throws IOException if there is none in time; without secrets
     * @throws InterruptedIOException if this thread is interrupted
     */
    public BufferedResponse call(Request request, Deadline deadline) throws IOException {
        Duration remaining = deadline.remaining();
        Duration margin = remaining.dividedBy(10);
        Deadline callDeadline =
                deadline.atMost(remaining.minus(margin.compareTo(MAX_MARGIN) < 0 ? margin : MAX_MARGIN));
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
    }

    /**
     * Sends a request once, for a response of any size.
     *
     * @return the response; to be closed by the caller
     * @throws IOException if there is no response before the deadline; without secrets
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

    /**
     * The response to {@link #open}. Reading its body fails with an {@code IOException} once the deadline has expired.
     * For one thread.
     */
    public static final class StreamingResponse implements Closeable {
        private final Response response;
        private final Deadline.Registration registration;
        private final UnaryOperator<String> redact;

        private StreamingResponse(Response response, Deadline.Registration registration, UnaryOperator<String> redact) {
            this.response = response;
            this.registration = registration;
            this.redact = redact;
        }

        /** The response of OkHttp: status, headers and the body as a stream. */
        public Response response() {
            return response;
        }

        /**
         * Reads the body into memory, to report an error. May be called once, before closing.
         *
         * @throws IOException if the body cannot be read
         */
        public BufferedResponse toBuffered() throws IOException {
            return BufferedResponse.of(response, redact);
        }

        @Override
        public void close() {
            registration.close();
            response.close();
        }
    }

    /**
     * Describes an unexpected response in one line, without secrets: the service, the status, its error text and the
     * request.
     */
    public String describe(Request request, BufferedResponse response) {
        String error = response.errorText();
        return title + " answered " + response.status() + (error.isEmpty() ? "" : " (" + error + ")") + " to "
                + redact(methodAndUrl(request));
    }

    /** Replaces every secret in a text. */
    public String redact(String text) {
        String result = text;
        for (String secret : secrets) {
            result = result.replace(secret, REDACTED);
        }
        return result;
    }

    /** Closes idle connections. */
    public void close() {
        client.connectionPool().evictAll();
    }

    /** The name of the service; no secrets. */
    @Override
    public String toString() {
        return "ServiceClient[" + title + "]";
    }

    /**
     * Executes a call. OkHttp is written in Kotlin and, while waiting for a connection, can throw an undeclared {@code
     * InterruptedException}.
     */
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
                // Without the cause, whose message may contain a secret.
                throw new InterruptedIOException(redact("interrupted during " + methodAndUrl(request)));
            }
            throw new ConnectionFailedException(e);
        } finally {
            registration.close();
        }
    }

    private String describe(Request request, IOException e, Deadline deadline) {
        String failure = deadline.isExpired()
                ? " did not complete " + methodAndUrl(request) + " in time"
                : ": " + methodAndUrl(request) + " failed (" + e.getMessage() + ")";
        return redact(title + failure);
    }

    /** Names a request in messages; without its query, which may be long. */
    private static String methodAndUrl(Request request) {
        return request.method() + " " + request.url().newBuilder().query(null).build();
    }

    /** The connection failed before the response was complete; a retry may succeed. */
    private static final class ConnectionFailedException extends IOException {
        private static final long serialVersionUID = 1L;

        ConnectionFailedException(IOException cause) {
            super(cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage(), cause);
        }
    }
}
