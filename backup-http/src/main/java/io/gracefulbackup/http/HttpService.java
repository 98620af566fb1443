package io.gracefulbackup.http;

import io.gracefulbackup.spi.Deadline;
import java.io.Closeable;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import okhttp3.Call;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;

/**
 * A service that is asked over HTTP. Follows no redirect, so that credentials go nowhere but where they were meant for;
 * every call ends with its deadline; all threads are daemons. Safe for use by several threads.
 */
public final class HttpService {
    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(10);
    private static final Duration LARGEST_MARGIN = Duration.ofMillis(250);
    private static final String HIDDEN = "***";

    private final String title;
    private final List<String> secrets;
    private final OkHttpClient client;

    /**
     * Begins nothing yet.
     *
     * @param title its name in messages
     * @param stallLimit after how long without a byte a connection is given up
     * @param secrets what must stand in no message, even if the service says it
     */
    public HttpService(String title, Duration stallLimit, List<String> secrets) {
        this.title = title;
        this.secrets = List.copyOf(secrets);
        // Only synchronous calls are made: they run on the caller's thread, and the rest of OkHttp's threads are
        // daemons.
        client = new OkHttpClient.Builder()
                .followRedirects(false)
                .followSslRedirects(false)
                .connectTimeout(CONNECT_LIMIT)
                .readTimeout(stallLimit)
                .writeTimeout(stallLimit)
                .build();
    }

    /**
     * Asks until there is an answer that asking again would not change: broken connections, 408, 429 and 5xx are tried
     * again.
     *
     * @throws IOException if there is none in time; a little before the deadline, so that the reason can still be told
     */
    public Answer call(Request request, Deadline deadline) throws IOException {
        Duration left = deadline.remaining();
        Duration margin = left.dividedBy(10);
        Deadline mine = deadline.atMost(left.minus(margin.compareTo(LARGEST_MARGIN) < 0 ? margin : LARGEST_MARGIN));
        try {
            Retry retry = new Retry(mine);
            while (true) {
                try {
                    Answer answer = ask(request, mine);
                    if (!answer.isTemporary()) {
                        return answer;
                    }
                    retry.pause(answer.retryAfter(), describe(request, answer));
                } catch (BrokenConnection broken) {
                    retry.pause(null, describe(request, broken, mine));
                }
            }
        } finally {
            mine.expire();
        }
    }

    /**
     * Asks once, for an answer of any size.
     *
     * @return to be closed
     * @throws IOException if there is no answer
     */
    public Opened open(Request request, Deadline deadline) throws IOException {
        Call call = client.newCall(request);
        Deadline.Registration alarm = deadline.onExpiry(call::cancel);
        try {
            return new Opened(call.execute(), alarm);
        } catch (IOException e) {
            alarm.close();
            throw new IOException(describe(request, e, deadline));
        }
    }

    /** The answer to {@link #open}; its body ends with an exception when the deadline is over. */
    public static final class Opened implements Closeable {
        private final Response response;
        private final Deadline.Registration alarm;

        private Opened(Response response, Deadline.Registration alarm) {
            this.response = response;
            this.alarm = alarm;
        }

        /** Status, headers and body. */
        public Response response() {
            return response;
        }

        /** With the body as a short text, for an error. To be called once, and before closing. */
        public Answer answer() throws IOException {
            return Answer.of(response);
        }

        @Override
        public void close() {
            alarm.close();
            response.close();
        }
    }

    /** What an answer means that was not expected, in one line. */
    public String describe(Request request, Answer answer) {
        String saying = answer.saying();
        return hide(title + " answered " + answer.status() + (saying.isEmpty() ? "" : " (" + saying + ")") + " to "
                + name(request));
    }

    /** The text without the secrets. */
    public String hide(String text) {
        String result = text;
        for (String secret : secrets) {
            result = result.replace(secret, HIDDEN);
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

    private Answer ask(Request request, Deadline deadline) throws IOException {
        Call call = client.newCall(request);
        call.timeout().timeout(Math.max(1, deadline.remaining().toNanos()), TimeUnit.NANOSECONDS);
        Deadline.Registration alarm = deadline.onExpiry(call::cancel);
        try (Response response = call.execute()) {
            return Answer.of(response);
        } catch (IOException e) {
            if (Thread.currentThread().isInterrupted()) {
                throw (IOException) new InterruptedIOException("interrupted during " + name(request)).initCause(e);
            }
            throw new BrokenConnection(e);
        } finally {
            alarm.close();
        }
    }

    private String describe(Request request, IOException broken, Deadline deadline) {
        String what = deadline.isExpired()
                ? " was too slow, or silent, in answering " + name(request)
                : ": " + name(request) + " broke off (" + broken.getMessage() + ")";
        return hide(title + what);
    }

    /** Without the query, which may be long. */
    private static String name(Request request) {
        return request.method() + " " + request.url().newBuilder().query(null).build();
    }

    private static final class BrokenConnection extends IOException {
        private static final long serialVersionUID = 1L;

        BrokenConnection(IOException cause) {
            super(cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage(), cause);
        }
    }
}
