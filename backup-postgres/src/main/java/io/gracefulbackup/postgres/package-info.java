/**
 * Keeps sealed backups in a PostgreSQL database. Not exported: the sink is found by its provider, {@code
 * PostgresSinkProvider}, when {@code DATABASE_URL} is set. {@code PostgresSink} is the place to begin reading.
 */
@NullMarked
package io.gracefulbackup.postgres;

import org.jspecify.annotations.NullMarked;
