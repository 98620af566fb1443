/** Settings: their origins, their defaults and their validation. Not exported. */
@NullMarked
package io.gracefulbackup.internal.config;

import org.jspecify.annotations.NullMarked;
