/** Pointers to the newest backup, and the receipt that one process leaves for the next. Not exported. */
@NullMarked
package io.gracefulbackup.internal.pointers;

import org.jspecify.annotations.NullMarked;
