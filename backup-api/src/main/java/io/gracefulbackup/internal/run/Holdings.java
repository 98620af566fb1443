package io.gracefulbackup.internal.run;

import io.gracefulbackup.BackupId;
import io.gracefulbackup.Deadline;
import io.gracefulbackup.internal.catalog.Catalog;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The newest verified backup in each sink, as far as this process knows. Somebody may have deleted it since, or put an older
 * database in place of the sink's, so the sinks are asked before that is relied on. Safe for use by several threads.
 */
public final class Holdings {
    private final Catalog catalog;
    private final Map<String, BackupId> newest = new ConcurrentHashMap<>();

    public Holdings(Catalog catalog) {
        this.catalog = catalog;
    }

    /** Those of the same sinks, of which nothing is known. */
    Holdings apart() {
        return new Holdings(catalog);
    }

    /** Notes that the sink holds a verified copy of the backup, as its newest. */
    public void add(String sink, BackupId id) {
        newest.put(sink, id);
    }

    /**
     * Whether the backup is the newest in all of these sinks, and each of them shows that it still holds it. One that does not
     * is no longer believed to.
     *
     * @param deadline a sink that has not answered by then does not hold it
     */
    boolean isEverywhere(BackupId id, Collection<String> sinks, Deadline deadline) throws InterruptedException {
        if (!sinks.stream().allMatch(sink -> id.equals(newest.get(sink)))) {
            return false;
        }
        Set<String> holding = catalog.holding(id, sinks, deadline);
        sinks.stream().filter(sink -> !holding.contains(sink)).forEach(sink -> newest.remove(sink, id));
        return holding.containsAll(sinks);
    }
}
