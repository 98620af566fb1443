package io.gracefulbackup.internal.run;

import io.gracefulbackup.BackupId;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Which backup each sink is known to hold, verified, as its newest. Safe for use by several threads. */
public final class Holdings {
    private final Map<String, BackupId> newest = new ConcurrentHashMap<>();

    public void add(String sink, BackupId id) {
        newest.put(sink, id);
    }

    /** Whether all of these sinks hold it. */
    boolean isEverywhere(BackupId id, Collection<String> sinks) {
        return sinks.stream().allMatch(sink -> id.equals(newest.get(sink)));
    }
}
