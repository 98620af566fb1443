package io.gracefulbackup.internal.format;

import static io.gracefulbackup.internal.format.Fixtures.APPLICATION;
import static io.gracefulbackup.internal.format.Fixtures.SECRET;
import static io.gracefulbackup.internal.format.Fixtures.noise;
import static io.gracefulbackup.internal.format.Fixtures.ring;
import static io.gracefulbackup.internal.format.Fixtures.seal;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.gracefulbackup.internal.format.BackupReader.Contents;
import io.gracefulbackup.internal.format.UnreadableBackupException.DamagedPayload;
import io.gracefulbackup.internal.format.UnreadableBackupException.DamagedPreamble;
import io.gracefulbackup.internal.format.UnreadableBackupException.NotABackup;
import io.gracefulbackup.internal.format.UnreadableBackupException.TamperedHeader;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Damaged bytes are refused, with the exception type of the damaged part, and no byte of a section is returned. */
class DamageTest {
    private final KeyRing ring = ring(SECRET);
    private final BackupReader reader = new BackupReader(ring, APPLICATION);
    private final byte[] small = seal(ring.sealingKey(), BodyCodec.ZSTD, Map.of("s", noise(40)));
    private final Contents contents = verified(small);

    private Contents verified(byte[] sealed) {
        try {
            return reader.verify(new ByteArrayInputStream(sealed));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Class<? extends UnreadableBackupException> flipped(int offset) {
        return offset < 3
                ? NotABackup.class
                : offset < SealedLayout.HEADER
                        ? DamagedPreamble.class
                        : offset < SealedLayout.PAYLOAD ? TamperedHeader.class : DamagedPayload.class;
    }

    private void assertRefused(byte[] sealed, Class<? extends UnreadableBackupException> type, String what) {
        assertThat(catchThrowable(() -> reader.verify(new ByteArrayInputStream(sealed))))
                .as("verify, %s", what)
                .isExactlyInstanceOf(type);
        assertThat(catchThrowable(() -> reader.authenticate(new ByteArrayInputStream(sealed))))
                .as("authenticate, %s", what)
                .isExactlyInstanceOf(type);
        assertThat(catchThrowable(() -> reader.restore(
                        new ByteArrayInputStream(sealed),
                        contents,
                        (section, in) ->
                                assertThat(in.read()).as("a byte, %s", what).isNegative())))
                .as("restore, %s", what)
                .isExactlyInstanceOf(type);
    }

    private void flip(int offset, int bit) {
        byte[] sealed = small.clone();
        sealed[offset] ^= (byte) (1 << bit);
        assertRefused(sealed, flipped(offset), "bit " + bit + " of byte " + offset);
    }

    @Test
    void refusesAFlippedBitInEveryPart() {
        for (int offset = 0; offset < small.length; offset += offset % 4096 < 200 ? 1 : 13) {
            flip(offset, offset % 8);
        }
    }

    @Test
    @Tag("slow")
    void refusesEverySingleFlippedBit() {
        for (int offset = 0; offset < small.length; offset++) {
            for (int bit = 0; bit < 8; bit++) {
                flip(offset, bit);
            }
        }
    }

    @Test
    void refusesACutAtEveryLength() {
        for (int length = 0; length < small.length; length++) {
            assertRefused(Arrays.copyOf(small, length), flipped(length), "cut to " + length);
        }
    }

    @Test
    void refusesAppendedBytes() {
        for (int more : new int[] {1, 15, 16, 17, 65_536, 65_552, 70_000}) {
            assertRefused(Arrays.copyOf(small, small.length + more), DamagedPayload.class, more + " zeros appended");
        }
        byte[] twice = Arrays.copyOf(small, 2 * small.length);
        System.arraycopy(small, 0, twice, small.length, small.length);
        assertRefused(twice, DamagedPayload.class, "itself appended");
    }

    @Test
    void refusesSwappedMissingAndRepeatedSegments() {
        byte[] sealed = seal(ring.sealingKey(), BodyCodec.NONE, Map.of("s", noise(4 * SegmentCipher.PLAIN_BYTES)));
        byte[] before = Arrays.copyOf(sealed, SealedLayout.PAYLOAD);
        List<byte[]> segments = segments(sealed);
        assertThat(segments).hasSize(5);

        for (int i = 0; i < segments.size(); i++) {
            for (int j = i + 1; j < segments.size(); j++) {
                List<byte[]> swapped = new ArrayList<>(segments);
                swapped.set(i, segments.get(j));
                swapped.set(j, segments.get(i));
                assertUnverifiable(before, swapped);
            }
            List<byte[]> without = new ArrayList<>(segments);
            without.remove(i);
            assertUnverifiable(before, without);
            List<byte[]> repeated = new ArrayList<>(segments);
            repeated.add(i, segments.get(i));
            assertUnverifiable(before, repeated);
            assertUnverifiable(before, segments.subList(0, i));
        }
        assertThat(verified(joined(before, segments)).stateBytes()).isEqualTo(4 * SegmentCipher.PLAIN_BYTES);
    }

    @Test
    void refusesAPayloadUnderTheHeaderOfAnotherBackup() {
        byte[] other = seal(ring.sealingKey(), BodyCodec.ZSTD, Map.of("s", noise(40)));

        assertUnverifiable(Arrays.copyOf(other, SealedLayout.PAYLOAD), segments(small));
    }

    private static List<byte[]> segments(byte[] sealed) {
        List<byte[]> segments = new ArrayList<>();
        for (int at = SealedLayout.PAYLOAD; at < sealed.length; at += SegmentCipher.SEALED_BYTES) {
            segments.add(Arrays.copyOfRange(sealed, at, Math.min(sealed.length, at + SegmentCipher.SEALED_BYTES)));
        }
        return segments;
    }

    private static byte[] joined(byte[] before, List<byte[]> segments) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.writeBytes(before);
        segments.forEach(all::writeBytes);
        return all.toByteArray();
    }

    private void assertUnverifiable(byte[] before, List<byte[]> segments) {
        byte[] sealed = joined(before, segments);
        assertThatThrownBy(() -> reader.verify(new ByteArrayInputStream(sealed)))
                .isExactlyInstanceOf(DamagedPayload.class);
        assertThatThrownBy(() -> reader.authenticate(new ByteArrayInputStream(sealed)))
                .isExactlyInstanceOf(DamagedPayload.class);
    }

    @Test
    void reportsFailuresOfTheInputAndNotDamage() {
        IOException failure = new IOException("connection reset");
        for (int length : new int[] {0, 5, 50, 3000, SealedLayout.PAYLOAD, small.length - 1}) {
            assertThatThrownBy(() -> reader.verify(breaksAfter(small, length, failure)))
                    .isSameAs(failure);
            assertThatThrownBy(() -> reader.restore(breaksAfter(small, length, failure), contents, (section, in) -> {}))
                    .isSameAs(failure);
        }
    }

    private static InputStream breaksAfter(byte[] bytes, int length, IOException failure) {
        return new FilterInputStream(new ByteArrayInputStream(bytes, 0, length)) {
            @Override
            public int read() throws IOException {
                int b = super.read();
                if (b < 0) {
                    throw failure;
                }
                return b;
            }

            @Override
            public int read(byte[] target, int offset, int length) throws IOException {
                int read = super.read(target, offset, length);
                if (read < 0) {
                    throw failure;
                }
                return read;
            }
        };
    }

    @Test
    void reportsTheDamageEvenIfTheSourceSwallowsOrWrapsIt() {
        byte[] sealed = seal(ring.sealingKey(), BodyCodec.NONE, Map.of("s", noise(200_000)));
        Contents intact = verified(sealed);
        sealed[SealedLayout.PAYLOAD + 70_000] ^= 1;

        assertThatThrownBy(() -> reader.restore(new ByteArrayInputStream(sealed), intact, (section, in) -> swallow(in)))
                .isInstanceOf(DamagedPayload.class);
        assertThatThrownBy(() -> reader.restore(new ByteArrayInputStream(sealed), intact, (section, in) -> {
                    swallow(in);
                    throw new IllegalStateException("of the source, because of the damage");
                }))
                .isInstanceOf(DamagedPayload.class);
    }

    private static void swallow(InputStream in) throws IOException {
        for (int attempt = 0; attempt < 3; attempt++) {
            try {
                in.readAllBytes();
                throw new AssertionError("read to the end");
            } catch (UnreadableBackupException e) {
                assertThat(e).isInstanceOf(DamagedPayload.class);
            }
        }
    }

    @Test
    void restoresOnlyTheBackupThatWasVerified() {
        byte[] other = seal(ring.sealingKey(), BodyCodec.ZSTD, Map.of("s", noise(40)));

        assertThatThrownBy(() -> reader.restore(
                        new ByteArrayInputStream(other),
                        contents,
                        (section, in) -> assertThat(in).isNull()))
                .isInstanceOf(DamagedPayload.class);
    }
}
