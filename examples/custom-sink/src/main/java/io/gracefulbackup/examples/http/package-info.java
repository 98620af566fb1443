/** An example of a custom sink: it keeps backups as files on a web server. A template to copy; see the README. */
@NullMarked
package io.gracefulbackup.examples.http;

import org.jspecify.annotations.NullMarked;
