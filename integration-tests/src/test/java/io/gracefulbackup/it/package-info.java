/**
 * Tests of all modules together, through the public API only, with real processes, signals, files and databases. {@link
 * io.gracefulbackup.testkit.ForkedJvm} runs the applications of {@link io.gracefulbackup.it.hosts}.
 */
@NullMarked
package io.gracefulbackup.it;

import org.jspecify.annotations.NullMarked;
