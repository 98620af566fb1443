package io.gracefulbackup.examples.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gracefulbackup.examples.registry.Deed.Action;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class BlockchainTest {
    private static final Instant NOON = Instant.parse("2026-01-14T12:00:00.123Z");
    private static final Block SECOND = chainOf(3).get(1);

    @Test
    void findsNoFaultInWhatItBuilt() {
        assertThat(Blockchain.verify(chainOf(5))).isEmpty();
        assertThat(Blockchain.verify(List.of())).isEmpty();
    }

    @Test
    void hashesAsItAlwaysDid() {
        assertThat(chainOf(1).get(0).hash())
                .as("a block saved by an older version must still verify")
                .isEqualTo("b3650f1fd13a9d852b1f7fd9f292c2c44142f45c54e357047d83a3b2fb8468b8");
    }

    static Stream<Block> oneFieldChanged() {
        Deed deed = SECOND.deed();
        return Stream.of(
                new Block(7, SECOND.previousHash(), SECOND.timestamp(), deed, SECOND.hash()),
                new Block(1, "0".repeat(64), SECOND.timestamp(), deed, SECOND.hash()),
                new Block(1, SECOND.previousHash(), NOON.plusMillis(1), deed, SECOND.hash()),
                new Block(1, SECOND.previousHash(), SECOND.timestamp(), deed, "f".repeat(64)),
                with(new Deed(Action.TRANSFERRED, "key 1", "customer", "Asha", "SN-1", "MG Road", 5)),
                with(new Deed(Action.REGISTERED, "key 2", "customer", "Asha", "SN-1", "MG Road", 5)),
                with(new Deed(Action.REGISTERED, "key 1", "thief", "Asha", "SN-1", "MG Road", 5)),
                with(new Deed(Action.REGISTERED, "key 1", "customer", "Thief", "SN-1", "MG Road", 5)),
                with(new Deed(Action.REGISTERED, "key 1", "customer", "Asha", "SN-2", "MG Road", 5)),
                with(new Deed(Action.REGISTERED, "key 1", "customer", "Asha", "SN-1", "MG Street", 5)),
                with(new Deed(Action.REGISTERED, "key 1", "customer", "Asha", "SN-1", "MG Road", 6)),
                // The same letters in a row, cut at another place.
                with(new Deed(Action.REGISTERED, "key 1", "customer", "Ash", "aSN-1", "MG Road", 5)));
    }

    @ParameterizedTest
    @MethodSource("oneFieldChanged")
    void findsEveryChangedField(Block changed) {
        List<Block> blocks = new ArrayList<>(chainOf(3));
        blocks.set(1, changed);

        assertThat(Blockchain.verify(blocks))
                .hasValueSatisfying(fault -> assertThat(fault).startsWith("The chain is broken: block 1 "));
    }

    @Test
    void findsBlocksThatAreMissingOrInAnotherOrder() {
        List<Block> swapped = new ArrayList<>(chainOf(3));
        Collections.swap(swapped, 0, 1);

        assertThat(Blockchain.verify(swapped)).isPresent();
        assertThat(Blockchain.verify(chainOf(3).subList(1, 3))).isPresent();
    }

    @Test
    void findsABlockThatWasSealedAnewBecauseTheNextOneFollowsTheOldHash() {
        List<Block> blocks = new ArrayList<>(chainOf(3));
        blocks.set(1, Block.create(1, SECOND.previousHash(), NOON.plusSeconds(9), SECOND.deed()));

        assertThat(Blockchain.verify(blocks))
                .hasValueSatisfying(fault -> assertThat(fault).contains("block 2 follows"));
    }

    @Test
    void takesNoBlockThatDoesNotFollow() {
        Blockchain chain = new Blockchain();

        assertThatThrownBy(() -> chain.add(SECOND)).isInstanceOf(IllegalArgumentException.class);
        assertThat(chain.size()).isZero();
    }

    private static Block with(Deed deed) {
        return new Block(1, SECOND.previousHash(), SECOND.timestamp(), deed, SECOND.hash());
    }

    private static List<Block> chainOf(int length) {
        Blockchain chain = new Blockchain();
        for (int i = 0; i < length; i++) {
            Deed deed = new Deed(Action.REGISTERED, "key " + i, "customer", "Asha", "SN-" + i, "MG Road", 5);
            chain.add(chain.next(NOON, deed));
        }
        return chain.blocks();
    }
}
