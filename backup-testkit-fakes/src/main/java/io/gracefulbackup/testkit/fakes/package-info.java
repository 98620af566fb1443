/**
 * Stand-ins for Pinata and Render: HTTP servers on the loopback interface that answer as the services do, and fail on demand.
 * For tests: point the settings {@code PINATA_API_URL}, {@code PINATA_UPLOAD_URL}, {@code PINATA_GATEWAY} and
 * {@code RENDER_API_URL} at them.
 *
 * <p>Begin with {@link io.gracefulbackup.testkit.fakes.FakePinata} and {@link io.gracefulbackup.testkit.fakes.FakeRender};
 * {@link io.gracefulbackup.testkit.fakes.Fault} has all faults. All types are safe for use by several threads.
 */
@NullMarked
package io.gracefulbackup.testkit.fakes;

import org.jspecify.annotations.NullMarked;
