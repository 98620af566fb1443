package io.gracefulbackup.internal.pointers;

import io.gracefulbackup.spi.PointerStore.Latest;
import java.util.Optional;

/**
 * What the pointer stores say of the newest backup.
 *
 * @param latest the newest backup that any of them points to
 * @param provesEmptiness whether a store that outlives the instance is among them and all stores answered: then no pointer
 *     means that nothing was ever stored
 */
public record LatestPointer(Optional<Latest> latest, boolean provesEmptiness) {
    /** Before any store has been asked. */
    public static final LatestPointer NONE = new LatestPointer(Optional.empty(), false);
}
