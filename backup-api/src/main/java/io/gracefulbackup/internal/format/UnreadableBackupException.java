package io.gracefulbackup.internal.format;

import io.gracefulbackup.BackupException;
import io.gracefulbackup.BackupHeader;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Sealed bytes were read and cannot be opened as a backup. Each case has a type of its own, because each has another
 * remedy. {@code docs/FORMAT.md} describes how a reader distinguishes them.
 */
public abstract sealed class UnreadableBackupException extends BackupException {
    private static final long serialVersionUID = 1L;

    private UnreadableBackupException(String message) {
        super(message);
    }

    /** The bytes do not begin like a backup. */
    public static final class NotABackup extends UnreadableBackupException {
        private static final long serialVersionUID = 1L;

        /** The message says what is there. */
        public NotABackup(String message) {
            super(message);
        }
    }

    /** The preamble does not match its checksum, or is cut. Detected before a key is derived. */
    public static final class DamagedPreamble extends UnreadableBackupException {
        private static final long serialVersionUID = 1L;

        /** The message says what is wrong. */
        public DamagedPreamble(String message) {
            super(message);
        }
    }

    /** A later version of the library wrote the backup. */
    public static final class NewerFormat extends UnreadableBackupException {
        private static final long serialVersionUID = 1L;

        /** The message names the version. */
        public NewerFormat(String message) {
            super(message);
        }
    }

    /** The backup was sealed with a key that is not among the configured ones. */
    public static final class WrongKey extends UnreadableBackupException {
        private static final long serialVersionUID = 1L;

        private final String keyId;

        /** The message names the missing key. */
        public WrongKey(String message, String keyId) {
            super(message);
            this.keyId = keyId;
        }

        /** The id of the key that sealed the backup, 32 hexadecimal digits; reveals nothing about the key. */
        public String keyId() {
            return keyId;
        }
    }

    /** The key is right, but the header was changed after sealing. */
    public static final class TamperedHeader extends UnreadableBackupException {
        private static final long serialVersionUID = 1L;

        /** The message says what is wrong. */
        public TamperedHeader(String message) {
            super(message);
        }
    }

    /** The backup is authentic and belongs to another application. */
    public static final class OtherApplication extends UnreadableBackupException {
        private static final long serialVersionUID = 1L;

        private final transient @Nullable BackupHeader header;

        /** The message names the application. */
        public OtherApplication(String message) {
            this(message, null);
        }

        /** The message names the application; the header is authentic. */
        public OtherApplication(String message, @Nullable BackupHeader header) {
            super(message);
            this.header = header;
        }

        /** The authentic header. */
        public Optional<BackupHeader> header() {
            return Optional.ofNullable(header);
        }
    }

    /** The payload is cut, extended or changed. */
    public static final class DamagedPayload extends UnreadableBackupException {
        private static final long serialVersionUID = 1L;

        /** The message says what is wrong. */
        public DamagedPayload(String message) {
            super(message);
        }
    }
}
