/**
 * What makes sure, while the application runs, that its exit will save: sinks are probed, the exit's classes are loaded ahead of
 * time, and backups are rehearsed. Not exported.
 */
@NullMarked
package io.gracefulbackup.internal.readiness;

import org.jspecify.annotations.NullMarked;
