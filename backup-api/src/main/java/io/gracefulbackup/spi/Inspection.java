package io.gracefulbackup.spi;

import io.gracefulbackup.BackupHeader;

/** What the key ring says about sealed bytes; see {@link SinkContext#inspect}. */
public sealed interface Inspection {

    /**
     * A backup of this application, authenticated.
     *
     * @param header its header
     */
    record Intact(BackupHeader header) implements Inspection {}

    /**
     * A backup that does not authenticate: bits flipped, cut or appended.
     *
     * @param why what is wrong
     */
    record Damaged(String why) implements Inspection {}

    /**
     * Not a backup of this application: no backup at all, or another application's.
     *
     * @param why what it is
     */
    record Foreign(String why) implements Inspection {}

    /**
     * A well-formed backup under a key that is not in the key ring.
     *
     * @param keyId the id of the key that sealed it, in hexadecimal digits
     */
    record UnknownKey(String keyId) implements Inspection {}

    /**
     * A backup that a later version of the library wrote.
     *
     * @param why which version
     */
    record NewerFormat(String why) implements Inspection {}
}
