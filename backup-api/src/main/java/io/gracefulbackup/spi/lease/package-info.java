/**
 * The lease by which overlapping instances agree on which of them may accept changes and save. A sink implements {@link
 * io.gracefulbackup.spi.lease.LeaseProvider} if its store can keep one row per application. Not for applications: exported to
 * the modules of those sinks and to the test kit only.
 */
@NullMarked
package io.gracefulbackup.spi.lease;

import org.jspecify.annotations.NullMarked;
