package io.gracefulbackup.examples.registry;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Blocks, each bound to the one before it by its SHA-256. Not safe for use by several threads. */
final class Blockchain {
    private static final String GENESIS_HASH = "0".repeat(64);

    private final List<Block> blocks = new ArrayList<>();

    /** The block that would come next; {@link #add} makes it part of the chain. */
    Block next(Instant timestamp, Deed deed) {
        return Block.create(blocks.size(), lastHash(), timestamp, deed);
    }

    /**
     * Adds a block at the end.
     *
     * @throws IllegalArgumentException if it does not belong there
     */
    void add(Block block) {
        faultOf(block, blocks.size(), lastHash()).ifPresent(fault -> {
            throw new IllegalArgumentException(fault);
        });
        blocks.add(block);
    }

    Block get(int index) {
        return blocks.get(index);
    }

    int size() {
        return blocks.size();
    }

    /** The blocks at this moment. */
    List<Block> blocks() {
        return List.copyOf(blocks);
    }

    /** What is wrong with the first block that is wrong, if one is. */
    static Optional<String> verify(List<Block> blocks) {
        String previous = GENESIS_HASH;
        for (int i = 0; i < blocks.size(); i++) {
            Optional<String> fault = faultOf(blocks.get(i), i, previous);
            if (fault.isPresent()) {
                return fault;
            }
            previous = blocks.get(i).hash();
        }
        return Optional.empty();
    }

    private String lastHash() {
        return blocks.isEmpty() ? GENESIS_HASH : blocks.get(blocks.size() - 1).hash();
    }

    private static Optional<String> faultOf(Block block, int index, String previousHash) {
        if (block.index() != index) {
            return Optional.of("The chain is broken: block " + index + " calls itself " + block.index());
        }
        if (!block.previousHash().equals(previousHash)) {
            return Optional.of("The chain is broken: block " + index + " follows " + block.previousHash()
                    + ", but the block before it is " + previousHash);
        }
        if (!block.isIntact()) {
            return Optional.of("The chain is broken: block " + index + " was changed, it does not have the hash "
                    + block.hash() + " any more");
        }
        return Optional.empty();
    }
}
