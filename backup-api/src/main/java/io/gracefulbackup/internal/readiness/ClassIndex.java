package io.gracefulbackup.internal.readiness;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The list of a module's classes, which its build writes to {@code META-INF/graceful-backup/<module>.classes}: a line for each
 * class, and one that begins with {@code +} for each further module that it uses. All names are relative to the library's base
 * package, so that a build which moves the library to another package need not change the list.
 *
 * @param classes the binary names of the classes
 * @param uses the names of modules whose classes it needs
 */
record ClassIndex(List<String> classes, List<String> uses) {
    private static final String FOLDER = "/META-INF/graceful-backup/";
    private static final String THIS_PACKAGE = ".internal.readiness";

    /** The base package of the library, followed by a dot; computed, because the library may have been moved. */
    private static final String BASE = base();

    ClassIndex {
        classes = List.copyOf(classes);
        uses = List.copyOf(uses);
    }

    private static String base() {
        String own = ClassIndex.class.getPackageName();
        return own.substring(0, own.length() - THIS_PACKAGE.length() + 1);
    }

    /** The module that a class of the library belongs to, by its package; empty if the class is not one of the library. */
    static Optional<String> moduleOf(Class<?> type) {
        String name = type.getPackageName();
        return name.startsWith(BASE) ? Optional.of(name.substring(BASE.length())) : Optional.empty();
    }

    /** Whether a class serves JSON sources only. */
    static boolean isForJson(String name) {
        return name.startsWith(BASE + "internal.json.") || name.startsWith(BASE + "JsonSource");
    }

    /**
     * Reads the index of a module.
     *
     * @param neighbour a class whose loader finds the module
     * @return empty if there is none: the module was compiled without its build
     */
    static Optional<ClassIndex> read(String module, Class<?> neighbour) throws IOException {
        try (InputStream in = neighbour.getResourceAsStream(FOLDER + module + ".classes")) {
            return in == null ? Optional.empty() : Optional.of(parse(in));
        }
    }

    private static ClassIndex parse(InputStream in) throws IOException {
        List<String> classes = new ArrayList<>();
        List<String> uses = new ArrayList<>();
        BufferedReader lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            if (line.startsWith("+")) {
                uses.add(line.substring(1));
            } else if (!line.isEmpty()) {
                classes.add(BASE + line);
            }
        }
        return new ClassIndex(classes, uses);
    }
}
