/**
 * The sink that keeps backups in a local file. {@code FileSink} is the place to begin reading. Not exported; found with
 * {@link java.util.ServiceLoader}.
 */
@NullMarked
package io.gracefulbackup.file;

import org.jspecify.annotations.NullMarked;
