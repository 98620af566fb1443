/** The applications that the tests start, stop and kill. */
@NullMarked
package io.gracefulbackup.it.hosts;

import org.jspecify.annotations.NullMarked;
