/**
 * The HTTP client of the modules that talk to a service: with retries, deadlines and redaction. Start reading at {@code
 * ServiceClient}. Internal: used by the IPFS sink and the Render pointer store only, and may change in any release.
 */
@NullMarked
package io.gracefulbackup.http;

import org.jspecify.annotations.NullMarked;
