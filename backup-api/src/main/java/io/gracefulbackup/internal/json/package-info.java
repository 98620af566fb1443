/** Reads and writes values as JSON. The lowest layer: knows no other package of the library. Not exported. */
@NullMarked
package io.gracefulbackup.internal.json;

import org.jspecify.annotations.NullMarked;
