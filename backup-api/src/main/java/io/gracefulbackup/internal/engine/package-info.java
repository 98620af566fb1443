/**
 * The engine: one class for each step of a backup and of a restore. {@code BackupRun} and {@code Restore} string them
 * together and are the place to begin reading. Not exported.
 */
@NullMarked
package io.gracefulbackup.internal.engine;

import org.jspecify.annotations.NullMarked;
