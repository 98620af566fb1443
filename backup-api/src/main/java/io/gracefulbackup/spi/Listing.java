package io.gracefulbackup.spi;

import java.util.List;

/** What a sink holds of the application; see {@link BackupSink#list}. */
public sealed interface Listing {

    /**
     * All entries that may be backups of this application, in any order. If there are none, the sink is proven to be
     * empty.
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
     * The sink may write but not list, so nothing is known about its entries.
     *
     * @param why the reason, for the operator
     */
    record NotListable(String why) implements Listing {}

    /** A listing of these entries. */
    static Listing of(List<StoredBackup> backups) {
        return new Listed(backups);
    }
}
