/**
 * One backup. {@code BackupRun.run()} strings its steps together and is the place to start reading: prepare, snapshot, deliver,
 * report. Not exported.
 */
@NullMarked
package io.gracefulbackup.internal.run;

import org.jspecify.annotations.NullMarked;
