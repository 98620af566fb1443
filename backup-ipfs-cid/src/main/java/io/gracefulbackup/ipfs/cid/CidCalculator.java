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
 * Computes the CIDs of a file under several profiles in one pass over its bytes.
 *
 * <p>Memory use does not depend on the size of the file: one chunk per profile (at most 1 MiB for the profiles in
 * {@link CidProfile}) and the right edge of each tree. Not safe for use by several threads.
 */
public final class CidCalculator {
    private final Map<CidProfile, Chunker> chunkers = new LinkedHashMap<>();

    /** Creates a calculator for a file that is empty so far. Duplicate profiles are ignored. */
    public CidCalculator(Collection<CidProfile> profiles) {
        Set<CidProfile> distinct = new LinkedHashSet<>(profiles);
        distinct.forEach(profile -> this.chunkers.put(profile, new Chunker(profile)));
    }

    /** Creates a calculator for a file that is empty so far. Duplicate profiles are ignored. */
    public CidCalculator(CidProfile... profiles) {
        this(Arrays.asList(profiles));
    }

    /**
     * Computes the CIDs of a file that is read from a stream.
     *
     * @param content the bytes of the file, read to the end and not closed
     * @return the file under each profile
     * @throws IOException if the stream cannot be read
     */
    public static Map<CidProfile, UnixFsFile> of(InputStream content, CidProfile... profiles) throws IOException {
        CidCalculator calculator = new CidCalculator(profiles);
        byte[] buffer = new byte[64 * 1024];
        for (int count = content.read(buffer); count >= 0; count = content.read(buffer)) {
            calculator.update(buffer, 0, count);
        }
        return calculator.finish();
    }

    /** Adds the next bytes of the file. */
    public void update(byte[] bytes, int offset, int length) {
        chunkers.values().forEach(chunker -> chunker.update(bytes, offset, length));
    }

    /**
     * Ends the file. The calculator must not be used afterwards.
     *
     * @return the file under each profile; unmodifiable
     */
    public Map<CidProfile, UnixFsFile> finish() {
        Map<CidProfile, UnixFsFile> files = new LinkedHashMap<>();
        chunkers.forEach(
                (profile, chunker) -> files.put(profile, chunker.finish().toFile(profile.version())));
        return Map.copyOf(files);
    }

    /** Cuts the bytes of a file into the leaves of one profile. */
    private static final class Chunker {
        private final byte[] chunk;
        private final boolean rawLeaves;
        private final BalancedTree tree;
        private int filled;
        private boolean hasLeaves;

        Chunker(CidProfile profile) {
            chunk = new byte[profile.chunkSize()];
            rawLeaves = profile.version() == 1;
            tree = new BalancedTree(profile.width());
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

        DagNode finish() {
            if (filled > 0 || !hasLeaves) {
                endChunk();
            }
            return tree.root();
        }

        private void endChunk() {
            tree.add(rawLeaves ? DagNode.rawLeaf(chunk, filled) : DagNode.dagPbLeaf(chunk, filled));
            filled = 0;
            hasLeaves = true;
        }
    }
}
