package io.gracefulbackup.internal.run;

import io.gracefulbackup.internal.format.Section;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The sizes of the sections when they were last known to be right: in the last rehearsal, and in the last backup that was
 * stored or restored. Finds the sections that have lost most of their bytes since. Safe for use by several threads.
 */
public final class StateSizes {
    /** Below this size, a section may lose more than half without notice: counters and small settings do. */
    static final long SMALL = 1_000;

    /** The bytes of an empty section: nothing, or a JSON value such as an empty object. */
    private static final long EMPTY = 2;

    /** Above this size, a section may not become empty without notice. */
    static final long TINY = 200;

    private Map<String, Long> rehearsed = Map.of();
    private Map<String, Long> stored = Map.of();

    /** A section that is much smaller than it was. */
    record Shrink(String section, long before, long now) {}

    /** Notes the sizes of a state that was rehearsed. */
    public synchronized void rehearsed(Collection<Section> sections) {
        rehearsed = sizes(sections);
    }

    /** Notes the sizes of a state that was stored or restored. A rehearsal before that has no meaning any more. */
    public synchronized void stored(Collection<Section> sections) {
        stored = sizes(sections);
        rehearsed = Map.of();
    }

    /** The sections that have lost more than half of their bytes, by the larger of their known sizes. */
    synchronized List<Shrink> shrunk(Collection<Section> sections) {
        List<Shrink> found = new ArrayList<>();
        for (Section section : sections) {
            long before = Math.max(
                    rehearsed.getOrDefault(section.name(), 0L), stored.getOrDefault(section.name(), 0L));
            if (isShrunk(before, section.length())) {
                found.add(new Shrink(section.name(), before, section.length()));
            }
        }
        return found;
    }

    private static boolean isShrunk(long before, long now) {
        return now < before - now && (before >= SMALL || (before >= TINY && now <= EMPTY));
    }

    private static Map<String, Long> sizes(Collection<Section> sections) {
        Map<String, Long> sizes = new HashMap<>();
        sections.forEach(section -> sizes.put(section.name(), section.length()));
        return sizes;
    }
}
