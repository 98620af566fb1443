package io.gracefulbackup.internal.run;

import io.gracefulbackup.internal.catalog.SectionSizes;
import io.gracefulbackup.internal.catalog.SectionSizes.Shrink;
import io.gracefulbackup.internal.format.Section;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The sizes of the sections when they were last known to be right: in the last rehearsal, and in the last backup that was
 * stored or restored. Finds the sections that have lost most of their bytes since. Safe for use by several threads.
 */
public final class StateSizes {
    private Map<String, Long> rehearsed = Map.of();
    private Map<String, Long> stored = Map.of();

    /** Notes the sizes of a state that was rehearsed. */
    public synchronized void rehearsed(Collection<Section> sections) {
        rehearsed = SectionSizes.of(sections);
    }

    /** Notes the sizes of a state that was stored or restored. A rehearsal before that has no meaning any more. */
    public synchronized void stored(Collection<Section> sections) {
        stored = SectionSizes.of(sections);
        rehearsed = Map.of();
    }

    /** The sections that have lost more than half of their bytes, by the larger of their known sizes. */
    synchronized List<Shrink> shrunk(Collection<Section> sections) {
        Map<String, Long> before = new HashMap<>(stored);
        rehearsed.forEach((section, size) -> before.merge(section, size, Math::max));
        return SectionSizes.shrunk(before, SectionSizes.of(sections));
    }
}
