package io.gracefulbackup;

/**
 * Sealed bytes were read, and they are not a backup that can be opened. Each kind has a type of its own, because each has
 * a different way out. See {@code docs/FORMAT.md} for how a reader tells them apart.
 */
public abstract sealed class UnreadableBackupException extends BackupException {
    private static final long serialVersionUID = 1L;

    private UnreadableBackupException(String message) {
        super(message);
    }

    /** The bytes do not begin as a backup does. */
    public static final class NotABackup extends UnreadableBackupException {
        private static final long serialVersionUID = 1L;

        /** Says what is there. */
        public NotABackup(String message) {
            super(message);
        }
    }

    /** The preamble does not match its checksum, or is cut. Found before a key is derived. */
    public static final class DamagedPreamble extends UnreadableBackupException {
        private static final long serialVersionUID = 1L;

        /** Says what is wrong. */
        public DamagedPreamble(String message) {
            super(message);
        }
    }

    /** A later version of the library wrote it. */
    public static final class NewerFormat extends UnreadableBackupException {
        private static final long serialVersionUID = 1L;

        /** Says which version. */
        public NewerFormat(String message) {
            super(message);
        }
    }

    /** It was sealed with a key that is not in the key ring. */
    public static final class WrongKey extends UnreadableBackupException {
        private static final long serialVersionUID = 1L;

        private final String keyId;

        /** Says which key is missing. */
        public WrongKey(String message, String keyId) {
            super(message);
            this.keyId = keyId;
        }

        /** The id of the key that sealed it, 32 hexadecimal digits; tells nothing about the key. */
        public String keyId() {
            return keyId;
        }
    }

    /** The key is right, but the header is not what was sealed. */
    public static final class TamperedHeader extends UnreadableBackupException {
        private static final long serialVersionUID = 1L;

        /** Says what is wrong. */
        public TamperedHeader(String message) {
            super(message);
        }
    }

    /** An authentic backup of another application. */
    public static final class OtherApplication extends UnreadableBackupException {
        private static final long serialVersionUID = 1L;

        /** Says whose it is. */
        public OtherApplication(String message) {
            super(message);
        }
    }

    /** The payload is cut, prolonged or changed. */
    public static final class DamagedPayload extends UnreadableBackupException {
        private static final long serialVersionUID = 1L;

        /** Says what is wrong. */
        public DamagedPayload(String message) {
            super(message);
        }
    }
}
