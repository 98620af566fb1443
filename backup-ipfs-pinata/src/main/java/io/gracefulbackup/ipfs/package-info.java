/**
 * The sink that keeps backups in IPFS, through Pinata. Start reading at {@code PinataSink}. Not exported; the provider
 * is found by {@link java.util.ServiceLoader}.
 */
@NullMarked
package io.gracefulbackup.ipfs;

import org.jspecify.annotations.NullMarked;
