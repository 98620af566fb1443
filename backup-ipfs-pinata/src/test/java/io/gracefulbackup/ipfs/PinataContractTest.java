package io.gracefulbackup.ipfs;

import io.gracefulbackup.spi.BackupSink;
import io.gracefulbackup.spi.SinkContext;
import io.gracefulbackup.testkit.BackupSinkContract;
import io.gracefulbackup.testkit.fakes.FakePin;
import io.gracefulbackup.testkit.fakes.FakePinata;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;

/** What every sink promises, with real backups and the stand-in for Pinata. */
@Tag("slow")
class PinataContractTest extends BackupSinkContract {
    private FakePinata pinata;

    @BeforeEach
    void startPinata() {
        pinata = FakePinata.start();
    }

    @AfterEach
    void stopPinata() {
        pinata.close();
    }

    @Override
    protected boolean canProtect() {
        return false;
    }

    @Override
    protected Map<String, String> settings() {
        return Map.of(
                "PINATA_API_KEY", pinata.apiKey(),
                "PINATA_SECRET_KEY", pinata.secretKey(),
                "PINATA_API_URL", pinata.apiUrl(),
                "PINATA_UPLOAD_URL", pinata.uploadUrl(),
                "PINATA_GATEWAY", pinata.gatewayUrl());
    }

    @Override
    protected BackupSink open(SinkContext context) {
        return configured(new PinataSinkProvider(), context);
    }

    /** A pin of somebody else's in the same account. */
    @Override
    protected void addForeignEntry() throws Exception {
        pinata.pin(
                FakePin.Api.LEGACY,
                "cat.png",
                Map.of(),
                new ByteArrayInputStream("no backup".getBytes(StandardCharsets.UTF_8)));
    }

    @Override
    protected BackupSink openUnreachable() {
        return open(contextWith(Map.of(
                "PINATA_API_KEY", "some-key",
                "PINATA_SECRET_KEY", "not-to-be-seen",
                "PINATA_API_URL", "http://localhost:1",
                "PINATA_UPLOAD_URL", "http://localhost:1",
                "PINATA_GATEWAY", "http://localhost:1")));
    }
}
