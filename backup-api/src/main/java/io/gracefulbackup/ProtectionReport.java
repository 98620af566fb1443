package io.gracefulbackup;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What became of {@link GracefulShutdown#protect} or {@link GracefulShutdown#unprotect}.
 *
 * @param id the backup
 * @param sinks the sinks that hold it and did as they were told
 * @param others the sinks that did not, each with the reason; those that do not hold the backup are named in neither
 */
public record ProtectionReport(BackupId id, List<String> sinks, Map<String, String> others) {
    /** Copies the collections. */
    public ProtectionReport {
        sinks = List.copyOf(sinks);
        others = Collections.unmodifiableMap(new LinkedHashMap<>(others));
    }
}
