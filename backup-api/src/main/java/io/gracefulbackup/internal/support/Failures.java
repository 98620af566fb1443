package io.gracefulbackup.internal.support;

import io.gracefulbackup.BackupException;
import io.gracefulbackup.BackupRejectedException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.concurrent.ExecutionException;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Describes failures for messages and logs. */
public final class Failures {
    private static final int DEPTH = 4;

    private Failures() {}

    /**
     * The message, then what the messages of its causes add to it, safe to show: see {@link Printable}. No sentence is there
     * twice. One line, unless the failure is one of this library, whose messages may have lines of their own.
     */
    public static String describe(Throwable failure) {
        String description = text(failure);
        Throwable at = failure.getCause();
        for (int depth = 1; at != null && depth < DEPTH; depth++, at = at.getCause()) {
            String text = text(at);
            String addition = description.contains(text) ? "" : Sentences.notIn(description, text);
            if (!addition.isEmpty()) {
                description += ": " + addition;
            }
        }
        return description;
    }

    /** The message, preceded by the type of the error if the message is a single word, such as a file's name. */
    private static String text(Throwable failure) {
        String message = failure.getMessage();
        String kind = failure.getClass().getSimpleName();
        if (message == null || message.isBlank()) {
            return kind;
        }
        boolean isOwn = failure instanceof BackupException && !(failure instanceof BackupRejectedException);
        String printable = isOwn ? Printable.text(message.strip()) : Printable.line(message);
        return printable.contains(" ") ? printable : kind + ": " + printable;
    }

    /** The failure, for use as a cause; null if its stack trace or any of its messages contains a secret. */
    public static @Nullable Throwable withoutSecrets(Throwable failure, UnaryOperator<String> redact) {
        StringWriter text = new StringWriter();
        failure.printStackTrace(new PrintWriter(text));
        String printable = Printable.text(text.toString());
        return Printable.text(redact.apply(text.toString())).equals(printable) ? failure : null;
    }

    /** What the task threw; the exception itself if it names no cause. */
    public static Throwable cause(ExecutionException failed) {
        Throwable cause = failed.getCause();
        return cause == null ? failed : cause;
    }

    /** A stack trace as lines that fit under a message. */
    public static String stack(StackTraceElement[] frames) {
        StringBuilder text = new StringBuilder();
        for (StackTraceElement frame : frames) {
            text.append("\n      at ").append(frame);
        }
        return text.toString();
    }
}
