package io.gracefulbackup.ipfs;

import static org.assertj.core.api.Assertions.assertThat;

import io.gracefulbackup.Deadline;
import io.gracefulbackup.spi.StoredBackup;
import io.gracefulbackup.spi.StoredBackup.Hint;
import io.gracefulbackup.testkit.fakes.FakePin.Api;
import io.gracefulbackup.testkit.fakes.FakePinata;
import io.gracefulbackup.testkit.fakes.FakePinata.AnswerStyle;
import io.gracefulbackup.testkit.fakes.Fault;
import io.gracefulbackup.testkit.fakes.PinataCall;
import io.gracefulbackup.testkit.fakes.PinataChunking;
import io.gracefulbackup.testkit.fakes.ReceivedRequest;
import io.gracefulbackup.testkit.internal.SyntheticBackup;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A backup is read from any gateway that has it, also when connections break. */
final class DownloadTest extends SinkTest {
    private final SyntheticBackup backup = SyntheticBackup.of(1, 2_000_000);

    @Test
    void returnsTheStoredBytes() throws IOException {
        PinataSink sink = withKeyPair();
        sink.store(backup, enough());

        assertThat(read(sink, list(sink).get(0))).isEqualTo(backup.bytes());
        assertThat(context.warnings()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void resumesAfterABrokenConnection(boolean ranges) throws IOException {
        pinata.ranges(ranges);
        PinataSink sink = withKeyPair();
        StoredBackup stored = sink.store(backup, enough());
        pinata.next(1, Fault.cutResponseAfter(700_000), PinataCall.DOWNLOAD)
                .next(1, Fault.empty(503), PinataCall.DOWNLOAD)
                .next(1, Fault.cutResponseAfter(900_000), PinataCall.DOWNLOAD);

        assertThat(read(sink, stored)).isEqualTo(backup.bytes());
        assertThat(pinata.requests())
                .filteredOn(request -> request.url().contains("/ipfs/"))
                .hasSize(4)
                .last()
                .satisfies(last -> assertThat(last.header("Range").orElse("")).matches("bytes=\\d+-"));
    }

    @Test
    void findsAFreshUploadOnceItIsServed() throws IOException {
        pinata.servedAfter(Duration.ofSeconds(2));
        PinataSink sink = withKeyPair();

        assertThat(read(sink, sink.store(backup, enough()))).isEqualTo(backup.bytes());
    }

    @Test
    void fallsBackToTheNextGateway() throws IOException {
        try (FakePinata broken = FakePinata.start()) {
            broken.always(Fault.html(502));
            context.set("PINATA_GATEWAY", broken.gatewayUrl() + ", " + pinata.gatewayUrl() + "/");
            PinataSink sink = withKeyPair();

            assertThat(read(sink, sink.store(backup, enough()))).isEqualTo(backup.bytes());
            assertThat(broken.requests()).isNotEmpty();
        }
    }

    @Test
    void aGatewayThatServesAPageInsteadIsSkippedWithAWarning() throws IOException {
        try (FakePinata captive = FakePinata.start()) {
            captive.always(Fault.html(200));
            context.set("PINATA_GATEWAY", captive.gatewayUrl() + "," + pinata.gatewayUrl());
            PinataSink sink = withKeyPair();
            StoredBackup stored = sink.store(backup, enough());

            assertThat(read(sink, StoredBackup.at(stored.location(), null))).isEqualTo(backup.bytes());
            assertThat(context.warnings()).singleElement().asString().contains("serves content that does not match");
        }
    }

    @Test
    void aGatewayThatAnnouncesAnotherSizeIsSkipped() throws IOException {
        try (FakePinata captive = FakePinata.start()) {
            captive.always(Fault.html(200));
            context.set("PINATA_GATEWAY", captive.gatewayUrl() + "," + pinata.gatewayUrl());
            PinataSink sink = withKeyPair();

            assertThat(read(sink, sink.store(backup, enough()))).isEqualTo(backup.bytes());
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = PinataChunking.class,
            names = {"CLASSIC", "PROFILE_2025", "UNEXPECTED"})
    void aGatewayThatServesWrongBytesIsSkippedAtTheSecondTry(PinataChunking chunking) throws IOException {
        try (FakePinata wrong = FakePinata.start()) {
            pinata.chunking(chunking);
            wrong.chunking(chunking).pin(Api.LEGACY, "copy", Map.of(), backup.newStream());
            wrong.always(Fault.corruptBody(), PinataCall.DOWNLOAD);
            PinataSink sink = withKeyPair();
            sink.store(backup, enough());
            int before = context.warnings().size();
            context.set("PINATA_GATEWAY", wrong.gatewayUrl() + "," + pinata.gatewayUrl());
            PinataSink careful = open();
            StoredBackup entry = list(careful).get(0);

            // The seal finds it damaged; the library fetches what is damaged twice before it believes that.
            assertThat(read(careful, entry)).isNotEqualTo(backup.bytes());
            assertThat(context.warnings())
                    .hasSize(before + 1)
                    .last()
                    .asString()
                    .contains("serves content that does not match");
            assertThat(read(careful, entry)).isEqualTo(backup.bytes());
        }
    }

    @Test
    void returnsTheBytesThatAllGatewaysServe() throws IOException {
        try (FakePinata same = FakePinata.start()) {
            byte[] page = "no backup at all".getBytes(java.nio.charset.StandardCharsets.US_ASCII);
            same.pin(Api.LEGACY, "page", Map.of(), new java.io.ByteArrayInputStream(page));
            String cid = pinata.pin(Api.LEGACY, "page", Map.of(), new java.io.ByteArrayInputStream(page))
                    .cid();
            context.set("PINATA_GATEWAY", same.gatewayUrl() + "," + pinata.gatewayUrl());

            assertThat(read(withKeyPair(), StoredBackup.at(cid, null))).isEqualTo(page);
        }
    }

    @Test
    void theTokenGoesToTheFirstGatewayOnly() throws IOException {
        try (FakePinata other = FakePinata.start()) {
            pinata.gatewayToken(TOKEN);
            context.set("PINATA_GATEWAY", pinata.gatewayUrl() + "," + other.gatewayUrl());
            context.set("PINATA_GATEWAY_TOKEN", TOKEN);
            PinataSink sink = withKeyPair();
            StoredBackup stored = sink.store(backup, enough());
            assertThat(read(sink, stored)).isEqualTo(backup.bytes());

            pinata.always(
                    Fault.redirect(URI.create(other.gatewayUrl() + "/ipfs/" + stored.location())), PinataCall.DOWNLOAD);
            other.pin(Api.LEGACY, "copy", Map.of(), backup.newStream());
            assertThat(read(sink, stored)).isEqualTo(backup.bytes());
            assertThat(other.requests())
                    .isNotEmpty()
                    .noneMatch(request -> request.mentions(TOKEN) || request.mentions(pinata.apiKey()));
        }
    }

    @Test
    void aCircleOfRedirectsEnds() throws IOException {
        PinataSink sink = withKeyPair();
        StoredBackup stored = sink.store(backup, enough());
        pinata.always(
                Fault.redirect(URI.create(pinata.gatewayUrl() + "/ipfs/" + stored.location())), PinataCall.DOWNLOAD);

        assertThat(failure(() -> readWithin(2, sink, stored))).contains("redirects too many times");
    }

    @Test
    void reportsAWrongTokenAtOnce() throws IOException {
        PinataSink sink = withKeyPair();
        StoredBackup stored = sink.store(backup, enough());
        pinata.gatewayToken("another");
        Deadline deadline = enough();

        assertThat(failure(() -> {
                    try (InputStream in = sink.open(stored, deadline)) {
                        in.readAllBytes();
                    }
                }))
                .contains("401", "The gateway token is missing or wrong");
    }

    @ParameterizedTest
    @EnumSource(AnswerStyle.class)
    void refusesMoreBytesThanTheCatalogueNames(AnswerStyle style) throws IOException {
        try (FakePinata endless = FakePinata.start()) {
            PinataSink first = withKeyPair();
            StoredBackup stored = first.store(backup, enough());
            pinata.answers(style);
            endless.always(Fault.hugeAnswer(1L << 40));
            context.set("PINATA_GATEWAY", pinata.gatewayUrl() + "," + endless.gatewayUrl());
            PinataSink sink = open();
            pinata.next(1, Fault.cutResponseAfter(100_000), PinataCall.DOWNLOAD);

            // The endless one announces more than there can be, so it is passed over when the other one breaks off.
            assertThat(read(sink, stored)).isEqualTo(backup.bytes());
        }
    }

    @ParameterizedTest
    @CsvSource({"10, true", "10, false", "3000000, true", "3000000, false"})
    void aWrongSizeInTheCatalogueChangesNothing(long size, boolean ranges) throws IOException {
        pinata.ranges(ranges);
        PinataSink sink = withKeyPair();
        StoredBackup stored = sink.store(backup, enough());
        StoredBackup lie =
                StoredBackup.at(stored.location(), new Hint(backup.header().id(), 1, 1, size, Instant.EPOCH));

        assertThat(read(sink, lie)).isEqualTo(backup.bytes());
    }

    @Test
    void refusesUnannouncedBytesBeyondTheSize() throws IOException {
        PinataSink sink = withKeyPair();
        StoredBackup stored = sink.store(backup, enough());
        pinata.answers(AnswerStyle.TERSE);
        StoredBackup small =
                StoredBackup.at(stored.location(), new Hint(backup.header().id(), 1, 1, 1_000_000, Instant.EPOCH));

        assertThat(failure(() -> read(sink, small))).contains("more than the 1000000 bytes");
    }

    @Test
    @Tag("slow") // The stall limit is 10 s.
    void leavesASilentGatewayForTheNext() throws IOException {
        try (FakePinata silent = FakePinata.start()) {
            silent.always(Fault.silent());
            context.set("PINATA_GATEWAY", silent.gatewayUrl() + "," + pinata.gatewayUrl());
            PinataSink sink = withKeyPair();

            assertThat(read(sink, sink.store(backup, enough()))).isEqualTo(backup.bytes());
        }
    }

    @Test
    void endsWithTheDeadline() throws IOException {
        PinataSink sink = withKeyPair();
        StoredBackup stored = sink.store(backup, enough());
        for (Fault fault : new Fault[] {Fault.silent(), Fault.slowResponse(1000), Fault.empty(500)}) {
            pinata.heal().always(fault, PinataCall.DOWNLOAD);
            long begun = System.nanoTime();

            failure(() -> readWithin(1, sink, stored));

            assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(5));
        }
    }

    @Test
    void refusesAnInvalidLocationWithoutARequest() {
        PinataSink sink = withKeyPair();

        assertThat(failure(() -> read(sink, StoredBackup.at("../v3/files", null))))
                .contains("not a location of this sink");
        assertThat(failure(() -> sink.delete(StoredBackup.at("../v3/files", null), enough())))
                .contains("not a location of this sink");
        assertThat(pinata.requests()).extracting(ReceivedRequest::url).isEmpty();
    }

    private static void readWithin(double seconds, PinataSink sink, StoredBackup stored) throws IOException {
        try (InputStream in = sink.open(stored, seconds(seconds))) {
            in.readAllBytes();
        }
    }
}
