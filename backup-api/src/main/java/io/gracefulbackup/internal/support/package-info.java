/**
 * Tasks on daemon threads of the library, descriptions of failures, and the clocks of the process. Knows nothing about
 * backups. Not exported.
 */
@NullMarked
package io.gracefulbackup.internal.support;

import org.jspecify.annotations.NullMarked;
