/**
 * The lease by which overlapping instances agree on which of them may accept changes and save. A sink implements it if its store
 * can keep one row per application. For sinks and the test kit only.
 */
@NullMarked
package io.gracefulbackup.spi.lease;

import org.jspecify.annotations.NullMarked;
