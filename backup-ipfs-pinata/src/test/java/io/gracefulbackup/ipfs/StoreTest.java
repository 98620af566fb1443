package io.gracefulbackup.ipfs;

import static org.assertj.core.api.Assertions.assertThat;

import io.gracefulbackup.RetentionPolicy;
import io.gracefulbackup.spi.StoredBackup;
import io.gracefulbackup.spi.StoredBackup.Hint;
import io.gracefulbackup.spi.StoredBackup.Pointer;
import io.gracefulbackup.testkit.fakes.FakePin;
import io.gracefulbackup.testkit.fakes.FakePinata.AnswerStyle;
import io.gracefulbackup.testkit.fakes.Fault;
import io.gracefulbackup.testkit.fakes.PinataCall;
import io.gracefulbackup.testkit.fakes.PinataChunking;
import io.gracefulbackup.testkit.fakes.PinataScope;
import io.gracefulbackup.testkit.internal.SyntheticBackup;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A backup is stored when Pinata has it under the CID that it must have. */
final class StoreTest extends SinkTest {

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void pinsTheBackupPubliclyWithItsKeyValues(boolean keyPair) throws IOException {
        PinataSink sink = keyPair ? withKeyPair() : withJwt();
        SyntheticBackup backup = SyntheticBackup.of(7, 300_000);

        StoredBackup stored = sink.store(backup, enough());

        FakePin pin = pinata.pins().get(0);
        assertThat(pinata.pins()).hasSize(1);
        assertThat(pin.api()).isEqualTo(keyPair ? FakePin.Api.LEGACY : FakePin.Api.V3);
        assertThat(pin.isPublic()).isTrue();
        assertThat(pin.cid()).startsWith("baf").isEqualTo(stored.location());
        assertThat(pin.name()).matches("app_backup_20260114_\\d{6}");
        assertThat(pin.fileName()).isEqualTo(pin.name());
        assertThat(pin.keyValues())
                .hasSizeLessThanOrEqualTo(10)
                .containsEntry("type", "graceful-backup")
                .containsEntry("application", "app")
                .containsEntry("backupId", backup.header().id().value())
                .containsEntry("epoch", "1")
                .containsEntry("sequence", "7")
                .containsEntry("sha256", backup.sha256())
                .containsEntry("size", Long.toString(backup.size()));
        assertThat(pin.form()).containsKey(keyPair ? "pinataOptions" : "cid_version");
        assertThat(pinata.content(pin.cid()).readAllBytes()).isEqualTo(backup.bytes());
        assertThat(stored.hint()).contains(Hint.of(backup.header(), backup.size()));
        assertThat(stored.lines())
                .containsExactly(
                        "🌐 Backing up app to IPFS...",
                        "✅ IPFS backup completed!",
                        "   CID: " + pin.cid(),
                        "   View at: " + pinata.gatewayUrl() + "/ipfs/" + pin.cid());
        assertThat(stored.pointers())
                .containsExactly(
                        new Pointer("PINATA_LATEST_CID", pin.cid(), "✅ IPFS CID saved for automatic restoration"));
        assertThat(context.warnings()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(PinataChunking.class)
    void acceptsTheCidOfAnyChunking(PinataChunking chunking) throws IOException {
        pinata.chunking(chunking).answers(AnswerStyle.TERSE);
        SyntheticBackup backup = SyntheticBackup.of(1, 1_500_000);

        StoredBackup stored = withKeyPair().store(backup, enough());

        assertThat(stored.location()).isEqualTo(pinata.pins().get(0).cid());
        // Only what cannot be computed is read back.
        assertThat(pinata.requests().stream().anyMatch(request -> request.url().startsWith(pinata.gatewayUrl())))
                .isEqualTo(chunking == PinataChunking.UNEXPECTED);
    }

    @Test
    void waitsUntilTheGatewayServesTheBackup() throws IOException {
        pinata.chunking(PinataChunking.UNEXPECTED).servedAfter(Duration.ofSeconds(1));

        StoredBackup stored = withJwt().store(SyntheticBackup.of(1, 300_000), enough());

        assertThat(stored.location()).isEqualTo(pinata.pins().get(0).cid());
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void neverReportsAWrongCid(boolean keyPair) throws IOException {
        PinataSink sink = keyPair ? withKeyPair() : withJwt();
        pinata.next(1, Fault.wrongCid(), PinataCall.LEGACY_UPLOAD, PinataCall.V3_UPLOAD);
        pinata.pin(FakePin.Api.LEGACY, "another", java.util.Map.of(), new java.io.ByteArrayInputStream(new byte[0]));

        // The other content is there, under the other CID: it is asked for, and is something else.
        assertThat(failure(() -> sink.store(SyntheticBackup.of(1, 1000), enough())))
                .contains("is different")
                .contains("bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku");
    }

    @Test
    void refusesAnAnswerWithoutACid() {
        pinata.always(Fault.without("IpfsHash"), PinataCall.LEGACY_UPLOAD);

        assertThat(failure(() -> withKeyPair().store(SyntheticBackup.of(1, 1000), enough())))
                .contains("without the field \"IpfsHash\"");
    }

    @Test
    void refusesAnAnswerThatIsNoCid() {
        pinata.always(Fault.with("cid", "../../etc/passwd"), PinataCall.V3_UPLOAD);

        assertThat(failure(() -> withJwt().store(SyntheticBackup.of(1, 1000), enough())))
                .contains("which is not a CID");
    }

    @Test
    void storingAStoredBackupAgainSucceeds() throws IOException {
        PinataSink sink = withKeyPair();
        SyntheticBackup backup = SyntheticBackup.of(1, 1000);

        assertThat(sink.store(backup, enough()).location())
                .isEqualTo(sink.store(backup, enough()).location());
        assertThat(pinata.pins()).hasSize(1);
    }

    @Test
    void anUploadWhoseAnswerWasLostIsTriedAgain() throws IOException {
        pinata.next(1, Fault.lostAnswer(), PinataCall.LEGACY_UPLOAD);

        withKeyPair().store(SyntheticBackup.of(1, 1000), enough());

        assertThat(pinata.pins()).hasSize(1);
    }

    @Test
    void aJwtForTheLegacyApiUploadsThere() throws IOException {
        withJwt(pinata.legacyJwt()).store(SyntheticBackup.of(1, 1000), enough());

        assertThat(pinata.pins())
                .singleElement()
                .satisfies(pin -> assertThat(pin.api()).isEqualTo(FakePin.Api.LEGACY));
    }

    @Test
    void aBackupTooLargeForV3GoesToTheLegacyApi() throws IOException {
        pinata.largestForm(1000);

        withJwt().store(SyntheticBackup.of(1, 5000), enough());

        assertThat(pinata.pins())
                .singleElement()
                .satisfies(pin -> assertThat(pin.api()).isEqualTo(FakePin.Api.LEGACY));
    }

    @Test
    void explainsWhyALargeBackupNeedsMoreThanAJwtForV3() {
        PinataSink sink = withJwt(pinata.v3Jwt());

        assertThat(failure(() -> sink.store(SyntheticBackup.of(1, 91L << 20), seconds(60))))
                .contains("more than the limit of 94371840")
                .contains("lacks the permission pinFileToIPFS");
        assertThat(pinata.requests()).noneMatch(request -> request.url().startsWith(pinata.uploadUrl()));
    }

    @Test
    void deletingUnpinsInBothApis() throws IOException {
        PinataSink sink = withJwt();
        pinata.next(1, Fault.error(413), PinataCall.V3_UPLOAD);
        StoredBackup legacy = sink.store(SyntheticBackup.of(1, 1000), enough());
        StoredBackup v3 = sink.store(SyntheticBackup.of(2, 1000), enough());
        StoredBackup staying = sink.store(SyntheticBackup.of(3, 1000), enough());
        assertThat(pinata.pins()).extracting(FakePin::api).contains(FakePin.Api.LEGACY, FakePin.Api.V3);

        sink.delete(legacy, enough());
        sink.delete(v3, enough());
        sink.delete(v3, enough()); // not pinned any more: done

        assertThat(pinata.pins()).extracting(FakePin::cid).containsExactly(staying.location());
    }

    @ParameterizedTest
    @EnumSource(FakePin.Api.class)
    void doesNotUnpinWhatAnotherApplicationPinned(FakePin.Api api) throws IOException {
        SyntheticBackup backup = SyntheticBackup.of("other", 1, 1000);
        String cid = pinata.pin(api, "theirs", KeyValues.of(backup, ""), backup.newStream())
                .cid();

        withJwt().delete(StoredBackup.at(cid, null), enough());

        assertThat(pinata.pins()).extracting(FakePin::cid).containsExactly(cid);
    }

    @Test
    void deletingNamesTheMissingPermission() throws IOException {
        PinataSink sink = withKeyPair();
        StoredBackup stored = sink.store(SyntheticBackup.of(1, 1000), enough());
        pinata.scopes(PinataScope.PIN_FILE, PinataScope.PIN_LIST);

        assertThat(failure(() -> sink.delete(stored, enough()))).contains("lacks the permission unpin");
    }

    @Test
    void keepsAllBackupsByDefault() {
        assertThat(withKeyPair().defaultRetention()).isEqualTo(RetentionPolicy.keepAll());
    }

    @Test
    void allThreadsAreDaemons() throws IOException {
        PinataSink sink = withJwt();
        read(sink, sink.store(SyntheticBackup.of(1, 1000), enough()));

        assertThat(Thread.getAllStackTraces().keySet())
                .filteredOn(thread -> thread.getName().startsWith("Ok"))
                .isNotEmpty()
                .allMatch(Thread::isDaemon);
        sink.close();
    }
}
