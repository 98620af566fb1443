/**
 * The example: a register of land ownership kept as a blockchain in memory, which Graceful Backup saves on every exit.
 * {@code Books} is the state, {@code PropertyRegistry} its rules, {@code RegistryState} what is backed up, {@code Api}
 * the HTTP side; {@code Main} puts them together. An application: nothing here is for others to build on.
 */
@NullMarked
package io.gracefulbackup.examples.registry;

import org.jspecify.annotations.NullMarked;
