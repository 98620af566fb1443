package io.gracefulbackup.ipfs.cid;

import java.util.ArrayList;
import java.util.List;

/**
 * Puts leaves under parents of a given width, and those under parents, until one is left. All leaves end at the same depth.
 * Only the right edge is held: less than {@code width} nodes a level, and one that may turn out to be the last.
 */
final class BalancedTree {
    private final int width;
    private final List<List<DagNode>> levels = new ArrayList<>();

    BalancedTree(int width) {
        this.width = width;
    }

    void add(DagNode leaf) {
        add(0, leaf);
    }

    /** The one node above all leaves; there must be a leaf. */
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
        // A full row waits for the next node: if none comes, its parent is the root and needs no level of its own.
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
