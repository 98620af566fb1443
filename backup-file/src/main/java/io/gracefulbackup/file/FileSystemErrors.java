package io.gracefulbackup.file;

import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;

/** Interprets errors of the operating system. Java passes on their text, which depends on the locale, but no error numbers. */
final class FileSystemErrors {
    /** A device that no system can force to disk: {@code fsync} answers EINVAL. */
    private static final Path NOT_SYNCHRONIZABLE = Path.of("/dev/null");

    private static final Set<String> NOT_SUPPORTED = Set.of(
            "Operation not supported", "Not supported", "Function not implemented", "Inappropriate ioctl for device");

    private FileSystemErrors() {}

    /**
     * Whether {@code fsync} failed because the file system does not have it, and not because the bytes could not be
     * written. Only what is known to mean that counts: an unknown error is a failure.
     */
    static boolean isSyncUnsupported(IOException e) {
        if (e instanceof ClosedChannelException) {
            return false; // This thread was interrupted.
        }
        String reason = reason(e);
        return NOT_SUPPORTED.contains(reason) || reason.equals(InvalidArgument.TEXT);
    }

    /** The reason of an error, without the path that its message begins with. */
    static String reason(IOException e) {
        if (e instanceof AccessDeniedException) {
            return "permission denied";
        }
        if (e instanceof NoSuchFileException) {
            return "no such file";
        }
        String reason = e instanceof FileSystemException failure ? failure.getReason() : e.getMessage();
        return reason == null ? e.getClass().getSimpleName() : reason;
    }

    /** The text of EINVAL in the language of this process. */
    private static final class InvalidArgument {
        private static final String ENGLISH = "Invalid argument";
        private static final String TEXT = learn();

        private static String learn() {
            try (FileChannel channel = FileChannel.open(NOT_SYNCHRONIZABLE, StandardOpenOption.WRITE)) {
                channel.force(true);
                return ENGLISH;
            } catch (FileSystemException | ClosedChannelException e) {
                return ENGLISH; // There is no such device, or this thread was interrupted.
            } catch (IOException e) {
                return reason(e);
            }
        }
    }
}
