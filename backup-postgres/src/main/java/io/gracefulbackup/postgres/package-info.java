/**
 * A sink that stores backups in a PostgreSQL database, and keeps the lease there. Not exported: {@code PostgresSinkProvider}
 * creates the sink when {@code DATABASE_URL} is set. Begin reading at {@code PostgresSink}, and at {@code PostgresLease} for the
 * lease.
 */
@NullMarked
package io.gracefulbackup.postgres;

import org.jspecify.annotations.NullMarked;
