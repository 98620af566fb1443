/**
 * An example application: a land registry that keeps its records as a blockchain in memory. Graceful Backup saves it at
 * every exit and restores it at the next start.
 *
 * <p>{@code Main} starts the application and contains the whole integration. {@code Ledger} is the state, {@code
 * PropertyRegistry} its rules, {@code RegistrySources} what is backed up, and {@code Api} the HTTP interface. Nothing
 * here is meant as a library.
 */
@NullMarked
package io.gracefulbackup.examples.registry;

import org.jspecify.annotations.NullMarked;
