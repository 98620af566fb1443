package io.gracefulbackup.spi.lease;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What became of a step.
 *
 * @param done whether the row met the step's condition and was changed; false for {@link LeaseStep.Read}
 * @param row the row: as the step left it, or, where the step was refused, as the server saw it at some moment since
 *     the step was sent; null if there is none
 */
public record LeaseResult(boolean done, @Nullable LeaseRow row) {

    /** The row, if there is one. */
    public Optional<LeaseRow> seen() {
        return Optional.ofNullable(row);
    }
}
