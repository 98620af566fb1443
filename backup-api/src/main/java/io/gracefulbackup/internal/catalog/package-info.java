/**
 * What all sinks hold ({@code Catalog} asks, {@code Inventory} answers), which backups descend from which, and the versions
 * that this process gives to its own. Not exported.
 */
@NullMarked
package io.gracefulbackup.internal.catalog;

import org.jspecify.annotations.NullMarked;
