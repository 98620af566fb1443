package io.gracefulbackup.file;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A failure whose message is ready for the operator: it names the path, the problem and the next step. */
final class FileSinkException extends IOException {
    private static final long serialVersionUID = 1L;

    private final String message;

    FileSinkException(String message) {
        this(message, null);
    }

    FileSinkException(String message, @Nullable Throwable cause) {
        super(message, cause);
        this.message = message;
    }

    @Override
    public String getMessage() {
        return message;
    }
}
