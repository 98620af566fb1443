/**
 * The library seen from outside: real JVMs, real signals, real files, the public API only. {@link
 * io.gracefulbackup.testkit.ForkedJvm} runs the programs of {@link io.gracefulbackup.it.hosts}.
 */
@NullMarked
package io.gracefulbackup.it;

import org.jspecify.annotations.NullMarked;
