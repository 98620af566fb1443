package io.gracefulbackup.internal.run;

import io.gracefulbackup.BackupId;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The newest verified backup in each sink, as far as this process knows. Safe for use by several threads. */
public final class Holdings {
    private final Map<String, BackupId> newest = new ConcurrentHashMap<>();

    /** Notes that the sink holds a verified copy of the backup, as its newest. */
    public void add(String sink, BackupId id) {
        newest.put(sink, id);
    }

    /** Whether the backup is the newest in all of these sinks. */
    boolean isEverywhere(BackupId id, Collection<String> sinks) {
        return sinks.stream().allMatch(sink -> id.equals(newest.get(sink)));
    }
}
