/**
 * Real HTTP servers on the loopback interface that behave as Pinata and Render do, and misbehave on demand. For everybody's
 * tests: point the settings {@code PINATA_API_URL}, {@code PINATA_UPLOAD_URL}, {@code PINATA_GATEWAY} and
 * {@code RENDER_API_URL} at them.
 *
 * <p>Begin with {@link io.gracefulbackup.testkit.fakes.FakePinata} and {@link io.gracefulbackup.testkit.fakes.FakeRender};
 * {@link io.gracefulbackup.testkit.fakes.Fault} lists what can go wrong. All types are safe for use by several threads.
 */
@NullMarked
package io.gracefulbackup.testkit.fakes;

import org.jspecify.annotations.NullMarked;
