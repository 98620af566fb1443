package io.gracefulbackup.postgres;

import io.gracefulbackup.BackupId;
import io.gracefulbackup.Deadline;
import io.gracefulbackup.spi.lease.Lease;
import io.gracefulbackup.spi.lease.LeaseResult;
import io.gracefulbackup.spi.lease.LeaseRow;
import io.gracefulbackup.spi.lease.LeaseRow.Declined;
import io.gracefulbackup.spi.lease.LeaseRow.HandoffRequest;
import io.gracefulbackup.spi.lease.LeaseRow.Terms;
import io.gracefulbackup.spi.lease.LeaseStep;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The lease of one application, in a row of a table. Each step is one statement in a transaction of its own, which returns the
 * row whether it was changed or not. The lease has a connection of its own, so that a long upload does not delay a renewal.
 */
final class PostgresLease implements Lease {
    private final Connections connections;
    private final Faults faults;
    private final LeaseSchema schema;
    private final LeaseSql sql;
    private final String application;
    private final String instance;
    private final Duration term;

    PostgresLease(DatabaseUrl url, Table table, String application, String instance, Duration term) {
        connections = new Connections(new Connector(url));
        faults = new Faults(url, table);
        schema = new LeaseSchema(table);
        sql = new LeaseSql(table);
        this.application = application;
        this.instance = instance;
        this.term = term;
    }

    @Override
    public LeaseResult apply(LeaseStep step, Deadline deadline) throws IOException {
        for (int tries = 1; ; tries++) {
            try (var loan = connections.lend(deadline)) {
                LeaseResult result = apply(step, loan.connection(), deadline);
                loan.markReusable();
                return result;
            } catch (SQLException e) {
                if (SqlState.NO_SUCH_TABLE.is(e)) {
                    schema.forget();
                }
                // Such a transaction was rolled back as a whole, so its step has not been taken.
                if (!SqlState.CONTENTION.is(e) || tries >= Faults.triesAfter(e) || deadline.isExpired()) {
                    throw faults.explained(e, deadline);
                }
            }
        }
    }

    private LeaseResult apply(LeaseStep step, Connection connection, Deadline deadline)
            throws SQLException, IOException {
        if (!(step instanceof LeaseStep.Read)) {
            schema.ensure(connection, deadline);
        } else if (!schema.isPresent(connection)) {
            return LeaseResult.refused(null);
        }
        return Transaction.run(connection, deadline, () -> execute(connection, step));
    }

    private LeaseResult execute(Connection connection, LeaseStep step) throws SQLException {
        try (Arguments arguments = new Arguments(connection, sql.of(step))) {
            bind(arguments, step);
            try (ResultSet row = arguments.statement().executeQuery()) {
                if (!row.next()) {
                    return LeaseResult.refused(null);
                }
                LeaseRow lease = row(row);
                return row.getBoolean("done") ? LeaseResult.taken(lease) : LeaseResult.refused(lease);
            }
        }
    }

    /** Sets the parameters, in the order in which the statement in {@link LeaseSql} has them. */
    private void bind(Arguments arguments, LeaseStep step) throws SQLException {
        if (step instanceof LeaseStep.Acquire acquire && acquire.expected() == null) {
            arguments
                    .text(application)
                    .number(acquire.seenEpoch())
                    .text(instance)
                    .text(acquire.site())
                    .millis(term);
        } else if (step instanceof LeaseStep.Acquire acquire) {
            arguments
                    .number(acquire.seenEpoch())
                    .text(instance)
                    .text(acquire.site())
                    .millis(term)
                    .text(instance)
                    .number(acquire.seenEpoch())
                    .text(application)
                    .version(acquire.expected());
        } else if (step instanceof LeaseStep.Renew renew) {
            arguments.millis(term).text(application).number(renew.epoch()).text(instance);
        } else if (step instanceof LeaseStep.Activate activate) {
            arguments
                    .number(activate.epoch())
                    .millis(term)
                    .text(application)
                    .version(activate.held())
                    .text(instance);
        } else if (step instanceof LeaseStep.Release release) {
            String finalId =
                    release.finalId() == null ? null : release.finalId().value();
            arguments
                    .text(release.offer())
                    .text(release.offer())
                    .text(finalId)
                    .millis(term)
                    .text(application)
                    .version(release.held())
                    .text(instance)
                    .text(finalId)
                    .text(finalId);
        } else if (step instanceof LeaseStep.Request request) {
            Terms terms = request.terms();
            HandoffRequest replaced = request.replaced();
            arguments
                    .text(instance)
                    .text(terms.site())
                    .text(String.join(",", terms.keyIds()))
                    .number(terms.format())
                    .text(instance)
                    .text(instance)
                    .text(application)
                    .text(instance)
                    .text(replaced == null ? null : replaced.instance())
                    .number(replaced == null ? 0 : replaced.heartbeat());
        } else if (step instanceof LeaseStep.Withdraw) {
            arguments.text(application).text(instance);
        } else if (step instanceof LeaseStep.Decline decline) {
            arguments
                    .text(decline.why())
                    .text(application)
                    .number(decline.epoch())
                    .text(instance)
                    .text(decline.requester());
        }
        arguments.text(application);
    }

    private static LeaseRow row(ResultSet row) throws SQLException {
        String requester = row.getString("want");
        String finalId = row.getString("final_id");
        String declined = row.getString("refused");
        return LeaseRow.builder()
                .epoch(row.getLong("epoch"))
                .holder(row.getString("holder"))
                .site(row.getString("site"))
                .active(row.getBoolean("active"))
                .heartbeat(row.getLong("beat"))
                .expired(row.getBoolean("expired"))
                .request(requester == null ? null : new HandoffRequest(requester, row.getLong("want_beat"), terms(row)))
                .offer(row.getString("offer"))
                .finalBackup(finalId != null && BackupId.isValid(finalId) ? new BackupId(finalId) : null)
                .declined(declined == null ? null : new Declined(declined, row.getString("refused_why")))
                .build();
    }

    private static Terms terms(ResultSet row) throws SQLException {
        String keys = row.getString("want_keys");
        return new Terms(
                row.getString("want_site"),
                keys == null || keys.isEmpty() ? List.of() : List.of(keys.split(",")),
                row.getInt("want_format"));
    }

    @Override
    public void close() {
        connections.close();
    }

    /** A statement whose parameters are set one after the other. */
    private static final class Arguments implements AutoCloseable {
        private final PreparedStatement statement;
        private int last;

        Arguments(Connection connection, String sql) throws SQLException {
            statement = connection.prepareStatement(sql);
        }

        PreparedStatement statement() {
            return statement;
        }

        Arguments text(@Nullable String value) throws SQLException {
            statement.setString(++last, value);
            return this;
        }

        Arguments number(long value) throws SQLException {
            statement.setLong(++last, value);
            return this;
        }

        Arguments millis(Duration value) throws SQLException {
            return number(value.toMillis());
        }

        Arguments version(LeaseRow.@Nullable Version version) throws SQLException {
            return version == null
                    ? number(0).text(null).number(0)
                    : number(version.epoch()).text(version.holder()).number(version.heartbeat());
        }

        @Override
        public void close() throws SQLException {
            statement.close();
        }
    }
}
