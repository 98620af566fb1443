package io.gracefulbackup.postgres;

import java.sql.SQLException;

/** Kinds of errors, by the first characters of their SQLSTATE code. */
enum SqlState {
    CONNECTION_LOST("08006", "08003", "08007", "57P01", "57P02"),
    CANNOT_CONNECT("08"),
    /** Another transaction was in the way; a repetition helps. */
    CONTENTION("40P01", "40001"),
    /** The id of a new row is taken: the table was copied without the state of its identity. */
    DUPLICATE_KEY("23505"),
    STARTING_UP("57P03"),
    TOO_MANY_CLIENTS("53300"),
    DISK_FULL("53100"),
    WRONG_CREDENTIALS("28"),
    NO_SUCH_DATABASE("3D000"),
    NO_SUCH_SCHEMA("3F000"),
    NO_SUCH_TABLE("42P01"),
    MISSING_PRIVILEGE("42501"),
    READ_ONLY("25006"),
    CANCELLED("57014"),
    LOCK_NOT_AVAILABLE("55P03"),
    UNSUPPORTED_STARTUP_PARAMETER("08P01"),
    /** What the driver says when the server offers no TLS or no kind of authentication that fits. */
    REJECTED("08004"),
    /** The same answer until somebody changes a setting or the server. */
    PERMANENT("28", "3D000", "3F000", "42501", "25006", "08004");

    @SuppressWarnings("ImmutableEnumChecker") // never written
    private final String[] codes;

    SqlState(String... codes) {
        this.codes = codes;
    }

    boolean is(SQLException e) {
        String state = e.getSQLState();
        if (state != null) {
            for (String code : codes) {
                if (state.startsWith(code)) {
                    return true;
                }
            }
        }
        return false;
    }
}
