/**
 * The pointer store that is a Render service's environment. {@code RenderPointerStore} is the place to begin reading. Not
 * exported; found with {@link java.util.ServiceLoader}.
 */
@NullMarked
package io.gracefulbackup.render;

import org.jspecify.annotations.NullMarked;
