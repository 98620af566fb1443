package io.gracefulbackup.internal.format;

import java.util.Collection;

/**
 * The description of a section, by the manifest and the trailer.
 *
 * @param name the name of the source
 * @param version the version of the source's own format
 * @param length the number of bytes the source wrote
 */
public record Section(String name, int version, long length) {
    /** The number of bytes of these sections together. */
    public static long totalLength(Collection<Section> sections) {
        return sections.stream().mapToLong(Section::length).sum();
    }
}
