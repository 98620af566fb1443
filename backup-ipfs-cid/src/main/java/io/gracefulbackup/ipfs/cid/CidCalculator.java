package io.gracefulbackup.ipfs.cid;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * Computes the CIDs of a file in several shapes, in one pass over its bytes.
 *
 * <p>Holds one chunk for each shape (1 MiB at most in the shapes named by {@link CidShape}) and the unfinished edge of each
 * tree, whatever the size of the file. Not safe for use by several threads.
 */
public final class CidCalculator {
    private final Map<CidShape, Chunks> shapes = new LinkedHashMap<>();

    /** Begins an empty file. */
    public CidCalculator(Collection<CidShape> shapes) {
        Set<CidShape> distinct = new LinkedHashSet<>(shapes);
        distinct.forEach(shape -> this.shapes.put(shape, new Chunks(shape)));
    }

    /** Begins an empty file. */
    public CidCalculator(CidShape... shapes) {
        this(Arrays.asList(shapes));
    }

    /**
     * Reads a file to its end.
     *
     * @param content its bytes; not closed
     * @return the file in each shape
     * @throws IOException if the bytes cannot be read
     */
    public static Map<CidShape, UnixFsFile> of(InputStream content, CidShape... shapes) throws IOException {
        CidCalculator calculator = new CidCalculator(shapes);
        byte[] buffer = new byte[64 * 1024];
        for (int count = content.read(buffer); count >= 0; count = content.read(buffer)) {
            calculator.update(buffer, 0, count);
        }
        return calculator.finish();
    }

    /** The next bytes of the file. */
    public void update(byte[] bytes, int offset, int length) {
        shapes.values().forEach(chunks -> chunks.update(bytes, offset, length));
    }

    /** Ends the file. The calculator must not be used afterwards. */
    public Map<CidShape, UnixFsFile> finish() {
        Map<CidShape, UnixFsFile> files = new LinkedHashMap<>();
        shapes.forEach((shape, chunks) -> files.put(shape, chunks.finish().toFile(shape.version())));
        return Map.copyOf(files);
    }

    /** Cuts the bytes into the leaves of one shape. */
    private static final class Chunks {
        private final byte[] chunk;
        private final boolean raw;
        private final BalancedTree tree;
        private int filled;
        private boolean anyLeaf;

        Chunks(CidShape shape) {
            chunk = new byte[shape.chunkSize()];
            raw = shape.version() == 1;
            tree = new BalancedTree(shape.width());
        }

        void update(byte[] bytes, int offset, int length) {
            int taken = 0;
            while (taken < length) {
                int count = Math.min(length - taken, chunk.length - filled);
                System.arraycopy(bytes, offset + taken, chunk, filled, count);
                filled += count;
                taken += count;
                if (filled == chunk.length) {
                    endChunk();
                }
            }
        }

        Node finish() {
            if (filled > 0 || !anyLeaf) {
                endChunk();
            }
            return tree.root();
        }

        private void endChunk() {
            tree.add(raw ? Node.rawLeaf(chunk, filled) : Node.dagPbLeaf(chunk, filled));
            filled = 0;
            anyLeaf = true;
        }
    }
}
