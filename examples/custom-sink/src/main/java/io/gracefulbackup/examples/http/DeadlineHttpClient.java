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
final class DeadlineHttpClient {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);

    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECT_TIMEOUT)
            .build();
    private final String token;

    /** With a bearer token for every request, or an empty one for none. */
    DeadlineHttpClient(String token) {
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
     * @param alsoAccepted a status that is no failure here, besides 200 to 299
     * @throws IOException if there is no answer, none in time, or one that is a failure
     */
    <T> HttpResponse<T> send(HttpRequest.Builder builder, BodyHandler<T> handler, int alsoAccepted, Deadline deadline)
            throws IOException {
        HttpRequest request = builder.build();
        String what = request.method() + " " + request.uri();
        CompletableFuture<HttpResponse<T>> call = client.sendAsync(request, handler);
        Deadline.Registration registration = deadline.onExpiry(() -> call.cancel(true));
        try {
            HttpResponse<T> response = call.get();
            if (response.statusCode() / 100 != 2 && response.statusCode() != alsoAccepted) {
                throw new IOException(what + " was answered with status " + response.statusCode()
                        + "; check BACKUP_HTTP_URL, BACKUP_HTTP_TOKEN and the server's log");
            }
            return response;
        } catch (CancellationException e) {
            throw new InterruptedIOException(what + " was given up: the time is over");
        } catch (InterruptedException e) {
            call.cancel(true);
            Thread.currentThread().interrupt();
            throw new InterruptedIOException(what + " was interrupted");
        } catch (ExecutionException e) {
            throw new IOException(what + " failed: " + e.getCause(), e.getCause());
        } finally {
            registration.close();
        }
    }
}
