/** What all sinks hold, how those backups descend from each other, and where this process stands among them. Not exported. */
@NullMarked
package io.gracefulbackup.internal.catalog;

import org.jspecify.annotations.NullMarked;
