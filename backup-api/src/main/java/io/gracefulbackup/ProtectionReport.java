package io.gracefulbackup;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The result of {@link GracefulShutdown#protect} or {@link GracefulShutdown#unprotect}. A sink that does not hold the
 * backup is in neither collection.
 *
 * @param id the backup
 * @param sinks the names of the sinks that hold the backup and did what was asked
 * @param others the names of the sinks that did not, or could not be asked, each with the reason
 */
public record ProtectionReport(BackupId id, List<String> sinks, Map<String, String> others) {
    /** Copies the collections. */
    public ProtectionReport {
        sinks = List.copyOf(sinks);
        others = Collections.unmodifiableMap(new LinkedHashMap<>(others));
    }
}
