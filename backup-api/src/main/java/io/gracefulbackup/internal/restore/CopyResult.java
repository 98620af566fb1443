package io.gracefulbackup.internal.restore;

import io.gracefulbackup.BackupException;
import io.gracefulbackup.BackupRejectedException;
import io.gracefulbackup.internal.format.UnreadableBackupException;
import java.io.IOException;

/**
 * The result of reading one copy of a backup and using it.
 *
 * @param <T> what the use of an intact copy returns
 */
sealed interface CopyResult<T> {
    /** The copy was intact, and has been used. */
    record Used<T>(T value) implements CopyResult<T> {}

    /** The copy could not be used. */
    sealed interface Failed<T> extends CopyResult<T> {
        Exception why();
    }

    /** Its bytes are not as they were sealed. */
    record Damaged<T>(UnreadableBackupException why) implements Failed<T> {}

    /** It may be intact, but needs another key or a later version of the library, or belongs to another application. */
    record NotForThisProcess<T>(UnreadableBackupException why) implements Failed<T> {}

    /** This process lacks something that opening it needs, such as native code or heap. */
    record CannotOpenHere<T>(BackupException why) implements Failed<T> {}

    /** It is intact, but a source of the application rejected it. */
    record Rejected<T>(BackupRejectedException why) implements Failed<T> {}

    /** Its bytes could not be fetched or spooled, so nothing is known about them. */
    record Unavailable<T>(IOException why) implements Failed<T> {}
}
