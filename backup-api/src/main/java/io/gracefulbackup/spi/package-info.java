/**
 * The SPI: what a place that keeps backups implements. Public and stable; for authors of sinks. Application code needs
 * {@link io.gracefulbackup} only.
 */
@NullMarked
package io.gracefulbackup.spi;

import org.jspecify.annotations.NullMarked;
