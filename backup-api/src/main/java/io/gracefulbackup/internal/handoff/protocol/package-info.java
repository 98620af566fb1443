/**
 * The protocol by which overlapping instances hand over the state, as a pure function from a state and an event to the next
 * state and the commands to carry out. It has no threads, no clocks and no I/O: times come with the events, so that a test can
 * run the same code through simulated schedules. Begin reading at {@code Protocol}; {@code SafetyRules} holds the rules that
 * the safety of the protocol rests on. Not exported; {@code io.gracefulbackup.internal.handoff} carries the commands out.
 */
@NullMarked
package io.gracefulbackup.internal.handoff.protocol;

import org.jspecify.annotations.NullMarked;
