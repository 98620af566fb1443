package io.gracefulbackup.internal.report;

import java.util.List;
import java.util.function.UnaryOperator;

/**
 * One line of the explanation of a start.
 *
 * @param isWarning whether the operator should see it without asking
 * @param line the line; a warning begins with its sign
 */
public record Finding(boolean isWarning, String line) {
    /** A line that explains the start to those who ask. */
    public static Finding note(String line) {
        return new Finding(false, line);
    }

    /** A line that the operator should see. */
    public static Finding warning(String line) {
        return new Finding(true, line);
    }

    /** The same without secrets. */
    public Finding redacted(UnaryOperator<String> redact) {
        return new Finding(isWarning, redact.apply(line));
    }

    /** The lines alone. */
    public static List<String> lines(List<Finding> findings) {
        return findings.stream().map(Finding::line).toList();
    }
}
