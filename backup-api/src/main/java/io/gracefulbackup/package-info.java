/**
 * The API: one call, {@link io.gracefulbackup.GracefulShutdown#install}, and an application's state survives every
 * exit. For application code; authors of sinks also need {@link io.gracefulbackup.spi}.
 */
@NullMarked
package io.gracefulbackup;

import org.jspecify.annotations.NullMarked;
