/**
 * Not exported: how the kit gets a {@link io.gracefulbackup.spi.SinkContext} from the library, and what only the tests of
 * this project's own modules need. It may change with any release.
 */
@NullMarked
package io.gracefulbackup.testkit.internal;

import org.jspecify.annotations.NullMarked;
