package io.gracefulbackup.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.gracefulbackup.GracefulShutdown;
import io.gracefulbackup.StateSource;
import io.gracefulbackup.testkit.fakes.FakePinata;
import io.gracefulbackup.testkit.fakes.FakeRender;
import io.gracefulbackup.testkit.fakes.Fault;
import io.gracefulbackup.testkit.fakes.PinataCall;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** Runs the code sample about the stand-ins for Pinata and Render, which the documentation shows. */
final class FakesTest {
    private final StateSource ledger = StateSource.of(
            "ledger", out -> out.write("a state".getBytes(StandardCharsets.UTF_8)), in -> in.readAllBytes());

    @Test
    void standInForPinataAndRender() {
        // snippet: fakes
        try (FakePinata pinata = FakePinata.start();
                FakeRender render = FakeRender.start()) {
            GracefulShutdown backup = GracefulShutdown.builder()
                    .source(ledger)
                    .setting("SECRET_KEY", "0123456789abcdef")
                    .setting("BACKUP_FILE", "off")
                    .setting("PINATA_JWT", pinata.jwt())
                    .setting("PINATA_API_URL", pinata.apiUrl())
                    .setting("PINATA_UPLOAD_URL", pinata.uploadUrl())
                    .setting("PINATA_GATEWAY", pinata.gatewayUrl())
                    .setting("RENDER_API_KEY", render.apiKey())
                    .setting("RENDER_SERVICE_ID", render.serviceId())
                    .setting("RENDER_API_URL", render.apiUrl())
                    .install();
            pinata.next(2, Fault.html(502), PinataCall.V3_UPLOAD); // it is tried again

            backup.backupNow("in a test");

            assertThat(pinata.pins()).hasSize(1);
            assertThat(render.variables())
                    .containsEntry("PINATA_LATEST_CID", pinata.pins().get(0).cid());
            backup.uninstall();
        }
        // end
    }
}
