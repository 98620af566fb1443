/** Holds sealed bytes between the snapshot that writes them and the sinks that read them. Not exported. */
@NullMarked
package io.gracefulbackup.internal.spool;

import org.jspecify.annotations.NullMarked;
