package io.gracefulbackup.testkit.fakes;

/** How the content of uploads is cut into chunks and put into a tree. The CID depends on it. */
public enum PinataChunking {
    /** Chunks of 256 KiB, 174 children: what Pinata does. */
    CLASSIC(256 << 10, 174),
    /** Chunks of 1 MiB, 1024 children: {@code unixfs-v1-2025}. */
    PROFILE_2025(1 << 20, 1024),
    /** Chunks of 1 MiB, 174 children. */
    LARGE_CHUNKS(1 << 20, 174),
    /** Chunks of 128 KiB, 11 children: a shape that no client expects. */
    UNEXPECTED(128 << 10, 11);

    private final int chunkSize;
    private final int width;

    PinataChunking(int chunkSize, int width) {
        this.chunkSize = chunkSize;
        this.width = width;
    }

    int chunkSize() {
        return chunkSize;
    }

    int width() {
        return width;
    }
}
