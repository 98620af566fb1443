/**
 * For tests.
 *
 * <p>Of a sink: {@link io.gracefulbackup.testkit.BackupSinkContract} has every promise of a sink as a test.
 * {@link io.gracefulbackup.testkit.SealedBackups} makes real backups, {@link io.gracefulbackup.testkit.TestSinkContext} has
 * the settings that a test chooses, {@link io.gracefulbackup.testkit.ForwardingSink} and
 * {@link io.gracefulbackup.testkit.ForwardingBackup} wrap others.
 *
 * <p>Of an application: {@link io.gracefulbackup.testkit.InMemorySink} keeps backups in the heap,
 * {@link io.gracefulbackup.testkit.FaultySink} adds faults to a sink, {@link io.gracefulbackup.testkit.TestClock} is a clock
 * that the test moves, and {@link io.gracefulbackup.testkit.ForkedJvm} runs a whole process.
 */
@NullMarked
package io.gracefulbackup.testkit;

import org.jspecify.annotations.NullMarked;
