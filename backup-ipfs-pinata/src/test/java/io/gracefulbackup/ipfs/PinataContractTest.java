package io.gracefulbackup.ipfs;

import io.gracefulbackup.spi.BackupSink;
import io.gracefulbackup.spi.SinkContext;
import io.gracefulbackup.spi.StoredBackup;
import io.gracefulbackup.testkit.BackupSinkContract;
import io.gracefulbackup.testkit.fakes.FakePin;
import io.gracefulbackup.testkit.fakes.FakePinata;
import io.gracefulbackup.testkit.fakes.Fault;
import io.gracefulbackup.testkit.fakes.PinataCall;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;

/** The contract of sinks, with the stand-in for Pinata. */
class PinataContractTest extends BackupSinkContract {
    /** A position behind the head of the form, within the file. */
    private static final long IN_THE_FILE = 2000;

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
    protected boolean canListOthers() {
        return true;
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

    /** Another program's pin in the same account. */
    @Override
    protected void addForeignEntry() throws Exception {
        pinata.pin(
                FakePin.Api.LEGACY,
                "cat.png",
                Map.of(),
                new ByteArrayInputStream("no backup".getBytes(StandardCharsets.UTF_8)));
    }

    /** Changes what the gateway serves. */
    @Override
    protected void damage(StoredBackup entry, UnaryOperator<byte[]> change) throws IOException {
        pinata.damage(entry.location(), change);
    }

    @Override
    protected void corruptStorage() {
        pinata.always(Fault.corruptRequest(IN_THE_FILE), PinataCall.LEGACY_UPLOAD);
    }

    @Override
    protected BackupSink openRefused() {
        Map<String, String> settings = new HashMap<>(settings());
        settings.put("PINATA_SECRET_KEY", "not-to-be-seen");
        return open(contextWith(settings));
    }

    @Override
    protected void refuseWrites() {
        Assumptions.abort("skipped: whether a key permits uploads is known only after an upload");
    }

    @Override
    protected Object contents() {
        return pinata.pins();
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
