package io.gracefulbackup;

import java.util.List;

/** The configuration is wrong. Contains every problem that was found, so that all can be corrected at once. */
public final class BackupConfigurationException extends BackupException {
    private static final long serialVersionUID = 1L;

    @SuppressWarnings("serial") // List.copyOf returns a serializable list
    private final List<String> problems;

    /** Reports one problem. */
    public BackupConfigurationException(String problem) {
        this(List.of(problem));
    }

    /** Reports all problems, at least one. */
    public BackupConfigurationException(List<String> problems) {
        super(
                problems.size() == 1
                        ? problems.get(0)
                        : problems.size() + " settings are wrong:\n   - " + String.join("\n   - ", problems));
        this.problems = List.copyOf(problems);
    }

    /** The problems, one sentence each, without secrets. */
    public List<String> problems() {
        return problems;
    }
}
