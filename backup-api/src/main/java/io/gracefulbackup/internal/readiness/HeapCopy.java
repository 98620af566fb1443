package io.gracefulbackup.internal.readiness;

import io.gracefulbackup.internal.support.Heap;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * What a source wrote, kept in the heap so that it can be read back: for as long as four times as much is free. Beyond that it is
 * given up and freed at once, because the application needs the heap more.
 */
final class HeapCopy {
    private static final int CHUNK = 256 << 10;
    private static final int FREE_FACTOR = 4;

    private final LongSupplier freeHeap;
    private final List<byte[]> chunks = new ArrayList<>();
    private long size;
    private boolean isGivenUp;

    HeapCopy() {
        this(Heap::free);
    }

    /**
     * A copy in a heap of its own, for tests.
     *
     * @param freeHeap the bytes that the heap has room for
     */
    HeapCopy(LongSupplier freeHeap) {
        this.freeHeap = freeHeap;
    }

    void write(byte[] bytes, int offset, int length) {
        int done = 0;
        while (done < length && !isGivenUp) {
            int used = (int) (size % CHUNK);
            if (used == 0 && !addChunk()) {
                return;
            }
            int part = Math.min(length - done, CHUNK - used);
            System.arraycopy(bytes, offset + done, chunks.get(chunks.size() - 1), used, part);
            size += part;
            done += part;
        }
    }

    private boolean addChunk() {
        if (freeHeap.getAsLong() < FREE_FACTOR * (size + CHUNK)) {
            isGivenUp = true;
            chunks.clear();
            return false;
        }
        chunks.add(new byte[CHUNK]);
        return true;
    }

    /** Whether all that was written is there. */
    boolean isKept() {
        return !isGivenUp;
    }

    /** Reads what was written from its beginning. */
    InputStream newStream() {
        List<InputStream> streams = new ArrayList<>();
        long left = size;
        for (byte[] chunk : chunks) {
            streams.add(new ByteArrayInputStream(chunk, 0, (int) Math.min(CHUNK, left)));
            left -= CHUNK;
        }
        return new SequenceInputStream(Collections.enumeration(streams));
    }
}
