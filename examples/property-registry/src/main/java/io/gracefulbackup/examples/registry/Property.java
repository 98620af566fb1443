package io.gracefulbackup.examples.registry;

import java.util.List;
import java.util.stream.Stream;

/**
 * A property as it is now.
 *
 * @param owner the owner's name
 * @param customerKey the owner's identity
 * @param survey the survey number
 * @param address where it lies
 * @param value in rupees
 * @param blocks the indices of the blocks that tell its history, oldest first
 */
record Property(String owner, String customerKey, String survey, String address, long value, List<Integer> blocks) {

    Property {
        blocks = List.copyOf(blocks);
    }

    /** What the deed in that block makes of a property with that history. */
    static Property after(Deed deed, List<Integer> earlierBlocks, int block) {
        return new Property(
                deed.owner(),
                deed.customerKey(),
                deed.survey(),
                deed.address(),
                deed.value(),
                Stream.concat(earlierBlocks.stream(), Stream.of(block)).toList());
    }
}
