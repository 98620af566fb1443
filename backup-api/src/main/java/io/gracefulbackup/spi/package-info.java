/**
 * The SPI for authors of sinks and pointer stores. Public and stable. Applications need {@link io.gracefulbackup} only.
 */
@NullMarked
package io.gracefulbackup.spi;

import org.jspecify.annotations.NullMarked;
