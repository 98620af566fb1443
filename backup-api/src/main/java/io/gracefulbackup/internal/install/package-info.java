/** Composition: what {@code install()} builds, checks and warms up, and the engine behind the handle. Not exported. */
@NullMarked
package io.gracefulbackup.internal.install;

import org.jspecify.annotations.NullMarked;
