/**
 * One restore. {@code Restore} strings its steps together and is the place to start reading: start decision, copy reader,
 * source binder. Also the restore into a running application, and the repair of sinks that lack the restored backup. Not exported.
 */
@NullMarked
package io.gracefulbackup.internal.restore;

import org.jspecify.annotations.NullMarked;
