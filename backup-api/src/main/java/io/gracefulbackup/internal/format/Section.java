package io.gracefulbackup.internal.format;

/**
 * One section of a backup, as the manifest and the trailer describe it.
 *
 * @param name the name of the source
 * @param version the version of the source's own format
 * @param length the number of bytes the source wrote
 */
public record Section(String name, int version, long length) {}
