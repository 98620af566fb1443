package io.gracefulbackup.spi.lease;

import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The result of a step. Immutable. */
public final class LeaseResult {
    private final boolean done;
    private final @Nullable LeaseRow row;

    private LeaseResult(boolean done, @Nullable LeaseRow row) {
        this.done = done;
        this.row = row;
    }

    /**
     * Returns the result of a step that was taken.
     *
     * @param row the row as the step left it
     */
    public static LeaseResult taken(LeaseRow row) {
        return new LeaseResult(true, Objects.requireNonNull(row, "row"));
    }

    /**
     * Returns the result of a step whose condition was not met, and of {@link LeaseStep.Read}.
     *
     * @param row the row as it was at some time since the step was sent; null if there is none
     */
    public static LeaseResult refused(@Nullable LeaseRow row) {
        return new LeaseResult(false, row);
    }

    /** Returns whether the row met the condition of the step and was changed; always false for {@link LeaseStep.Read}. */
    public boolean done() {
        return done;
    }

    /** Returns the row, if there is one. */
    public Optional<LeaseRow> row() {
        return Optional.ofNullable(row);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof LeaseResult result && done == result.done && Objects.equals(row, result.row);
    }

    @Override
    public int hashCode() {
        return Objects.hash(done, row);
    }

    @Override
    public String toString() {
        return (done ? "taken " : "refused ") + row;
    }
}
