package io.gracefulbackup.internal.format;

/** The offsets in a backup whose header is padded to one step; written as numbers, independent of the constants under test. */
final class SealedLayout {
    static final int HEADER = 107;
    static final int MAC = 107 + 4096 + 16;
    static final int PAYLOAD = MAC + 32;

    private SealedLayout() {}
}
