package io.gracefulbackup.it;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** Clients that write without end, repeat refused requests, and record every change that was acknowledged. */
final class WriteLoad implements AutoCloseable {
    private static final int CLIENTS = 3;
    /** In milliseconds. Keeps the state small during fifty deploys. */
    private static final long PAUSE_BETWEEN_CHANGES = 8;

    private static final long PAUSE_AFTER_REFUSAL = 50;

    /**
     * An acknowledged change.
     *
     * @param survey the change
     * @param requestedAt when the request was sent, by {@code System.nanoTime()}
     * @param receivedAt when the acknowledgement arrived, by {@code System.nanoTime()}
     * @param port the instance that acknowledged it
     */
    record Acknowledgement(String survey, long requestedAt, long receivedAt, int port) {}

    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(2))
            .build();
    private final URI uri;
    private final List<Thread> threads = new ArrayList<>();
    private final List<Acknowledgement> acknowledged = new ArrayList<>();
    private final List<String> unexpectedAnswers = new ArrayList<>();
    private final AtomicLong refused = new AtomicLong();
    private volatile boolean closed;

    WriteLoad(URI router) {
        uri = router.resolve("/api/properties");
        for (int i = 0; i < CLIENTS; i++) {
            int number = i;
            Thread thread = new Thread(() -> write(number), "writer-" + i);
            threads.add(thread);
            thread.start();
        }
    }

    /** All acknowledgements so far, in the order of arrival. */
    synchronized List<Acknowledgement> acknowledged() {
        return List.copyOf(acknowledged);
    }

    /** How many requests were answered with 502 or 503, or not at all. */
    long refused() {
        return refused.get();
    }

    /** Waits for the next acknowledgement by an instance. */
    Acknowledgement awaitOneFrom(Instance instance, Duration limit) {
        int seen = acknowledged().size();
        Polling.until(
                () -> firstFrom(instance, seen).isPresent(),
                limit,
                () -> "an acknowledgement by " + instance.port() + ", " + instance.jvm());
        return firstFrom(instance, seen).orElseThrow();
    }

    private synchronized Optional<Acknowledgement> firstFrom(Instance instance, int seen) {
        return acknowledged.subList(seen, acknowledged.size()).stream()
                .filter(one -> one.port() == instance.port())
                .findFirst();
    }

    /** Waits until that many more requests have been refused. */
    void awaitRefusals(int more, Duration limit) {
        long enough = refused.get() + more;
        Polling.until(() -> refused.get() >= enough, limit, () -> more + " refusals");
    }

    /** Answers that a client must never receive. */
    synchronized List<String> unexpectedAnswers() {
        return List.copyOf(unexpectedAnswers);
    }

    private void write(int number) {
        for (int i = 0; !closed; i++) {
            String survey = "SN-" + number + "-" + i;
            String body =
                    "{\"owner\":\"Owner %d\",\"aadhar\":\"10000000000%d\",\"pan\":\"ABCDE000%dF\",\"survey\":\"%s\",\"address\":\"1 MG Road\",\"value\":1}"
                            .formatted(number, number, number, survey);
            try {
                while (!closed && !isSettled(survey, body)) {
                    refused.incrementAndGet();
                    TimeUnit.MILLISECONDS.sleep(PAUSE_AFTER_REFUSAL);
                }
                TimeUnit.MILLISECONDS.sleep(PAUSE_BETWEEN_CHANGES);
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    /** Whether the change need not be requested again: it is acknowledged, or it exists although it was not. */
    private boolean isSettled(String survey, String body) throws InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(uri)
                .timeout(Duration.ofSeconds(30))
                .POST(BodyPublishers.ofString(body))
                .build();
        long asked = System.nanoTime();
        try {
            HttpResponse<String> response = client.send(request, BodyHandlers.ofString());
            int code = response.statusCode();
            int by = response.headers()
                    .firstValue(Router.SERVED_BY)
                    .map(Integer::parseInt)
                    .orElse(0);
            if (code == 201) {
                record(new Acknowledgement(survey, asked, System.nanoTime(), by));
            } else if (code != 409 && code != 502 && code != 503) {
                unexpectedAnswer(code + " by " + by + " for " + survey + ": " + response.body());
            }
            return code == 201 || code == 409;
        } catch (IOException e) {
            return false;
        }
    }

    private synchronized void record(Acknowledgement one) {
        acknowledged.add(one);
    }

    private synchronized void unexpectedAnswer(String what) {
        unexpectedAnswers.add(what);
    }

    @Override
    public void close() {
        closed = true;
        threads.forEach(Thread::interrupt);
        threads.forEach(thread -> {
            try {
                thread.join(5000);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
    }
}
