/** The exit of the JVM: the shutdown hook and the reason. Not exported. */
@NullMarked
package io.gracefulbackup.internal.hook;

import org.jspecify.annotations.NullMarked;
