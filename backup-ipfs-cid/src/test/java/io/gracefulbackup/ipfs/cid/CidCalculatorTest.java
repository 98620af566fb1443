package io.gracefulbackup.ipfs.cid;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class CidCalculatorTest {
    /** Small enough that a few hundred bytes make a tree of several levels. */
    private static final CidProfile TINY_V0 = new CidProfile(0, 4, 3);

    private static final CidProfile TINY_V1 = new CidProfile(1, 4, 3);

    @ParameterizedTest(name = "{0} × {1}")
    @CsvSource({
        "0, a, QmbFMke1KXqnYyBBWxB74N4c5SBnJMVAiMNRcGu6x1AwQH,"
                + " bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku,"
                + " bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku",
        "1, hello world, Qmf412jQZiuVUtdgnB36FXFX7xg5V6KEbSJ4dpQuhkLyfD,"
                + " bafkreifzjut3te2nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e,"
                + " bafkreifzjut3te2nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e",
        "262144, a, Qma81h2ZqbvJW2EQkiVUZ17aSvNWqAtvUPhh8mQBPU8W7c,"
                + " bafkreig5hxpioyr5tjvtktdizfb5dcoitrrwklmulz5334eynsxjdjevee,"
                + " bafkreig5hxpioyr5tjvtktdizfb5dcoitrrwklmulz5334eynsxjdjevee",
        "262145, a, QmTaxvXcxpzzaatSEEAYr7t3knkJ6DmTVbr8MjJJWLRWpV,"
                + " bafybeifwp2ckiq7kaefcrxkcalv6bs5x7e7ozrigy4ypvcqwetgnxfb2hi,"
                + " bafkreigfsl2knmezoafvaugorpdhgz7qzd2eqebagesoqzafypt3n4ncxi",
        "1000000, a, QmdTFTf2ygB26yxJ1dJBvXBcCikW1d4g52uNgwwtsEx8RL,"
                + " bafybeid7t3y5axz3xf67jmp25iriixbuoja7c4yzz77ee5qp62njmcxk5e,"
                + " bafkreigny5xfzgiu7ojidioh4kcnopth6gajusfes4qa4bdnhhgmoejm2a",
        "45613056, a, QmSFFbR63aHfeAutBngoh4rNB94bQNHQ8pTrwpH9wjp33C,"
                + " bafybeidmdbi67lxykleyk52nzphlaaadvuwzxsjhsjtqmgwxqq3btygebq,"
                + " bafybeif5cl4tbgrwdhurbeij23dtdvuzi7ydodjkmw7w2ssf4twaensmoe"
    })
    void agreesWithTheReferenceImporter(int times, String text, String v0, String v1, String v12025)
            throws IOException {
        InputStream content = new ByteArrayInputStream(text.repeat(times).getBytes(StandardCharsets.US_ASCII));

        Map<CidProfile, UnixFsFile> files = CidCalculator.of(content, CidProfile.V0, CidProfile.V1, CidProfile.V1_2025);

        assertThat(files.get(CidProfile.V0).cid()).hasToString(v0);
        assertThat(files.get(CidProfile.V1).cid()).hasToString(v1);
        assertThat(files.get(CidProfile.V1_2025).cid()).hasToString(v12025);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 3, 4, 5, 12, 13, 36, 37, 108, 109, 333, 1000})
    void doesNotDependOnHowTheBytesArrive(int size) throws IOException {
        Random random = new Random(size);
        byte[] content = new byte[size];
        random.nextBytes(content);
        Map<CidProfile, UnixFsFile> whole = CidCalculator.of(new ByteArrayInputStream(content), TINY_V0, TINY_V1);

        for (int round = 0; round < 50; round++) {
            CidCalculator split = new CidCalculator(TINY_V0, TINY_V1);
            for (int offset = 0; offset < size; ) {
                int length = Math.min(random.nextInt(12), size - offset);
                split.update(content, offset, length);
                offset += length;
            }
            assertThat(split.finish()).isEqualTo(whole);
        }
    }

    @Test
    void givesEachChangedByteAnotherCid() throws IOException {
        byte[] content = new byte[200];
        UnixFsFile original =
                CidCalculator.of(new ByteArrayInputStream(content), TINY_V1).get(TINY_V1);

        for (int i = 0; i < content.length; i++) {
            content[i] ^= 1;
            assertThat(CidCalculator.of(new ByteArrayInputStream(content), TINY_V1)
                            .get(TINY_V1)
                            .cid())
                    .isNotEqualTo(original.cid());
            content[i] ^= 1;
        }
    }

    @Test
    void countsTheBytesOfTheFileAndOfItsBlocks() throws IOException {
        UnixFsFile oneChunk =
                CidCalculator.of(new ByteArrayInputStream(new byte[4]), TINY_V1).get(TINY_V1);
        UnixFsFile twoChunks =
                CidCalculator.of(new ByteArrayInputStream(new byte[5]), TINY_V1).get(TINY_V1);

        assertThat(oneChunk.size()).isEqualTo(4);
        assertThat(oneChunk.dagSize()).isEqualTo(4);
        assertThat(twoChunks.size()).isEqualTo(5);
        assertThat(twoChunks.dagSize()).isEqualTo(5 + 2 * 44 + 10);
    }

    @Test
    @Tag("slow")
    void holdsOnlyTheEdgeOfTheTree() {
        // A list of all leaves would need about 100 bytes for each: more than the heap of the tests.
        CidCalculator calculator = new CidCalculator(new CidProfile(1, 1, 174));
        byte[] piece = new byte[1 << 20];
        for (int i = 0; i < 8; i++) {
            calculator.update(piece, 0, piece.length);
        }

        assertThat(calculator.finish().values())
                .singleElement()
                .satisfies(file -> assertThat(file.size()).isEqualTo(8L << 20));
    }
}
