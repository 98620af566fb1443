package io.gracefulbackup.internal.format;

import static io.gracefulbackup.internal.format.Fixtures.APPLICATION;
import static io.gracefulbackup.internal.format.Fixtures.SECRET;
import static io.gracefulbackup.internal.format.Fixtures.ring;
import static io.gracefulbackup.internal.format.Fixtures.seal;
import static io.gracefulbackup.internal.format.Fixtures.sealPayload;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.gracefulbackup.BackupHeader;
import io.gracefulbackup.internal.format.UnreadableBackupException.DamagedPayload;
import io.gracefulbackup.internal.format.UnreadableBackupException.DamagedPreamble;
import io.gracefulbackup.internal.format.UnreadableBackupException.NewerFormat;
import io.gracefulbackup.internal.format.UnreadableBackupException.NotABackup;
import io.gracefulbackup.internal.format.UnreadableBackupException.OtherApplication;
import io.gracefulbackup.internal.format.UnreadableBackupException.TamperedHeader;
import io.gracefulbackup.internal.format.UnreadableBackupException.WrongKey;
import java.io.ByteArrayInputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** The checks run in this order: magic, checksum, version, key id, MAC, header, application, payload. The first failure decides the exception. */
class DecisionOrderTest {
    private final KeyRing ring = ring(SECRET);
    private final byte[] sealed = seal(ring.sealingKey(), BodyCodec.NONE, Map.of("s", "state".getBytes(UTF_8)));

    private Throwable refusal(byte[] bytes) {
        return refusal(bytes, ring, APPLICATION);
    }

    private static Throwable refusal(byte[] bytes, KeyRing ring, String application) {
        BackupReader reader = new BackupReader(ring, application);
        Throwable refused = catchThrowable(() -> reader.verify(new ByteArrayInputStream(bytes)));
        assertThat(refused).isInstanceOf(UnreadableBackupException.class);
        return refused;
    }

    /** Recomputes the checksum of the preamble, as anyone can who knows the format and no key. */
    private static byte[] withChecksum(byte[] bytes, int preambleLength) {
        byte[] checksum = KeyDerivation.sha256().digest(Arrays.copyOf(bytes, preambleLength - 32));
        System.arraycopy(checksum, 0, bytes, preambleLength - 32, 32);
        return bytes;
    }

    private byte[] with(int offset, int value) {
        byte[] changed = sealed.clone();
        changed[offset] = (byte) value;
        return changed;
    }

    @Test
    void derivesNoKeyForADamagedPreamble() {
        AtomicInteger derivations = new AtomicInteger();
        KeyRing counting = new KeyRing(Fixtures.key(SECRET), List.of(), (secret, salt) -> {
            derivations.incrementAndGet();
            return Fixtures.cheapDerivation(secret, salt);
        });

        assertThat(refusal(with(20, sealed[20] + 1), counting, APPLICATION)).isInstanceOf(DamagedPreamble.class);
        assertThat(refusal(with(0, 'X'), counting, APPLICATION)).isInstanceOf(NotABackup.class);
        assertThat(refusal(withChecksum(with(3, 2), 107), counting, APPLICATION))
                .isInstanceOf(NewerFormat.class);
        assertThat(derivations).hasValue(0);
    }

    @Test
    void recognisesALaterVersionWhateverItsLengths() {
        assertThat(refusal(withChecksum(with(3, 2), 107)))
                .isInstanceOf(NewerFormat.class)
                .hasMessageContaining("version 2");
        ByteBuffer longer = ByteBuffer.allocate(300).put(0, sealed, 0, 10);
        longer.put(3, (byte) 200).putShort(4, (short) 300).putInt(6, 65_536);
        assertThat(refusal(withChecksum(longer.array(), 300))).isInstanceOf(NewerFormat.class);
        ByteBuffer shortest = ByteBuffer.allocate(42).put(0, sealed, 0, 10);
        shortest.put(3, (byte) 2).putShort(4, (short) 42);
        assertThat(refusal(withChecksum(shortest.array(), 42))).isInstanceOf(NewerFormat.class);
    }

    @Test
    void takesALaterVersionForDamageUnlessItsChecksumIsValid() {
        assertThat(refusal(with(3, 2))).isInstanceOf(DamagedPreamble.class);
        byte[] tooLongHeader = sealed.clone();
        ByteBuffer.wrap(tooLongHeader).put(3, (byte) 2).putInt(6, 65_537);
        assertThat(refusal(withChecksum(tooLongHeader, 107))).isInstanceOf(DamagedPreamble.class);
        byte[] tooShort = sealed.clone();
        ByteBuffer.wrap(tooShort).put(3, (byte) 2).putShort(4, (short) 41);
        assertThat(refusal(tooShort)).isInstanceOf(DamagedPreamble.class);
    }

    @Test
    void recognisesALaterSuite() {
        assertThat(refusal(withChecksum(with(10, 2), 107)))
                .isInstanceOf(NewerFormat.class)
                .hasMessageContaining("suite 2");
    }

    @Test
    void takesImpossibleLengthsForDamage() {
        assertThat(refusal(withChecksum(with(3, 0), 107))).isInstanceOf(DamagedPreamble.class);
        byte[] oddHeader = sealed.clone();
        ByteBuffer.wrap(oddHeader).putInt(6, 4113);
        assertThat(refusal(withChecksum(oddHeader, 107))).isInstanceOf(DamagedPreamble.class);
    }

    @Test
    void takesAForgedPreambleForAWrongKeyOrTampering() {
        assertThat(refusal(withChecksum(with(30, sealed[30] + 1), 107))).isInstanceOf(WrongKey.class);
        assertThat(refusal(withChecksum(with(50, sealed[50] + 1), 107))).isInstanceOf(TamperedHeader.class);
        byte[] longerHeader = sealed.clone();
        ByteBuffer.wrap(longerHeader).putInt(6, 8208);
        assertThat(refusal(withChecksum(longerHeader, 107))).isInstanceOf(TamperedHeader.class);
    }

    @Test
    void namesTheMissingKeyEvenIfOnlyThePreambleIsLeft() {
        KeyRing other = ring("another secret key");
        String id = ring.sealingKey().keyId();

        WrongKey whole = (WrongKey) refusal(sealed, other, APPLICATION);
        assertThat(whole).hasMessageContaining(id).hasMessageContaining("SECRET_KEY_PREVIOUS");
        assertThat(whole.keyId()).isEqualTo(id).matches("[0-9a-f]{32}");
        assertThat(refusal(Arrays.copyOf(sealed, 107), other, APPLICATION)).isInstanceOf(WrongKey.class);
    }

    @Test
    void recognisesAnotherApplicationEvenIfThePayloadIsDamaged() {
        byte[] cut = Arrays.copyOf(sealed, SealedLayout.PAYLOAD);

        assertThat(refusal(cut, ring, "other"))
                .isInstanceOf(OtherApplication.class)
                .hasMessageContaining("\"blockchain\"")
                .hasMessageContaining("\"other\"");
        assertThat(refusal(cut, ring, APPLICATION)).isInstanceOf(DamagedPayload.class);
    }

    @Test
    void readsTheHeaderOfABackupWithoutItsPayload() throws Exception {
        BackupHeader header = new BackupReader(ring, APPLICATION)
                .readHeader(new ByteArrayInputStream(Arrays.copyOf(sealed, SealedLayout.PAYLOAD)));

        assertThat(header).isEqualTo(Fixtures.header(header.id()));
    }

    @Test
    void distinguishesALaterCodecFromDamage() {
        assertThat(refusal(sealPayload(ring.sealingKey(), new byte[] {2, 0, 0, 0, 0})))
                .isInstanceOf(NewerFormat.class)
                .hasMessageContaining("codec 2");
    }

    @Test
    void refusesAuthenticButInvalidPayloads() {
        String twice = "{\"name\":\"a\",\"version\":1}";
        for (byte[] payload : new byte[][] {
            {0},
            {0, 0, 0},
            {0, -1, -1, -1, -1},
            payload(0, "nonsense"),
            payload(0, "{\"created\":\"2026-01-14T15:30:45Z\"}"),
            payload(0, manifest("{\"name\":\"a\",\"version\":3000000000}"), 0, 0, 0, 0, 0, 0, 0, 0),
            payload(0, manifest(twice + "," + twice), new int[16]),
            payload(0, manifest(twice)),
            payload(0, manifest(twice), 0, 0, 0, 0, 0, 0, 0),
            payload(0, manifest(twice), 0, 0, 0, 0, 0, 0, 0, 1),
            payload(0, manifest(twice), 7, 7, 0, 0, 0, 0, 0, 0, 0, 1),
            payload(0, manifest(twice), 255, 255, 255, 255, 255, 255, 255, 255),
            payload(1, manifest(twice), 1, 2, 3, 4, 5, 6, 7, 8),
            payload(1, manifest(twice)),
        }) {
            assertThat(refusal(sealPayload(ring.sealingKey(), payload)))
                    .as(Arrays.toString(payload))
                    .isInstanceOf(DamagedPayload.class);
        }
    }

    @Test
    void ignoresUnknownFieldsOfTheManifest() throws Exception {
        byte[] payload = payload(
                0,
                "{\"later\":[1],\"created\":\"2026-01-14T15:30:45Z\",\"sections\":[{\"name\":\"a\",\"version\":1,\"x\":0}]}",
                'A',
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                1);

        assertThat(Fixtures.open(ring, sealPayload(ring.sealingKey(), payload)).get("a"))
                .containsExactly('A');
    }

    private static String manifest(String sections) {
        return "{\"created\":\"2026-01-14T15:30:45Z\",\"sections\":[" + sections + "]}";
    }

    private static byte[] payload(int codec, String manifest, int... body) {
        byte[] json = manifest.getBytes(UTF_8);
        ByteBuffer payload = ByteBuffer.allocate(5 + json.length + body.length);
        payload.put((byte) codec).putInt(json.length).put(json);
        for (int b : body) {
            payload.put((byte) b);
        }
        return payload.array();
    }

    @Test
    void refusesJsonThatIsNoHeader() {
        for (String json : new String[] {"nonsense", "{}", "[]", "{\"application\":1}"}) {
            assertThatThrownBy(() -> HeaderCodec.decode(json.getBytes(UTF_8)))
                    .as(json)
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void readsHeadersWithUnknownAndNullFields() {
        BackupHeader header = HeaderCodec.decode(("{\"application\":\"a\",\"id\":\"00112233445566778899aabbccddeeff\","
                        + "\"epoch\":1,\"sequence\":2,\"parent\":null,\"ancestors\":[],\"name\":\"n\","
                        + "\"createdAt\":\"2026-01-14T15:30:45Z\",\"reason\":\"MANUAL\",\"instance\":\"i\","
                        + "\"site\":null,\"later\":{\"x\":1}}   ")
                .getBytes(UTF_8));

        assertThat(header.parent()).isEmpty();
        assertThat(header.site()).isEmpty();
        assertThat(header.choices()).isEmpty();
        assertThat(header.sequence()).isEqualTo(2);
    }
}
