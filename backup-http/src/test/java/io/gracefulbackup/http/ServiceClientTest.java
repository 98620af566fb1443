package io.gracefulbackup.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.gracefulbackup.Deadline;
import io.gracefulbackup.testkit.fakes.FakeRender;
import io.gracefulbackup.testkit.fakes.Fault;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import okhttp3.Request;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Requests are repeated until the service answers, or until shortly before the deadline. */
final class ServiceClientTest {
    private final FakeRender server = FakeRender.start();
    private final ServiceClient service = new ServiceClient("Render", Duration.ofSeconds(10), List.of(server.apiKey()));
    private final Request request = new Request.Builder()
            .url(server.apiUrl() + "/services/" + server.serviceId())
            .header("Authorization", "Bearer " + server.apiKey())
            .build();

    @AfterEach
    void stop() {
        server.close();
        service.close();
    }

    @Test
    void returnsTheAnswer() throws IOException {
        BufferedResponse answer = service.call(request, seconds(10));

        assertThat(answer.isSuccess()).isTrue();
        assertThat(answer.json().path("id").asString()).isEqualTo(server.serviceId());
    }

    @Test
    void retriesTemporaryErrors() throws IOException {
        server.next(1, Fault.empty(503)).next(1, Fault.lostAnswer()).next(1, Fault.error(408));

        assertThat(service.call(request, seconds(10)).isSuccess()).isTrue();
        assertThat(server.requests()).hasSize(4);
    }

    @Test
    void returnsARefusalAsAnAnswer() throws IOException {
        server.next(1, Fault.error(403));

        assertThat(service.call(request, seconds(10)).status()).isEqualTo(403);
    }

    @Test
    void reportsTheReasonBeforeTheDeadline() {
        server.always(Fault.error(500));
        Deadline deadline = seconds(1);

        assertThatIOException()
                .isThrownBy(() -> service.call(request, deadline))
                .withMessageContaining("Render answered 500 (Something went wrong) to GET " + request.url())
                .withMessageContaining("given up after");
        assertThat(deadline.isExpired()).isFalse();
    }

    @Test
    void endsWhenTheDeadlineIsEndedEarly() throws InterruptedException {
        server.always(Fault.silent());
        Deadline.Controller time = Deadline.controlled(Duration.ofSeconds(60));
        CompletableFuture<Throwable> failure = new CompletableFuture<>();
        Thread caller = new Thread(() -> {
            try {
                service.call(request, time.deadline());
            } catch (IOException e) {
                failure.complete(e);
            }
        });
        caller.start();
        while (server.requests().isEmpty()) {
            Thread.onSpinWait();
        }

        time.expire();

        assertThat(failure).succeedsWithin(Duration.ofSeconds(5)).asString().contains("did not complete");
    }

    @Test
    void endsWhenItsThreadIsInterrupted() throws InterruptedException {
        server.always(Fault.error(500));
        CountDownLatch interrupted = new CountDownLatch(1);
        Thread caller = new Thread(() -> {
            try {
                service.call(request, seconds(60));
            } catch (InterruptedIOException e) {
                interrupted.countDown();
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
        caller.start();
        while (server.requests().isEmpty()) {
            Thread.onSpinWait();
        }

        caller.interrupt();

        assertThat(interrupted.await(5, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void followsNoRedirect() throws IOException {
        try (FakeRender other = FakeRender.start()) {
            server.always(Fault.redirect(URI.create(other.apiUrl())));

            assertThat(service.call(request, seconds(10)).status()).isEqualTo(307);
            assertThat(other.requests()).isEmpty();
        }
    }

    @Test
    void truncatesHugeAnswers() throws IOException {
        server.always(Fault.hugeAnswer(1L << 33));

        BufferedResponse answer = service.call(request, seconds(10));

        assertThat(answer.isTruncated()).isTrue();
        assertThat(answer.body()).hasSize(BufferedResponse.MAX_BODY_BYTES);
    }

    @Test
    void hidesSecretsThatTheServiceRepeats() throws IOException {
        server.always(Fault.answer(400, "text/plain", "bad key " + server.apiKey()));

        assertThat(service.describe(request, service.call(request, seconds(10))))
                .contains("bad key ***");
        assertThat(service).hasToString("ServiceClient[Render]");
    }

    @Test
    void hidesASecretThatIsLongerThanTheMessage() throws IOException {
        String secret = "canary".repeat(100);
        ServiceClient careful = new ServiceClient("Render", Duration.ofSeconds(10), List.of("canary", secret));
        server.always(Fault.answer(400, "text/plain", "x".repeat(280) + secret));

        assertThat(careful.describe(request, careful.call(request, seconds(10))))
                .contains("xx***)")
                .doesNotContain("can");
    }

    private static Deadline seconds(int seconds) {
        return Deadline.after(Duration.ofSeconds(seconds));
    }
}
