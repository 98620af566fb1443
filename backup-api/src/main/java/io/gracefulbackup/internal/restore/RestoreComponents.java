package io.gracefulbackup.internal.restore;

import io.gracefulbackup.RestoreRefusedException;
import io.gracefulbackup.internal.catalog.Catalog;
import io.gracefulbackup.internal.config.BackupConfig;
import io.gracefulbackup.internal.format.KeyRing;
import io.gracefulbackup.internal.pointers.Pointers;
import io.gracefulbackup.internal.report.Finding;
import io.gracefulbackup.internal.report.Messages;
import io.gracefulbackup.internal.report.OperatorLog;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * What a restore at start works with.
 *
 * @param brokenProviders the sinks whose provider could not be loaded, each with the reason
 */
public record RestoreComponents(
        BackupConfig config,
        Catalog catalog,
        Pointers pointers,
        Map<String, String> brokenProviders,
        CopyReader reader,
        SourceBinder sources,
        KeyRing keys,
        OperatorLog log,
        UnaryOperator<String> redact) {
    public RestoreComponents {
        brokenProviders = Map.copyOf(brokenProviders);
    }

    /** Has no cause, because what a driver throws may hold secrets all the way down. */
    RestoreRefusedException refusal(String reason, List<Finding> findings) {
        return new RestoreRefusedException(redact.apply(Messages.refusal(reason, Finding.lines(findings))));
    }

    /** A refusal to start because of what {@link SourceBinder} threw, whose cause has been checked for secrets. */
    RestoreRefusedException refusal(RestoreRefusedException bySources, List<Finding> findings) {
        String reason = bySources.getMessage() + Messages.NOTHING_STORED_OR_DELETED;
        return new RestoreRefusedException(
                redact.apply(Messages.refusal(reason, Finding.lines(findings))), bySources.getCause());
    }
}
