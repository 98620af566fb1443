/** The quick start of the README. */
@NullMarked
package io.gracefulbackup.examples.minimal;

import org.jspecify.annotations.NullMarked;
