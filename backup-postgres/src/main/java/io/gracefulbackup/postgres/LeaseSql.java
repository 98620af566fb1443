package io.gracefulbackup.postgres;

import io.gracefulbackup.spi.lease.LeaseStep;

/**
 * The statements of the steps. Each changes the row if the condition of its step is met, and returns the row in any case. The
 * time is that of {@code clock_timestamp()}, because {@code now()} would be the start of the transaction.
 */
final class LeaseSql {
    private static final String COLUMNS =
            "epoch, holder, site, active, beat, expires_at <= clock_timestamp() AS expired,"
                    + " want, want_beat, want_site, want_keys, want_format, offer, final_id, refused, refused_why";
    private static final String TERM = "clock_timestamp() + ?::bigint * interval '1 millisecond'";
    private static final String VERSION =
            "app = ?::text AND epoch = ?::bigint AND holder IS NOT DISTINCT FROM ?::text" + " AND beat = ?::bigint";

    private static final String READ = "SELECT false AS done, " + COLUMNS + " FROM {lease} WHERE app = ?::text";

    private static final String CREATE =
            "INSERT INTO {lease} AS row (app, epoch, holder, site, active, beat, expires_at) VALUES (?::text, ?::bigint + 1,"
                    + " ?::text, ?::text, false, 1, " + TERM + ") ON CONFLICT (app) DO NOTHING";

    private static final String ACQUIRE = "UPDATE {lease} SET epoch = greatest(epoch, ?::bigint) + 1, holder = ?::text,"
            + " site = ?::text, active = false, beat = beat + 1, expires_at = " + TERM
            + ", want = nullif(want, ?::text), offer = NULL, refused = NULL, refused_why = NULL,"
            + " final_id = CASE WHEN epoch < ?::bigint THEN NULL ELSE final_id END WHERE " + VERSION;

    private static final String RENEW = "UPDATE {lease} SET beat = beat + 1, expires_at = " + TERM
            + " WHERE app = ?::text AND epoch = ?::bigint AND holder = ?::text";

    private static final String ACTIVATE =
            "UPDATE {lease} SET epoch = greatest(epoch, ?::bigint), active = true, final_id = NULL, offer = NULL,"
                    + " beat = beat + 1, expires_at = " + TERM + " WHERE " + VERSION + " AND holder = ?::text";

    private static final String RELEASE = "UPDATE {lease} SET holder = NULL, active = false, offer = ?::text,"
            + " want = nullif(want, ?::text), final_id = coalesce(?::text, final_id), beat = beat + 1, expires_at = "
            + TERM
            + " WHERE " + VERSION + " AND holder = ?::text AND (?::text IS NULL OR EXISTS (SELECT FROM {rows} r WHERE"
            + " r.application = {lease}.app AND r.backup_id = ?::text AND NOT r.fork))";

    private static final String REQUEST = "UPDATE {lease} SET want = ?::text, want_beat = CASE WHEN want IS NULL THEN 1"
            + " ELSE want_beat + 1 END, want_site = ?::text, want_keys = ?::text, want_format = ?::int,"
            + " refused_why = CASE WHEN refused = ?::text THEN NULL ELSE refused_why END, refused = nullif(refused, ?::text)"
            + " WHERE app = ?::text AND (want IS NULL OR want = ?::text OR want = ?::text AND want_beat = ?::bigint)";

    private static final String WITHDRAW = "UPDATE {lease} SET want = NULL WHERE app = ?::text AND want = ?::text";

    private static final String DECLINE = "UPDATE {lease} SET want = NULL, refused = want, refused_why = ?::text"
            + " WHERE app = ?::text AND epoch = ?::bigint AND holder = ?::text AND want = ?::text";

    private final Table table;

    LeaseSql(Table table) {
        this.table = table;
    }

    /** Returns the statement of a step. Its last parameter is the application. */
    String of(LeaseStep step) {
        return table.in(step instanceof LeaseStep.Read ? READ : thenRead(change(step)));
    }

    private static String change(LeaseStep step) {
        if (step instanceof LeaseStep.Acquire acquire) {
            return acquire.expected() == null ? CREATE : ACQUIRE;
        } else if (step instanceof LeaseStep.Renew) {
            return RENEW;
        } else if (step instanceof LeaseStep.Activate) {
            return ACTIVATE;
        } else if (step instanceof LeaseStep.Release) {
            return RELEASE;
        } else if (step instanceof LeaseStep.Request) {
            return REQUEST;
        } else if (step instanceof LeaseStep.Withdraw) {
            return WITHDRAW;
        } else if (step instanceof LeaseStep.Decline) {
            return DECLINE;
        }
        throw new IllegalArgumentException("unknown step " + step);
    }

    /** Returns the changed row, or the row in the snapshot of the statement if nothing was changed. */
    private static String thenRead(String change) {
        return "WITH changed AS (" + change + " RETURNING " + COLUMNS + ") SELECT true AS done, * FROM changed"
                + " UNION ALL SELECT false, " + COLUMNS + " FROM {lease} WHERE app = ?::text"
                + " AND NOT EXISTS (SELECT FROM changed)";
    }
}
