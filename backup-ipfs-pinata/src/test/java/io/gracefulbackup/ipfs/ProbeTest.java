package io.gracefulbackup.ipfs;

import static org.assertj.core.api.Assertions.assertThat;

import io.gracefulbackup.testkit.fakes.FakePinata.ErrorStyle;
import io.gracefulbackup.testkit.fakes.Fault;
import io.gracefulbackup.testkit.fakes.PinataCall;
import io.gracefulbackup.testkit.fakes.PinataScope;
import io.gracefulbackup.testkit.fakes.ReceivedRequest;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What can be known without an upload. */
final class ProbeTest extends SinkTest {
    private static final String WRONG = "canary-of-a-wrong-key";

    @Test
    void uploadsNothing() throws IOException {
        withKeyPair().probe(enough());
        withJwt().probe(enough());
        withJwt(pinata.legacyJwt()).probe(enough());
        withJwt(pinata.v3Jwt()).probe(enough());

        assertThat(pinata.pins()).isEmpty();
        assertThat(pinata.requests()).extracting(ReceivedRequest::method).containsOnly("GET", "HEAD");
    }

    @ParameterizedTest
    @EnumSource(ErrorStyle.class)
    void refusesRevokedKeys(ErrorStyle style) {
        pinata.errors(style).revokeKeys();

        assertThat(failure(() -> withKeyPair().probe(enough())))
                .contains("Pinata answered 40")
                .contains("PINATA_API_KEY");
        assertThat(failure(() -> withJwt().probe(enough())))
                .contains("Pinata answered 40")
                .contains("PINATA_JWT");
    }

    @Test
    void refusesWrongKeys() {
        context.set("PINATA_API_KEY", pinata.apiKey()).set("PINATA_SECRET_KEY", WRONG);
        assertThat(failure(() -> open().probe(enough())))
                .contains("answered 401")
                .contains("check PINATA_API_KEY and PINATA_SECRET_KEY")
                .doesNotContain(WRONG);

        context.unset("PINATA_API_KEY").unset("PINATA_SECRET_KEY");
        assertThat(failure(() -> withJwt(WRONG).probe(enough())))
                .contains("the v3 API cannot take the upload: Pinata answered 401")
                .contains("nor can the legacy API: Pinata answered 401")
                .contains("check PINATA_JWT")
                .doesNotContain(WRONG);
    }

    @Test
    void passesWithKeysThatMayUploadButNotList() throws IOException {
        pinata.scopes(PinataScope.FILES_WRITE, PinataScope.PIN_FILE);

        withKeyPair().probe(enough());
        withJwt().probe(enough());
    }

    @Test
    void saysThatThePlanIsUsedUpIfPinataDoes() {
        pinata.always(
                Fault.answer(
                        403,
                        "application/json",
                        "{\"error\":{\"reason\":\"FORBIDDEN\",\"details\":\"Account blocked due to plan usage limit\"}}"),
                PinataCall.LEGACY_TEST,
                PinataCall.V3_LIST);

        assertThat(failure(() -> withKeyPair().probe(enough()))).contains("plan is used up");
        assertThat(failure(() -> withJwt().probe(enough()))).contains("plan is used up");
    }

    @Test
    void doesNotWaitBeyondTheDeadlineWhenTooManyRequestsWereSent() {
        pinata.always(Fault.tooManyRequests(Duration.ofSeconds(60)), PinataCall.LEGACY_TEST);

        assertThat(failure(() -> withKeyPair().probe(seconds(20))))
                .contains("answered 429")
                .contains("asks to wait");
    }

    @Test
    void refusesAServiceThatCannotBeReached() {
        context.set("PINATA_API_URL", "http://localhost:1");

        assertThat(failure(() -> withKeyPair().probe(seconds(0.5))))
                .contains("Pinata")
                .contains("localhost:1");
    }

    @Test
    void refusesAnUploadHostThatCannotBeReached() {
        context.set("PINATA_UPLOAD_URL", "http://localhost:1");

        assertThat(failure(() -> withJwt().probe(seconds(5))))
                .contains("Pinata")
                .contains("localhost:1");
    }

    @Test
    void sendsNoCredentialsToTheUploadHost() throws IOException {
        withJwt().probe(enough());

        List<ReceivedRequest> uploads = pinata.requests().stream()
                .filter(request -> request.url().startsWith(pinata.uploadUrl()))
                .toList();
        assertThat(uploads).hasSize(1).noneMatch(request -> request.mentions(pinata.jwt()));
    }

    @Test
    void findsAServiceThatCameBack() throws IOException {
        pinata.revokeKeys();
        PinataSink sink = withKeyPair();
        failure(() -> sink.probe(enough()));

        pinata.heal();

        sink.probe(enough());
    }
}
