/**
 * The pointer store in the environment variables of a Render service. Start reading at {@code RenderPointerStore}. Not
 * exported; the provider is found by {@link java.util.ServiceLoader}.
 */
@NullMarked
package io.gracefulbackup.render;

import org.jspecify.annotations.NullMarked;
