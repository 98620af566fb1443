package io.gracefulbackup.spi.lease;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The result of a step.
 *
 * @param done whether the row met the condition of the step and was changed; always false for {@link LeaseStep.Read}
 * @param row the row as the step left it or, if the step was refused, as it was at some time since the step was sent; null if
 *     there is none
 */
public record LeaseResult(boolean done, @Nullable LeaseRow row) {

    /** Returns the row, if there is one. */
    public Optional<LeaseRow> seen() {
        return Optional.ofNullable(row);
    }
}
