package io.gracefulbackup.internal.restore;

import io.gracefulbackup.BackupHeader;
import io.gracefulbackup.internal.catalog.SinkInventory;
import io.gracefulbackup.internal.format.BackupReader.Contents;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How the start was settled.
 *
 * @param contents what was restored, or null at an empty start
 * @param sink where it came from
 * @param epoch the epoch of the backups to come
 * @param lastSequence the next backup has one more
 * @param answers what the sinks had answered
 * @param explanation what was found and decided
 */
public record StartOutcome(
        @Nullable Contents contents,
        @Nullable String sink,
        long epoch,
        long lastSequence,
        List<SinkInventory> answers,
        List<String> explanation) {
    public @Nullable BackupHeader restored() {
        return contents == null ? null : contents.header();
    }

    public @Nullable String contentDigest() {
        return contents == null ? null : contents.contentDigest();
    }

    public long stateBytes() {
        return contents == null ? 0 : contents.stateBytes();
    }

    public boolean isUnderPreviousKey() {
        return contents != null && !contents.root().isCurrent();
    }
}
