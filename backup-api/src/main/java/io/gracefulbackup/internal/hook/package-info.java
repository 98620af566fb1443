/** The JVM's exit: the hook, and why the exit happens. Not exported. */
@NullMarked
package io.gracefulbackup.internal.hook;

import org.jspecify.annotations.NullMarked;
