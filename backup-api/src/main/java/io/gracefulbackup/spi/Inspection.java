package io.gracefulbackup.spi;

import io.gracefulbackup.BackupHeader;

/** What sealed bytes turn out to be; see {@link SinkContext#inspect}. */
public sealed interface Inspection {

    /**
     * An authenticated backup of this application.
     *
     * @param header the header of the backup
     */
    record Intact(BackupHeader header) implements Inspection {}

    /**
     * A backup that is not authentic, because bytes were changed, cut off or appended.
     *
     * @param why what is wrong
     */
    record Damaged(String why) implements Inspection {}

    /**
     * An authenticated backup of another application, sealed with a key that this one has too.
     *
     * @param header the header of the backup
     */
    record OtherApplication(BackupHeader header) implements Inspection {}

    /**
     * Not a backup.
     *
     * @param why what it is
     */
    record Foreign(String why) implements Inspection {}

    /**
     * A backup that was sealed with a key that is not among the configured ones.
     *
     * @param keyId the id of the key that sealed it, in hexadecimal digits
     */
    record UnknownKey(String keyId) implements Inspection {}

    /**
     * A backup that a later version of the library wrote.
     *
     * @param why the version
     */
    record NewerFormat(String why) implements Inspection {}
}
