/** The code samples of the documentation, compiled, and the test that the documentation shows exactly these. */
@NullMarked
package io.gracefulbackup.docs;

import org.jspecify.annotations.NullMarked;
