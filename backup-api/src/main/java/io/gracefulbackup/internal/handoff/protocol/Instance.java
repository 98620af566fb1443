package io.gracefulbackup.internal.handoff.protocol;

import io.gracefulbackup.spi.lease.LeaseRow.Terms;
import java.util.Optional;

/**
 * One instance, to the others.
 *
 * @param name its name; no two instances ever have the same
 * @param terms what it can restore
 */
public record Instance(String name, Terms terms) {

    /** Why this instance must not hand over to another one, if so: the other could not go on from its last backup. */
    Optional<String> objection(String other, Terms theirs) {
        String site = terms.site();
        if (site == null ? theirs.site() != null : !site.equals(theirs.site())) {
            return Optional.of("it runs at site " + theirs.site() + ", " + name + " at " + site
                    + ": check BACKUP_SITE and DATABASE_URL of " + other);
        }
        if (!terms.keyIds().isEmpty()
                && !theirs.keyIds().isEmpty()
                && !theirs.keyIds().contains(terms.keyIds().get(0))) {
            return Optional.of("it has the keys " + theirs.keyIds() + ", " + name + " seals with "
                    + terms.keyIds().get(0) + ": give " + other
                    + " that SECRET_KEY, or have it in SECRET_KEY_PREVIOUS");
        }
        if (theirs.format() < terms.format()) {
            return Optional.of("it reads backups up to format " + theirs.format() + ", " + name + " writes format "
                    + terms.format() + ": run the same version of the library in both");
        }
        return Optional.empty();
    }
}
