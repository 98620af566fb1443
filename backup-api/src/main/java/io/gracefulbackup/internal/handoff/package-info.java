/** Carries out the handoff protocol: reads and writes the lease, restores and saves when the protocol says so. Not exported. */
@NullMarked
package io.gracefulbackup.internal.handoff;

import org.jspecify.annotations.NullMarked;
