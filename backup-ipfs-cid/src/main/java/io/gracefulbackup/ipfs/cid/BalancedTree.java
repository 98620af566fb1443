package io.gracefulbackup.ipfs.cid;

import java.util.ArrayList;
import java.util.List;

/**
 * Builds the balanced tree of IPFS: groups nodes, from the leaves up, under parents of a given width until one node is
 * left. All leaves have the same depth.
 *
 * <p>Only the right edge of the tree is kept in memory: at most {@code width} nodes per level.
 */
final class BalancedTree {
    private final int width;
    private final List<List<DagNode>> levels = new ArrayList<>();

    BalancedTree(int width) {
        this.width = width;
    }

    /** Adds the next leaf. */
    void add(DagNode leaf) {
        add(0, leaf);
    }

    /** The root of the tree. At least one leaf must have been added. */
    DagNode root() {
        for (int level = 0; ; level++) {
            boolean top = level == levels.size() - 1;
            if (top && levels.get(level).size() == 1) {
                return levels.get(level).get(0);
            }
            closeParent(level);
        }
    }

    private void add(int level, DagNode node) {
        if (level == levels.size()) {
            levels.add(new ArrayList<>());
        }
        // A full row is closed only when another node follows: otherwise its parent becomes the root, without siblings.
        if (levels.get(level).size() == width) {
            closeParent(level);
        }
        levels.get(level).add(node);
    }

    private void closeParent(int level) {
        DagNode parent = DagNode.parent(levels.get(level));
        levels.get(level).clear();
        add(level + 1, parent);
    }
}
