package io.gracefulbackup;

/**
 * A reason why the exit may not save everything, found while the application runs: by a probe of a sink, or by a rehearsal
 * of a backup. It disappears from {@link BackupStatus#findings()} once the next probe or rehearsal no longer finds it.
 *
 * @param kind what it is about
 * @param name the name of the sink or the source
 * @param message what was found and what can be done, in one sentence or more; contains no secret and no value of the state
 */
public record ReadinessFinding(Kind kind, String name, String message) {

    /** What a finding is about. Later versions may add values. */
    public enum Kind {
        /** A sink that could not store a backup now. */
        SINK,
        /** A source that fails, or that writes what could not be read back. */
        SOURCE
    }
}
