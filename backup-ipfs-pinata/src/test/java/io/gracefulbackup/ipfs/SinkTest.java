package io.gracefulbackup.ipfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.gracefulbackup.Deadline;
import io.gracefulbackup.spi.BackupSinkProvider.Opening;
import io.gracefulbackup.spi.Listing;
import io.gracefulbackup.spi.StoredBackup;
import io.gracefulbackup.testkit.TestSinkContext;
import io.gracefulbackup.testkit.fakes.FakePinata;
import io.gracefulbackup.testkit.fakes.ReceivedRequest;
import io.gracefulbackup.testkit.internal.SyntheticBackup;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;

/**
 * A sink with its own Pinata, and helpers for its tests. After each test it looks for credentials in all messages and
 * warnings, and in the requests that must not contain them.
 */
abstract class SinkTest {
    static final String TOKEN = "canary-gateway-token-3f81";

    final FakePinata pinata = FakePinata.start();
    final TestSinkContext context = new TestSinkContext(SyntheticBackup.APPLICATION, SyntheticBackup.INSPECTOR);
    private final List<String> texts = new ArrayList<>();

    SinkTest() {
        context.set("PINATA_API_URL", pinata.apiUrl());
        context.set("PINATA_UPLOAD_URL", pinata.uploadUrl());
        context.set("PINATA_GATEWAY", pinata.gatewayUrl());
    }

    @AfterEach
    void nothingShowsTheCredentials() {
        pinata.close();
        texts.addAll(context.warnings());
        List<String> keys =
                List.of(pinata.apiKey(), pinata.secretKey(), pinata.jwt(), pinata.legacyJwt(), pinata.v3Jwt());
        assertThat(texts).noneMatch(text -> keys.stream().anyMatch(text::contains) || text.contains(TOKEN));
        for (ReceivedRequest request : pinata.requests()) {
            if (request.url().startsWith(pinata.gatewayUrl())) {
                assertThat(keys).noneMatch(request::mentions);
            } else {
                assertThat(request.mentions(TOKEN)).isFalse();
            }
        }
    }

    static Deadline enough() {
        return seconds(30);
    }

    static Deadline seconds(double seconds) {
        return Deadline.after(Duration.ofMillis((long) (seconds * 1000)));
    }

    PinataSink withKeyPair() {
        context.set("PINATA_API_KEY", pinata.apiKey());
        context.set("PINATA_SECRET_KEY", pinata.secretKey());
        return open();
    }

    PinataSink withJwt() {
        return withJwt(pinata.jwt());
    }

    PinataSink withJwt(String jwt) {
        context.set("PINATA_JWT", jwt);
        return open();
    }

    PinataSink open() {
        return open(context);
    }

    static PinataSink open(TestSinkContext context) {
        return (PinataSink) ((Opening.Configured) new PinataSinkProvider().open(context)).sink();
    }

    static List<StoredBackup> list(PinataSink sink) throws IOException {
        return ((Listing.Listed) sink.list(enough())).backups();
    }

    static byte[] read(PinataSink sink, StoredBackup entry) throws IOException {
        try (InputStream in = sink.open(entry, enough())) {
            return in.readAllBytes();
        }
    }

    /** The message of an {@code IOException}; its causes are checked for credentials after the test. */
    String failure(ThrowingCallable work) {
        Throwable failure = catchThrowable(work);
        assertThat(failure).isInstanceOf(IOException.class);
        StringWriter all = new StringWriter();
        failure.printStackTrace(new PrintWriter(all));
        texts.add(all.toString());
        return failure.getMessage();
    }
}
