/** The code that the documentation shows, compiled; and the check that the documentation shows just that. */
@NullMarked
package io.gracefulbackup.docs;

import org.jspecify.annotations.NullMarked;
