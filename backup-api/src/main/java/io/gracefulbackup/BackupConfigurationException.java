package io.gracefulbackup;

import java.util.List;

/** The settings are wrong. Holds every mistake that was found, so that one look mends them all. */
public final class BackupConfigurationException extends BackupException {
    private static final long serialVersionUID = 1L;

    @SuppressWarnings("serial") // List.copyOf gives a serializable one
    private final List<String> problems;

    /** One mistake. */
    public BackupConfigurationException(String problem) {
        this(List.of(problem));
    }

    /** All mistakes, at least one. */
    public BackupConfigurationException(List<String> problems) {
        super(
                problems.size() == 1
                        ? problems.get(0)
                        : problems.size() + " settings are wrong:\n - " + String.join("\n - ", problems));
        this.problems = List.copyOf(problems);
    }

    /** Each mistake, a sentence without a secret. */
    public List<String> problems() {
        return problems;
    }
}
