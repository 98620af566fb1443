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
        // The longest first: one may be a part of another.
        this.secrets = secrets.stream()
                .sorted(Comparator.comparingInt(String::length).reversed())
                .toList();
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
            return new Opened(execute(call), alarm, this::hide);
        } catch (IOException e) {
            alarm.close();
            throw new IOException(describe(request, e, deadline));
        }
    }

    /** The answer to {@link #open}; its body ends with an exception when the deadline is over. */
    public static final class Opened implements Closeable {
        private final Response response;
        private final Deadline.Registration alarm;
        private final UnaryOperator<String> hide;

        private Opened(Response response, Deadline.Registration alarm, UnaryOperator<String> hide) {
            this.response = response;
            this.alarm = alarm;
            this.hide = hide;
        }

        /** Status, headers and body. */
        public Response response() {
            return response;
        }

        /** With the body as a short text, for an error. To be called once, and before closing. */
        public Answer answer() throws IOException {
            return Answer.of(response, hide);
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
        return title + " answered " + answer.status() + (saying.isEmpty() ? "" : " (" + saying + ")") + " to "
                + hide(name(request));
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

    /** OkHttp is Kotlin: where it waits for a connection it lets an {@code InterruptedException} through undeclared. */
    private static Response execute(Call call) throws IOException {
        try {
            return call.execute();
        } catch (IOException | RuntimeException declared) {
            throw declared;
        } catch (Exception undeclared) {
            Thread.currentThread().interrupt();
            throw (IOException) new InterruptedIOException("interrupted while connecting").initCause(undeclared);
        }
    }

    private Answer ask(Request request, Deadline deadline) throws IOException {
        Call call = client.newCall(request);
        call.timeout().timeout(Math.max(1, deadline.remaining().toNanos()), TimeUnit.NANOSECONDS);
        Deadline.Registration alarm = deadline.onExpiry(call::cancel);
        try (Response response = execute(call)) {
            return Answer.of(response, this::hide);
        } catch (IOException e) {
            if (Thread.currentThread().isInterrupted()) {
                throw new InterruptedIOException(hide("interrupted during " + name(request))); // The cause may quote.
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
