package io.gracefulbackup.internal.support;

/** The heap of this JVM. */
public final class Heap {
    private Heap() {}

    /** How many bytes it has room for without a collection, with all the memory that the JVM may take. */
    public static long free() {
        Runtime jvm = Runtime.getRuntime();
        return jvm.maxMemory() - jvm.totalMemory() + jvm.freeMemory();
    }
}
