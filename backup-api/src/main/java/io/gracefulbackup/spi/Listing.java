package io.gracefulbackup.spi;

import java.util.List;

/** A sink's answer to "what do you hold of this application?". */
public sealed interface Listing {

    /**
     * Everything that may be a backup of this application, in any order; empty means proven empty.
     *
     * @param backups the entries
     */
    record Listed(List<StoredBackup> backups) implements Listing {
        /** Copies the list. */
        public Listed {
            backups = List.copyOf(backups);
        }
    }

    /**
     * The sink may write but not list, so it can prove nothing.
     *
     * @param why the reason, for the operator
     */
    record NotListable(String why) implements Listing {}

    /** A listing of these entries. */
    static Listing of(List<StoredBackup> backups) {
        return new Listed(backups);
    }
}
