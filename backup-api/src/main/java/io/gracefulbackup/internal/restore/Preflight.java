package io.gracefulbackup.internal.restore;

import io.gracefulbackup.RestoreRefusedException;
import io.gracefulbackup.internal.catalog.CatalogEntry;
import io.gracefulbackup.internal.format.BackupReader.Contents;
import io.gracefulbackup.internal.report.Finding;
import io.gracefulbackup.internal.report.Messages;
import io.gracefulbackup.internal.support.Failures;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Checks whether the backup that a start would restore is intact and fits the sources. Touches no source and no sink. */
final class Preflight {
    /** How often to look for a backup that can be read. */
    private static final int LOOKS = 3;

    private final RestoreComponents components;
    private final StartInquiry inquiry;

    Preflight(RestoreComponents components, StartInquiry inquiry) {
        this.components = components;
        this.inquiry = inquiry;
    }

    /**
     * Runs the check.
     *
     * @throws RestoreRefusedException if the start would be refused
     */
    void run() throws InterruptedException {
        int looks = 1;
        while (!isUsable(inquiry.decide(), looks < LOOKS)) {
            looks++;
        }
    }

    private boolean isUsable(Decision decision, boolean mayLookAgain) throws InterruptedException {
        if (decision instanceof Decision.Refuse refuse) {
            throw components.refusal(refuse.reason(), refuse.findings());
        }
        return !(decision instanceof Decision.Restore restore) || isUsable(restore, mayLookAgain);
    }

    /**
     * Whether one of the candidates is intact and fits.
     *
     * @param mayLookAgain whether a copy that cannot be fetched is no reason to refuse yet: the instance that has the state goes on
     *     saving, and its retention may have deleted the copy since it was listed. Then there is a newer backup
     */
    private boolean isUsable(Decision.Restore decision, boolean mayLookAgain) throws InterruptedException {
        List<Finding> findings = new ArrayList<>(decision.findings());
        List<CatalogEntry.Authenticated> copies = decision.candidates().stream()
                .flatMap(candidate -> candidate.copies().stream())
                .toList();
        for (CatalogEntry.Authenticated copy : copies) {
            CopyResult<Contents> result = read(copy, findings);
            if (result instanceof CopyResult.Used) {
                return true;
            }
            if (result instanceof CopyResult.Unavailable && mayLookAgain) {
                return false;
            }
            if (result instanceof CopyResult.CannotOpenHere<Contents> failed) {
                throw failed.why();
            }
            if (result instanceof CopyResult.NotForThisProcess<Contents> failed) {
                throw components.refusal(String.valueOf(failed.why().getMessage()), findings);
            }
            Exception why = ((CopyResult.Failed<Contents>) result).why();
            findings.add(Finding.note(copy.sink().name() + ": " + Failures.describe(why)));
        }
        throw components.refusal(Messages.NO_BACKUP_FITS, findings);
    }

    private CopyResult<Contents> read(CatalogEntry.Authenticated copy, List<Finding> findings)
            throws InterruptedException {
        try {
            return components.reader().read(copy, this::check);
        } catch (RestoreRefusedException bySources) {
            throw components.refusal(bySources, findings);
        }
    }

    /** Adopting the root key lets the derivation be done before the restore. */
    private Contents check(FetchedBackup fetched) throws IOException {
        try (fetched) {
            components.sources().check(fetched.contents());
            components.keys().adopt(fetched.contents().root());
            return fetched.contents();
        }
    }
}
