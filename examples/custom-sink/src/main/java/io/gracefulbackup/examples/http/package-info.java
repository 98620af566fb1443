/** A sink of one's own: backups as files of an HTTP server. To be copied; see the README. */
@NullMarked
package io.gracefulbackup.examples.http;

import org.jspecify.annotations.NullMarked;
