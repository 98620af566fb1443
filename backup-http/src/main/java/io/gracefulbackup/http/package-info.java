/**
 * Asking a service over HTTP until it answers or the deadline is over. Internal: shared by the IPFS sink and the Render
 * pointer store, and may change with any release. {@code HttpService} is the place to begin reading.
 */
@NullMarked
package io.gracefulbackup.http;

import org.jspecify.annotations.NullMarked;
