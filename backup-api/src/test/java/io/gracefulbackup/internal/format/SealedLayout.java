package io.gracefulbackup.internal.format;

/** Where things are in a backup whose header takes one step, in numbers of their own. */
final class SealedLayout {
    static final int HEADER = 107;
    static final int MAC = 107 + 4096 + 16;
    static final int PAYLOAD = MAC + 32;

    private SealedLayout() {}
}
