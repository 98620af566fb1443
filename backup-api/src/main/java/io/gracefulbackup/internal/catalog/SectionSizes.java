package io.gracefulbackup.internal.catalog;

import io.gracefulbackup.internal.format.Section;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Compares the sections of two states by their sizes: which of them have lost most of their bytes. */
public final class SectionSizes {
    /** Below this size, a section may lose more than half without notice: counters and small settings do. */
    private static final long SMALL = 1_000;

    /** The bytes of an empty section: nothing, or a JSON value such as an empty object. */
    private static final long EMPTY = 2;

    /** From this size on, a section may not become empty without notice. */
    private static final long TINY = 200;

    private SectionSizes() {}

    /** A section that is much smaller than it was. */
    public record Shrink(String section, long before, long now) {}

    /** The sizes by name, in the order of the sections. */
    public static Map<String, Long> of(Collection<Section> sections) {
        Map<String, Long> sizes = new LinkedHashMap<>();
        sections.forEach(section -> sizes.put(section.name(), section.length()));
        return Collections.unmodifiableMap(sizes);
    }

    /**
     * The sections that have lost more than half of their bytes, unless they were small. A section that was not there before
     * has lost nothing; nor has one that is not there any more, because the application has given it up.
     */
    public static List<Shrink> shrunk(Map<String, Long> before, Map<String, Long> now) {
        List<Shrink> found = new ArrayList<>();
        now.forEach((section, size) -> {
            long was = before.getOrDefault(section, 0L);
            if (isShrunk(was, size)) {
                found.add(new Shrink(section, was, size));
            }
        });
        return found;
    }

    private static boolean isShrunk(long before, long now) {
        return now < before - now && (before >= SMALL || (before >= TINY && now <= EMPTY));
    }
}
