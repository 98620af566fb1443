/**
 * The sink that keeps backups in IPFS, through Pinata. {@code PinataSink} is the place to begin reading. Not exported; found
 * with {@link java.util.ServiceLoader}.
 */
@NullMarked
package io.gracefulbackup.ipfs;

import org.jspecify.annotations.NullMarked;
