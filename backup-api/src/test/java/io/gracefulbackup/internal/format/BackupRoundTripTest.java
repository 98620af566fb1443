package io.gracefulbackup.internal.format;

import static io.gracefulbackup.internal.format.Fixtures.APPLICATION;
import static io.gracefulbackup.internal.format.Fixtures.SECRET;
import static io.gracefulbackup.internal.format.Fixtures.noise;
import static io.gracefulbackup.internal.format.Fixtures.ring;
import static io.gracefulbackup.internal.format.Fixtures.seal;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gracefulbackup.internal.format.BackupReader.Contents;
import io.gracefulbackup.internal.format.BackupWriter.SectionSpec;
import io.gracefulbackup.internal.format.BackupWriter.Written;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class BackupRoundTripTest {
    private final KeyRing ring = ring(SECRET);
    private final BackupReader reader = new BackupReader(ring, APPLICATION);

    private static Map<String, byte[]> twoSections() {
        Map<String, byte[]> sections = new LinkedHashMap<>();
        sections.put("blocks", "the chain".getBytes(UTF_8));
        sections.put("property_index", noise(100_000));
        return sections;
    }

    @ParameterizedTest
    @EnumSource(BodyCodec.class)
    void returnsEverySectionAsItWasWritten(BodyCodec codec) throws IOException {
        Map<String, byte[]> sections = twoSections();

        Map<String, byte[]> restored = Fixtures.open(ring, seal(ring.sealingKey(), codec, sections));

        assertThat(restored).containsExactlyEntriesOf(sections);
    }

    @ParameterizedTest
    @EnumSource(BodyCodec.class)
    void keepsEmptySectionsAndNoSections(BodyCodec codec) throws IOException {
        Map<String, byte[]> empty = new LinkedHashMap<>();
        empty.put("a", new byte[0]);
        empty.put("b", new byte[0]);

        assertThat(Fixtures.open(ring, seal(ring.sealingKey(), codec, empty))).containsExactlyEntriesOf(empty);
        assertThat(Fixtures.open(ring, seal(ring.sealingKey(), codec, Map.of())))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {-2, -1, 0, 1, 2})
    void keepsSectionsOfEverySizeAroundTheSegmentBoundary(int around) throws IOException {
        int manifestAndTrailer = payloadBytes(0);
        for (int segments = 1; segments <= 3; segments++) {
            int length = segments * SegmentCipher.PLAIN_BYTES - manifestAndTrailer + around;
            byte[] sealed = seal(ring.sealingKey(), BodyCodec.NONE, Map.of("s", noise(length)));

            int full = (segments * SegmentCipher.PLAIN_BYTES + around - 1) / SegmentCipher.PLAIN_BYTES + 1;
            assertThat(sealed.length)
                    .isEqualTo(SealedLayout.PAYLOAD
                            + segments * SegmentCipher.PLAIN_BYTES
                            + around
                            + full * SegmentCipher.TAG_BYTES);
            assertThat(Fixtures.open(ring, sealed).get("s")).isEqualTo(noise(length));
        }
    }

    private int payloadBytes(int stateBytes) {
        byte[] sealed = seal(ring.sealingKey(), BodyCodec.NONE, Map.of("s", new byte[stateBytes]));
        return sealed.length - SealedLayout.PAYLOAD - SegmentCipher.TAG_BYTES;
    }

    @ParameterizedTest
    @EnumSource(BodyCodec.class)
    void everyWayOfReadingAgreesWithTheWriter(BodyCodec codec) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Written written = seal(ring.sealingKey(), codec, twoSections(), out);
        byte[] sealed = out.toByteArray();

        Contents contents = reader.verify(new ByteArrayInputStream(sealed));

        assertThat(contents.header()).isEqualTo(written.header());
        assertThat(contents.contentDigest()).isEqualTo(written.contentDigest()).matches("[0-9a-f]{64}");
        assertThat(contents.stateBytes()).isEqualTo(written.stateBytes()).isEqualTo(100_009);
        assertThat(contents.created()).isEqualTo(written.header().createdAt());
        assertThat(contents.root()).isSameAs(ring.sealingKey());
        assertThat(contents.sections())
                .containsExactly(new Section("blocks", 1, 9), new Section("property_index", 1, 100_000));
        assertThat(reader.readHeader(new ByteArrayInputStream(sealed))).isEqualTo(written.header());
        assertThat(reader.authenticate(new ByteArrayInputStream(sealed))).isEqualTo(written.header());
    }

    @Test
    void returnsTheVersionsOfSections() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (BackupWriter writer = new BackupWriter(
                ring.sealingKey(),
                Fixtures::header,
                List.of(new SectionSpec("a", 7), new SectionSpec("b", Integer.MAX_VALUE)),
                out)) {
            writer.nextSection();
            writer.nextSection();
            writer.finish();
        }

        assertThat(reader.verify(new ByteArrayInputStream(out.toByteArray())).sections())
                .extracting(Section::version)
                .containsExactly(7, Integer.MAX_VALUE);
    }

    @Test
    void hasTheSameDigestForTheSameStateHoweverItIsWritten() throws IOException {
        byte[] state = (new String(noise(3_000_000), UTF_8) + "x".repeat(5_000_000)).getBytes(UTF_8);

        Written atOnce = sealInPieces(state, state.length);

        assertThat(sealInPieces(state, 1_000_003).contentDigest()).isEqualTo(atOnce.contentDigest());
        assertThat(sealInPieces(state, 977).contentDigest()).isEqualTo(atOnce.contentDigest());
        state[4_000_000] ^= 1;
        assertThat(sealInPieces(state, state.length).contentDigest()).isNotEqualTo(atOnce.contentDigest());
    }

    private Written sealInPieces(byte[] state, int piece) throws IOException {
        try (BackupWriter writer = new BackupWriter(
                ring.sealingKey(),
                Fixtures::header,
                List.of(new SectionSpec("s", 1)),
                OutputStream.nullOutputStream())) {
            OutputStream out = writer.nextSection();
            for (int at = 0; at < state.length; at += piece) {
                out.write(state, at, Math.min(piece, state.length - at));
            }
            return writer.finish();
        }
    }

    @Test
    void hasDifferentDigestsForOtherNamesVersionsAndBoundaries() {
        RootKey root = ring.sealingKey();
        OutputStream nowhere = OutputStream.nullOutputStream();
        Map<String, byte[]> split = new LinkedHashMap<>();
        split.put("a", new byte[] {1});
        split.put("b", new byte[] {2});
        Map<String, byte[]> joined = new LinkedHashMap<>();
        joined.put("a", new byte[] {1, 2});
        joined.put("b", new byte[0]);

        assertThat(List.of(
                        seal(root, BodyCodec.NONE, split, nowhere).contentDigest(),
                        seal(root, BodyCodec.NONE, joined, nowhere).contentDigest(),
                        seal(root, BodyCodec.NONE, Map.of("c", new byte[] {1, 2}), nowhere)
                                .contentDigest(),
                        seal(ring("another key").sealingKey(), BodyCodec.NONE, split, nowhere)
                                .contentDigest()))
                .doesNotHaveDuplicates();
    }

    @Test
    void skipsWhatAHandlerLeavesUnreadAndEndsItsStream() throws IOException {
        byte[] sealed = seal(ring.sealingKey(), BodyCodec.NONE, twoSections());
        Contents contents = reader.verify(new ByteArrayInputStream(sealed));
        List<InputStream> kept = new ArrayList<>();

        reader.restore(new ByteArrayInputStream(sealed), contents, (section, in) -> {
            kept.add(in);
            assertThat(in.read()).isEqualTo(section.name().equals("blocks") ? 't' : noise(100_000)[0] & 0xff);
        });

        assertThat(kept).hasSize(2);
        assertThatThrownBy(() -> kept.get(0).read()).isInstanceOf(IOException.class);
    }

    @Test
    void passesOnExceptionsOfTheHandler() throws IOException {
        byte[] sealed = seal(ring.sealingKey(), BodyCodec.ZSTD, twoSections());
        Contents contents = reader.verify(new ByteArrayInputStream(sealed));
        IllegalStateException own = new IllegalStateException("of the source");

        assertThatThrownBy(() -> reader.restore(new ByteArrayInputStream(sealed), contents, (section, in) -> {
                    throw own;
                }))
                .isSameAs(own);
    }

    @Test
    void readsFromThePresentPositionAndDoesNotCloseTheStream() throws IOException {
        byte[] sealed = seal(ring.sealingKey(), BodyCodec.ZSTD, twoSections());
        boolean[] closed = {false};
        InputStream in = new ByteArrayInputStream(sealed) {
            @Override
            public void close() {
                closed[0] = true;
            }
        };

        Contents contents = reader.verify(in);

        assertThat(contents.stateBytes()).isEqualTo(100_009);
        assertThat(closed[0]).isFalse();
    }
}
