/**
 * The lease by which overlapping instances agree on who may save: implemented by a sink whose store can keep one row
 * per application. For the sinks and the test kit.
 */
@NullMarked
package io.gracefulbackup.spi.lease;

import org.jspecify.annotations.NullMarked;
