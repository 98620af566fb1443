/** Reads and writes the sealed format of {@code docs/FORMAT.md}: keys, preamble, header, segments, sections. Not exported. */
@NullMarked
package io.gracefulbackup.internal.format;

import org.jspecify.annotations.NullMarked;
