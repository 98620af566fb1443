package io.gracefulbackup.internal.engine;

import io.gracefulbackup.spi.BackupHeader;
import io.gracefulbackup.spi.BackupId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where this process stands in the line of backups: numbers the next one and names its ancestors. Every sealed backup is
 * an ancestor of the next, stored or not, because its state is. Safe for use by several threads.
 */
final class Lineage {
    private final Origin origin;
    private final long epoch;
    private long sequence;
    private List<BackupId> ancestors;
    private @Nullable BackupId lastSealed;
    private @Nullable String lastContent;

    /** What all headers of this process have in common. */
    record Origin(
            String application,
            @Nullable String site,
            String instance,
            @Nullable String choice) {}

    /**
     * Begins a line.
     *
     * @param parent the restored backup, or null at an empty start
     * @param parentContent its content digest, or null if it cannot be compared
     * @param epoch the epoch of every backup to come
     * @param lastSequence the next one has one more
     */
    Lineage(
            Origin origin,
            @Nullable BackupHeader parent,
            @Nullable String parentContent,
            long epoch,
            long lastSequence) {
        this.origin = origin;
        this.epoch = epoch;
        this.sequence = lastSequence;
        this.lastSealed = parent == null ? null : parent.id();
        this.lastContent = parentContent;
        this.ancestors = parent == null ? List.of() : prepend(parent.id(), parent.ancestors());
    }

    /** The header of the next backup. */
    synchronized BackupHeader next(BackupId id, String name, Instant createdAt, String reason) {
        sequence++;
        BackupHeader header = new BackupHeader(
                origin.application(),
                id,
                epoch,
                sequence,
                ancestors.isEmpty() ? null : ancestors.get(0),
                ancestors,
                name,
                createdAt,
                reason,
                origin.site(),
                origin.instance(),
                origin.choice());
        ancestors = prepend(id, ancestors);
        return header;
    }

    /** Notes the content of a sealed backup; tells its parent if that has the same content. */
    synchronized Optional<BackupId> parentOfSameContent(BackupHeader sealed, String content) {
        Optional<BackupId> parent = sealed.parentId();
        boolean same = content.equals(lastContent)
                && parent.filter(id -> id.equals(lastSealed)).isPresent();
        lastSealed = sealed.id();
        lastContent = content;
        return same ? parent : Optional.empty();
    }

    private static List<BackupId> prepend(BackupId id, List<BackupId> older) {
        List<BackupId> all = new ArrayList<>(older.size() + 1);
        all.add(id);
        all.addAll(older);
        return List.copyOf(all.subList(0, Math.min(all.size(), BackupHeader.MAX_ANCESTORS)));
    }
}
