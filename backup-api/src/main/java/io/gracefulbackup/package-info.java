/**
 * The API for applications. One call of {@link io.gracefulbackup.GracefulShutdown#install} saves the state at every
 * exit and restores it at the next start. Authors of sinks also need {@link io.gracefulbackup.spi}.
 */
@NullMarked
package io.gracefulbackup;

import org.jspecify.annotations.NullMarked;
