package io.gracefulbackup.examples.registry;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A chain of blocks, each of which contains the hash of the previous one. Not safe for use by several threads. */
final class Blockchain {
    private static final String GENESIS_HASH = "0".repeat(64);

    private final List<Block> blocks = new ArrayList<>();

    /** Creates the next block without adding it to the chain; see {@link #add}. */
    Block next(Instant timestamp, Deed deed) {
        return Block.create(blocks.size(), lastHash(), timestamp, deed);
    }

    /**
     * Adds a block to the end of the chain.
     *
     * @throws IllegalArgumentException if the block does not fit there; the chain is then unchanged
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

    /** A copy of the current blocks, oldest first. */
    List<Block> blocks() {
        return List.copyOf(blocks);
    }

    /**
     * Verifies a chain.
     *
     * @return the fault of the first invalid block; empty if the chain is valid
     */
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
            return Optional.of("The chain is broken: block " + index + " has the index " + block.index());
        }
        if (!block.previousHash().equals(previousHash)) {
            return Optional.of("The chain is broken: block " + index + " follows " + block.previousHash()
                    + ", but the block before it is " + previousHash);
        }
        if (!block.isIntact()) {
            return Optional.of(
                    "The chain is broken: block " + index + " was changed, its hash is no longer " + block.hash());
        }
        return Optional.empty();
    }
}
