package io.gracefulbackup.internal.format;

import io.gracefulbackup.BackupException;

/**
 * The heap has no room for the derivation of a key. Nothing can be opened or sealed then, and trying again does not help: a start
 * ends at once.
 */
public final class TooLittleHeapException extends BackupException {
    private static final long serialVersionUID = 1L;

    private static final int MIB = 1 << 20;

    /** The message names the maximum heap of this JVM. */
    public TooLittleHeapException(OutOfMemoryError cause) {
        super(
                "Argon2id needs " + KeyDerivation.MEMORY_MIB
                        + " MiB of heap to derive the key, and this JVM has no room for them: its maximum heap is "
                        + Runtime.getRuntime().maxMemory() / MIB + " MiB. Raise -Xmx by " + KeyDerivation.MEMORY_MIB
                        + " MiB, or give the container more memory",
                cause);
    }
}
