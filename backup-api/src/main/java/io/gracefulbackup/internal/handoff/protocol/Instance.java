package io.gracefulbackup.internal.handoff.protocol;

import io.gracefulbackup.spi.lease.LeaseRow.Terms;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What an instance tells the others about itself.
 *
 * @param name its name, which no other instance ever has
 * @param terms what it can restore
 */
public record Instance(String name, Terms terms) {

    /**
     * Returns why this instance must not hand over to another one, which could not restore its last backup; empty if it may.
     *
     * @param other the name of the other instance
     * @param theirs what the other instance can restore
     */
    Optional<String> objection(String other, Terms theirs) {
        String site = terms.site();
        if (site == null ? theirs.site() != null : !site.equals(theirs.site())) {
            return Optional.of("it runs " + at(theirs.site()) + ", " + name + " " + at(site)
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

    private static String at(@Nullable String site) {
        return site == null ? "without a site" : "at site " + site;
    }
}
