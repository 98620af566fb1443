/** How the test kit gets hold of the library as a sink's provider sees it. Not exported. */
@NullMarked
package io.gracefulbackup.testkit.internal;

import org.jspecify.annotations.NullMarked;
