/** Settings: where they come from, what they default to, and everything that can be wrong with them. Not exported. */
@NullMarked
package io.gracefulbackup.internal.config;

import org.jspecify.annotations.NullMarked;
