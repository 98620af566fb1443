/** Sealed bytes between the snapshot that makes them and the sinks that read them. Not exported. */
@NullMarked
package io.gracefulbackup.internal.spool;

import org.jspecify.annotations.NullMarked;
