/**
 * For authors of sinks: {@link io.gracefulbackup.testkit.BackupSinkContract}, which a sink's test extends, and what it is
 * made of. For tests of applications: {@link io.gracefulbackup.testkit.InMemorySink} and
 * {@link io.gracefulbackup.testkit.FaultySink}, {@link io.gracefulbackup.testkit.TestClock} for what time does, and for
 * whole processes {@link io.gracefulbackup.testkit.ForkedJvm}.
 */
@NullMarked
package io.gracefulbackup.testkit;

import org.jspecify.annotations.NullMarked;
