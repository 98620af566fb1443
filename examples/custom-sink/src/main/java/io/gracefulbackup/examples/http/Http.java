package io.gracefulbackup.examples.http;

import io.gracefulbackup.Deadline;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/** Requests that end when their deadline does. */
final class Http {
    private static final Duration CONNECT = Duration.ofSeconds(5);

    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECT)
            .build();
    private final String token;

    /** With a bearer token for every request, or an empty one for none. */
    Http(String token) {
        this.token = token;
    }

    /** A request without a body, to be changed further. */
    HttpRequest.Builder request(String method, URI address) {
        HttpRequest.Builder request = HttpRequest.newBuilder(address).method(method, BodyPublishers.noBody());
        return token.isEmpty() ? request : request.header("Authorization", "Bearer " + token);
    }

    /**
     * The server's answer to a request.
     *
     * @param also a status that is no failure here, besides 200 to 299
     * @throws IOException if there is no answer, none in time, or one that is a failure
     */
    <T> HttpResponse<T> send(HttpRequest.Builder asked, BodyHandler<T> handler, int also, Deadline deadline)
            throws IOException {
        HttpRequest request = asked.build();
        String what = request.method() + " " + request.uri();
        CompletableFuture<HttpResponse<T>> call = client.sendAsync(request, handler);
        Deadline.Registration alarm = deadline.onExpiry(() -> call.cancel(true));
        try {
            HttpResponse<T> answer = call.get();
            if (answer.statusCode() / 100 != 2 && answer.statusCode() != also) {
                throw new IOException(what + " was answered with status " + answer.statusCode()
                        + "; check BACKUP_HTTP_URL, BACKUP_HTTP_TOKEN and the server's log");
            }
            return answer;
        } catch (CancellationException expired) {
            throw new InterruptedIOException(what + " was given up: the time is over");
        } catch (InterruptedException interrupted) {
            call.cancel(true);
            Thread.currentThread().interrupt();
            throw new InterruptedIOException(what + " was interrupted");
        } catch (ExecutionException failed) {
            throw new IOException(what + " failed: " + failed.getCause(), failed.getCause());
        } finally {
            alarm.close();
        }
    }
}
