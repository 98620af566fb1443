package io.gracefulbackup.ipfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.gracefulbackup.Deadline;
import io.gracefulbackup.spi.PermanentFailureException;
import io.gracefulbackup.testkit.fakes.FakePinata;
import io.gracefulbackup.testkit.fakes.FakePinata.ErrorStyle;
import io.gracefulbackup.testkit.fakes.FakePinata.Quota;
import io.gracefulbackup.testkit.fakes.Fault;
import io.gracefulbackup.testkit.fakes.PinataCall;
import io.gracefulbackup.testkit.fakes.PinataScope;
import io.gracefulbackup.testkit.internal.SyntheticBackup;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Temporary errors are retried, every call ends by its deadline, and the message fits in one line. */
final class FailuresTest extends SinkTest {
    private final SyntheticBackup backup = SyntheticBackup.of(1, 200_000);

    @ParameterizedTest
    @ValueSource(ints = {500, 502, 503, 504, 408})
    void retriesAfterATemporaryError(int status) throws IOException {
        pinata.next(1, Fault.html(status)).next(1, Fault.empty(status));

        withKeyPair().store(backup, enough());

        assertThat(pinata.pins()).hasSize(1);
    }

    @Test
    void retriesAfterABrokenConnection() throws IOException {
        pinata.next(2, Fault.cutRequestAfter(100_000), PinataCall.V3_UPLOAD);

        withJwt().store(backup, enough());

        assertThat(pinata.pins()).hasSize(1);
    }

    @Test
    void waitsForTheRequestedTime() throws IOException {
        pinata.next(1, Fault.tooManyRequests(Duration.ofSeconds(2)), PinataCall.LEGACY_UPLOAD);
        long begun = System.nanoTime();

        withKeyPair().store(backup, enough());

        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isGreaterThan(Duration.ofSeconds(2));
    }

    @Test
    void doesNotWaitBeyondTheDeadline() {
        pinata.always(Fault.tooManyRequests(Duration.ofSeconds(60)), PinataCall.LEGACY_UPLOAD);
        long begun = System.nanoTime();

        assertThat(failure(() -> withKeyPair().store(backup, seconds(20))))
                .contains("answered 429")
                .contains("it asks to wait 60.0 s");
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(10));
    }

    static Stream<Fault> endless() {
        return Stream.of(
                Fault.silent(),
                Fault.slowRequest(1024),
                Fault.slowResponse(1),
                Fault.empty(500),
                Fault.html(500),
                Fault.cutRequestAfter(1000),
                Fault.cutResponseAfter(3));
    }

    @ParameterizedTest
    @MethodSource("endless")
    void endsALittleBeforeTheDeadlineWithTheReason(Fault fault) {
        pinata.always(fault);
        PinataSink sink = withKeyPair();
        Deadline deadline = seconds(2);

        String why = failure(() -> sink.store(SyntheticBackup.of(1, 12_000_000), deadline));

        assertThat(deadline.isExpired()).isFalse();
        assertThat(why).contains("bytes were sent").containsAnyOf("500", " failed (", "did not complete");
    }

    static Stream<Fault> endlessAnswers() {
        return Stream.of(Fault.silent(), Fault.slowResponse(1), Fault.html(500), Fault.cutResponseAfter(3));
    }

    @ParameterizedTest
    @MethodSource("endlessAnswers")
    void listingEndsBeforeTheDeadlineToo(Fault fault) {
        pinata.always(fault);
        PinataSink sink = withJwt();
        Deadline deadline = seconds(2);

        failure(() -> sink.list(deadline));

        assertThat(deadline.isExpired()).isFalse();
    }

    @ParameterizedTest
    @EnumSource(ErrorStyle.class)
    void badCredentialsAreNotTriedAgain(ErrorStyle style) {
        pinata.errors(style);
        context.set("PINATA_API_KEY", pinata.apiKey());
        context.set("PINATA_SECRET_KEY", "wrong");
        PinataSink sink = open();

        assertThat(failure(() -> sink.store(backup, enough())))
                .contains("answered 401")
                .contains("check PINATA_API_KEY and PINATA_SECRET_KEY");
        assertThat(failure(() -> sink.list(enough()))).contains("check PINATA_API_KEY and PINATA_SECRET_KEY");
        assertThat(pinata.requests()).hasSize(2);
    }

    @ParameterizedTest
    @EnumSource(ErrorStyle.class)
    void refusedCredentialsArePermanent(ErrorStyle style) {
        pinata.errors(style);

        assertThatIOException()
                .isThrownBy(() -> withJwt("eyJ.not.one").list(enough()))
                .isInstanceOf(PermanentFailureException.class);
    }

    @Test
    void aRevokedKeyIsPermanent() {
        pinata.revokeKeys();

        assertThatIOException()
                .isThrownBy(() -> withKeyPair().list(enough()))
                .isInstanceOf(PermanentFailureException.class);
        assertThatIOException()
                .isThrownBy(() -> withKeyPair().probe(enough()))
                .isInstanceOf(PermanentFailureException.class);
    }

    @ParameterizedTest
    @ValueSource(ints = {403, 429, 500, 503})
    void whatMayPassIsNot(int status) {
        pinata.always(Fault.html(status));

        assertThatIOException()
                .isThrownBy(() -> withKeyPair().list(seconds(1)))
                .isNotInstanceOf(PermanentFailureException.class);
    }

    @Test
    void reportsABadJwtForBothApis() {
        PinataSink sink = withJwt("eyJ.not.one");

        assertThat(failure(() -> sink.store(backup, enough()))).contains("check PINATA_JWT");
        assertThat(failure(() -> sink.list(enough()))).contains("check PINATA_JWT");
    }

    @Test
    void reportsARevokedKey() {
        pinata.revokeKeys();

        assertThat(failure(() -> withKeyPair().store(backup, enough())))
                .contains("API_KEY_REVOKED")
                .contains("make a new key");
        assertThat(failure(() -> withKeyPair().list(enough()))).contains("API_KEY_REVOKED");
    }

    @Test
    void namesTheMissingPermission() {
        pinata.scopes(PinataScope.PIN_LIST);

        assertThat(failure(() -> withKeyPair().store(backup, enough()))).contains("lacks the permission pinFileToIPFS");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aPlanThatIsUsedUpIsNotTriedAgain(boolean keyPair) {
        pinata.planUsedUp();
        PinataSink sink = keyPair ? withKeyPair() : withJwt();

        assertThat(failure(() -> sink.store(backup, enough()))).contains("Pinata's plan is used up");
        assertThat(pinata.requests()).hasSize(1);
    }

    @Test
    void truncatesHugeAnswers() {
        pinata.always(Fault.hugeAnswer(1L << 32));

        assertThat(failure(() -> withKeyPair().store(backup, enough()))).contains("more than 1048576 bytes");
        assertThat(failure(() -> withKeyPair().list(enough()))).contains("more than 1048576 bytes");
    }

    @Test
    void shortensTheMessagesOfTheServiceToOneLine() {
        pinata.always(Fault.answer(400, "text/plain", "a\nb\0" + "x".repeat(100_000)));

        assertThat(failure(() -> withKeyPair().store(backup, enough())))
                .contains("a b xxx")
                .doesNotContain("\n")
                .hasSizeLessThan(1000);
    }

    @Test
    void credentialsThatTheServiceRepeatsAreHidden() {
        pinata.always(Fault.answer(400, "text/plain", "no such key: " + pinata.apiKey()));

        assertThat(failure(() -> withKeyPair().store(backup, enough()))).contains("no such key: ***");
    }

    @Test
    void redirectsOfTheApiAreNotFollowed() {
        try (FakePinata other = FakePinata.start()) {
            pinata.always(Fault.redirect(URI.create(other.apiUrl())));

            assertThat(failure(() -> withKeyPair().store(backup, enough()))).contains("redirects are not followed");
            assertThat(failure(() -> withJwt().list(enough()))).contains("redirects are not followed");
            assertThat(other.requests()).isEmpty();
        }
    }

    @Test
    void keepsToTheRateLimit() throws IOException {
        PinataSink sink = withKeyPair();
        pinata.rateLimit(Quota.API, 1, Duration.ofSeconds(2));

        sink.store(backup, enough());
        sink.store(SyntheticBackup.of(2, 1000), enough());

        assertThat(pinata.pins()).hasSize(2);
    }
}
