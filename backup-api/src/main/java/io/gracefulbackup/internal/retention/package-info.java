/** Which backups stay in a sink, why, and the deletion of the others. Not exported. */
@NullMarked
package io.gracefulbackup.internal.retention;

import org.jspecify.annotations.NullMarked;
