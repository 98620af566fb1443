package io.gracefulbackup.internal.support;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Describes failures for messages and logs. */
public final class Failures {
    private static final int DEPTH = 4;

    private Failures() {}

    /** One line: the message, then the messages of those causes that add something to it. */
    public static String describe(Throwable failure) {
        Set<String> parts = new LinkedHashSet<>();
        Throwable at = failure;
        for (int depth = 0; at != null && depth < DEPTH; depth++, at = at.getCause()) {
            String text = text(at);
            if (parts.stream().noneMatch(part -> part.contains(text))) {
                parts.add(text);
            }
        }
        return String.join(": ", parts);
    }

    /** The message, preceded by the type of the error if the message is a single word, such as a file's name. */
    private static String text(Throwable failure) {
        String message = failure.getMessage();
        String kind = failure.getClass().getSimpleName();
        if (message == null || message.isBlank()) {
            return kind;
        }
        return message.contains(" ") ? message.strip() : kind + ": " + message.strip();
    }

    /** The failure, for use as a cause; null if its stack trace or any of its messages contains a secret. */
    public static @Nullable Throwable withoutSecrets(Throwable failure, UnaryOperator<String> redact) {
        StringWriter text = new StringWriter();
        failure.printStackTrace(new PrintWriter(text));
        return redact.apply(text.toString()).contentEquals(text.getBuffer()) ? failure : null;
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
