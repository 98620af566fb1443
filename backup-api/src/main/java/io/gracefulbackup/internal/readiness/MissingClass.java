package io.gracefulbackup.internal.readiness;

import java.net.URL;
import org.jspecify.annotations.Nullable;

/** Finds out which jar should have had the class that an error of linking misses. */
final class MissingClass {
    private MissingClass() {}

    /** The file name of the jar that has the missing class's package, such as {@code jackson-annotations-2.19.2.jar}; else "". */
    static String whereabouts(LinkageError failure, ClassLoader loader) {
        String missing = missing(failure);
        URL folder = missing == null ? null : loader.getResource(missing.substring(0, missing.lastIndexOf('/') + 1));
        String place = folder == null ? "" : folder.toString();
        int jar = place.indexOf(".jar!/");
        return jar < 0 ? "" : place.substring(place.lastIndexOf('/', jar) + 1, jar) + ".jar";
    }

    /** The binary name of the missing class, with slashes. */
    private static @Nullable String missing(Throwable failure) {
        Throwable at = failure;
        String missing = null;
        for (int depth = 0; at != null && depth < 10; depth++, at = at.getCause()) {
            String message = at.getMessage();
            if ((at instanceof NoClassDefFoundError || at instanceof ClassNotFoundException)
                    && message != null
                    && message.indexOf(' ') < 0) {
                missing = message.replace('.', '/');
            }
        }
        return missing;
    }
}
