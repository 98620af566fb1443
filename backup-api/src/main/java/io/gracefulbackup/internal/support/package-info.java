/**
 * Tasks on the library's own daemon threads, descriptions of failures, and the two clocks of a process. Knows nothing about
 * backups. Not exported.
 */
@NullMarked
package io.gracefulbackup.internal.support;

import org.jspecify.annotations.NullMarked;
