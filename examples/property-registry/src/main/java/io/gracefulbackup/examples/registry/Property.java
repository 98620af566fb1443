package io.gracefulbackup.examples.registry;

import java.util.List;
import java.util.stream.Stream;

/**
 * The current state of a property.
 *
 * @param owner the name of the owner
 * @param customerKey the key of the owner
 * @param survey the survey number
 * @param address the address of the property
 * @param value the value in rupees
 * @param blocks the indexes of the blocks that record its history, oldest first
 */
record Property(String owner, String customerKey, String survey, String address, long value, List<Integer> blocks) {

    Property {
        blocks = List.copyOf(blocks);
    }

    /**
     * The state of a property after a deed.
     *
     * @param earlierBlocks the indexes of the blocks before
     * @param block the index of the block that contains the deed
     */
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
