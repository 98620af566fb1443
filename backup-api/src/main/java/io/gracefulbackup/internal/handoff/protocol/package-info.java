/**
 * How instances that overlap take turns: the protocol of the lease as a function from a state and an event to the next state
 * and what is to be done. No threads, no clocks, no I/O: times come in with the events, and a model explores the very same
 * code. {@code Protocol} is the place to begin reading, {@code Rules} holds what its safety rests on. Not exported.
 */
@NullMarked
package io.gracefulbackup.internal.handoff.protocol;

import org.jspecify.annotations.NullMarked;
