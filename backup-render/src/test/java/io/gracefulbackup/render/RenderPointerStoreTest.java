package io.gracefulbackup.render;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.gracefulbackup.BackupConfigurationException;
import io.gracefulbackup.Deadline;
import io.gracefulbackup.spi.PermanentFailureException;
import io.gracefulbackup.spi.PointerStore;
import io.gracefulbackup.spi.PointerStoreProvider;
import io.gracefulbackup.testkit.TestSinkContext;
import io.gracefulbackup.testkit.fakes.FakeRender;
import io.gracefulbackup.testkit.fakes.FakeRender.ResetStyle;
import io.gracefulbackup.testkit.fakes.Fault;
import io.gracefulbackup.testkit.fakes.ReceivedRequest;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.function.Function;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A pointer is one variable of the service. No other variable is touched, and a value is absent only when that is certain. */
final class RenderPointerStoreTest {
    private static final Duration BRIEF = Duration.ofMillis(300);

    private final FakeRender render = FakeRender.start();
    private final TestSinkContext context = new TestSinkContext("app").ephemeralDisk(true);

    @BeforeEach
    void settings() {
        context.set("RENDER_API_URL", render.apiUrl())
                .set("RENDER_API_KEY", render.apiKey())
                .set("RENDER_SERVICE_ID", render.serviceId());
        render.variable("PASSWORD", "precious");
    }

    @AfterEach
    void noOtherVariableIsTouched() {
        render.close();
        assertThat(render.variables()).containsEntry("PASSWORD", "precious");
        assertThat(render.requests())
                .extracting(ReceivedRequest::url)
                .noneMatch(url -> url.endsWith("/env-vars") || url.contains("deploy"));
    }

    @Test
    void isFoundAsAService() {
        assertThat(ServiceLoader.load(PointerStoreProvider.class))
                .filteredOn(provider -> provider.name().equals("Render"))
                .hasSize(1);
    }

    @Test
    void keepsValuesInVariablesOfTheService() throws IOException {
        store().save("PINATA_LATEST_CID", "one", enough());
        store().save("PINATA_LATEST_CID", "two", enough());

        assertThat(render.variables()).containsEntry("PINATA_LATEST_CID", "two").hasSize(2);
        assertThat(store().load("PINATA_LATEST_CID", enough())).contains("two");
        assertThat(store().outlivesInstance()).isTrue();
    }

    @Test
    void aVariableThatIsNotThereHasNoValue() throws IOException {
        assertThat(store().load("BACKUP_LATEST", enough())).isEmpty();
        render.variable("BACKUP_LATEST", " ");
        assertThat(store().load("BACKUP_LATEST", enough())).isEmpty();
    }

    @Test
    void aServiceThatIsNotThereIsAnErrorNotAnAbsence() {
        context.set("RENDER_SERVICE_ID", "srv-other");

        assertThat(failure(() -> store().load("BACKUP_LATEST", enough()))).contains("there is no service srv-other");
        assertThat(failure(() -> store().save("BACKUP_LATEST", "x", enough()))).contains("check RENDER_SERVICE_ID");
    }

    @Test
    void a404FromAnotherServerIsAnErrorNotAnAbsence() {
        render.always(Fault.html(404));

        assertThat(failure(() -> store().load("BACKUP_LATEST", enough())))
                .contains("check RENDER_SERVICE_ID", "RENDER_API_URL");
    }

    @Test
    void anAnswerWithoutAValueIsAnErrorNotAnAbsence() {
        render.always(Fault.html(200));

        assertThat(failure(() -> store().load("BACKUP_LATEST", enough()))).contains("without a value");
    }

    @Test
    void reportsAWrongKey() {
        context.set("RENDER_API_KEY", "rnd_wrong");

        assertThat(failure(() -> store().load("BACKUP_LATEST", enough())))
                .contains("answered 401", "check RENDER_API_KEY")
                .doesNotContain("rnd_wrong");
    }

    @ParameterizedTest
    @EnumSource(ResetStyle.class)
    void waitsWhenThereWereTooManyRequests(ResetStyle style) throws IOException {
        PointerStore store = store();
        render.rateLimit(1, Duration.ofSeconds(2), style);

        store.save("A", "1", enough());
        store.save("B", "2", enough());

        assertThat(render.variables()).containsEntry("A", "1").containsEntry("B", "2");
    }

    @ParameterizedTest
    @ValueSource(ints = {500, 502, 503})
    void retriesAfterATemporaryError(int status) throws IOException {
        render.next(1, Fault.html(status)).next(1, Fault.lostAnswer());

        store().save("A", "1", enough());

        assertThat(render.variables()).containsEntry("A", "1");
    }

    @Test
    void endsBeforeTheDeadline() throws IOException {
        store().load("BACKUP_LATEST", enough()); // The first call of a JVM is slow.
        for (Fault fault : new Fault[] {Fault.silent(), Fault.empty(500), Fault.cutResponseAfter(1)}) {
            render.heal().always(fault);
            Deadline deadline = Deadline.after(Duration.ofSeconds(1));

            failure(() -> store().load("BACKUP_LATEST", deadline));

            assertThat(deadline.isExpired()).isFalse();
        }
    }

    @Test
    void redirectsAreNotFollowed() {
        try (FakeRender other = FakeRender.start()) {
            render.always(Fault.redirect(URI.create(other.apiUrl())));

            assertThat(failure(() -> store().load("BACKUP_LATEST", enough()))).contains("redirects are not followed");
            assertThat(failure(() -> store().save("BACKUP_LATEST", "x", enough())))
                    .contains("redirects are not followed");
            assertThat(other.requests()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {401, 403})
    void aRefusedKeyIsPermanent(int status) {
        render.always(Fault.html(status));

        assertThatIOException()
                .isThrownBy(() -> store().load("A", enough()))
                .isInstanceOf(PermanentFailureException.class)
                .withMessageContaining("check RENDER_API_KEY");
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 409, 429, 500, 503})
    void whatMayPassIsNotPermanent(int status) {
        render.always(Fault.html(status));

        assertThatIOException()
                .isThrownBy(() -> store().load("A", Deadline.after(BRIEF)))
                .isNotInstanceOf(PermanentFailureException.class);
    }

    static Stream<Named<Function<FakeRender, Fault>>> faults() {
        Map<String, Function<FakeRender, Fault>> all = new LinkedHashMap<>();
        all.put("silent", render -> Fault.silent());
        all.put("slow request", render -> Fault.slowRequest(1));
        all.put("slow answer", render -> Fault.slowResponse(1));
        all.put("closes during a request", render -> Fault.cutRequestAfter(3));
        all.put("closes during an answer", render -> Fault.cutResponseAfter(3));
        all.put("loses the answer", render -> Fault.lostAnswer());
        all.put("endless answers", render -> Fault.hugeAnswer(1L << 40));
        all.put("too many requests", render -> Fault.tooManyRequests(Duration.ofSeconds(60)));
        all.put("without a value", render -> Fault.without("value"));
        for (int status : new int[] {200, 201, 400, 401, 403, 404, 409, 429, 500, 503}) {
            all.put("empty " + status, render -> Fault.empty(status));
            all.put(status + " that repeats the key", render -> Fault.answer(status, "text/plain", render.apiKey()));
            all.put(
                    status + " that repeats the key in JSON",
                    render -> Fault.answer(
                            status,
                            "application/json",
                            "{\"id\":\"%1$s\",\"message\":\"%2$s %1$s\"}".formatted(render.apiKey(), "x".repeat(285))));
        }
        all.put("redirects", render -> Fault.redirect(URI.create("http://localhost:1/" + render.apiKey())));
        return all.entrySet().stream().map(entry -> Named.of(entry.getKey(), entry.getValue()));
    }

    @ParameterizedTest
    @MethodSource("faults")
    void noFailureShowsTheKey(Function<FakeRender, Fault> fault) {
        PointerStore store = store();
        render.always(fault.apply(render));

        List<ThrowingCallable> calls = List.of(
                () -> store.load("BACKUP_LATEST", Deadline.after(BRIEF)),
                () -> store.save("BACKUP_LATEST", "1.2.3", Deadline.after(BRIEF)));

        assertThat(calls).allSatisfy(call -> {
            Throwable failure = catchThrowable(call);
            StringWriter all = new StringWriter();
            if (failure != null) {
                failure.printStackTrace(new PrintWriter(all));
            }
            assertThat(all.toString()).doesNotContain(render.apiKey().substring(0, 10));
        });
        assertThat(context.warnings()).noneMatch(line -> line.contains(render.apiKey()));
    }

    @Test
    void theServiceIdAloneConfiguresNothing() {
        context.unset("RENDER_API_KEY");

        assertThat(new RenderPointerStoreProvider().open(context)).isEmpty();
    }

    @Test
    void theKeyAloneIsAnError() {
        context.unset("RENDER_SERVICE_ID");

        assertThatExceptionOfType(BackupConfigurationException.class)
                .isThrownBy(this::store)
                .withMessageContaining("RENDER_SERVICE_ID is not");
    }

    @Test
    void aKeyThatNoHeaderCanHoldIsRefusedWithoutShowingIt() {
        context.set("RENDER_API_KEY", "rnd_\ncanary");

        assertThatExceptionOfType(BackupConfigurationException.class)
                .isThrownBy(this::store)
                .withMessageContaining("RENDER_API_KEY holds")
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain("canary"));
    }

    private PointerStore store() {
        PointerStore store = new RenderPointerStoreProvider().open(context).orElseThrow();
        assertThat(store)
                .hasToString("RenderPointerStore["
                        + context.setting("RENDER_SERVICE_ID").orElseThrow() + "]");
        return store;
    }

    private static Deadline enough() {
        return Deadline.after(Duration.ofSeconds(30));
    }

    private String failure(ThrowingCallable work) {
        Throwable failure = catchThrowable(work);
        assertThat(failure).isInstanceOf(IOException.class);
        StringWriter all = new StringWriter();
        failure.printStackTrace(new PrintWriter(all));
        assertThat(all.toString()).doesNotContain(render.apiKey());
        return failure.getMessage();
    }
}
