package io.gracefulbackup.internal.pointers;

import io.gracefulbackup.spi.PointerStore.Latest;
import java.util.Optional;
import java.util.Set;

/**
 * What the pointer stores say of the newest backup.
 *
 * @param latest the newest backup of this application that any of them points to
 * @param provesEmptiness whether a store that outlives the instance is among them and all stores answered: then no pointer
 *     means that nothing was ever stored. Not so if a store has the pointer of another application where that of this one would
 *     be
 * @param otherApplications the names of the other applications that they have pointers of
 */
public record LatestPointer(Optional<Latest> latest, boolean provesEmptiness, Set<String> otherApplications) {
    /** Before any store has been asked. */
    public static final LatestPointer NONE = new LatestPointer(Optional.empty(), false);

    public LatestPointer {
        otherApplications = Set.copyOf(otherApplications);
    }

    /** What they say if no other application is known. */
    public LatestPointer(Optional<Latest> latest, boolean provesEmptiness) {
        this(latest, provesEmptiness, Set.of());
    }
}
