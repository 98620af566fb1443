/**
 * The sink that keeps backups in a local file, and the pointer store beside it. Start reading at {@code FileSink}. Not
 * exported; the providers are found by {@link java.util.ServiceLoader}.
 */
@NullMarked
package io.gracefulbackup.file;

import org.jspecify.annotations.NullMarked;
