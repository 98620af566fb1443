/** What people read: the operator log, its messages, and calls to the host's listeners. Not exported. */
@NullMarked
package io.gracefulbackup.internal.report;

import org.jspecify.annotations.NullMarked;
