package io.gracefulbackup.testkit.fakes;

/** The permissions of a key. */
public enum PinataScope {
    /** Upload by the legacy API. */
    PIN_FILE,
    /** Change names and key-values by the legacy API. */
    HASH_METADATA,
    /** Unpin by the legacy API. */
    UNPIN,
    /** List by the legacy API. */
    PIN_LIST,
    /** Upload and delete by the v3 API. */
    FILES_WRITE,
    /** List by the v3 API. */
    FILES_READ
}
