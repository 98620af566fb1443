package io.gracefulbackup.internal.json;

import java.io.IOException;
import tools.jackson.core.JacksonException;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.databind.JavaType;

/** Errors of Jackson without its own messages, which quote the value; that may be secret. */
final class Failures {
    private Failures() {}

    /** The error for a caller: that of the stream, if it failed, or one that tells the type, the place and the kind. */
    static IOException withoutValue(JavaType type, String problem, JacksonException failed) {
        if (failed.getCause() instanceof IOException streamFailed) {
            return streamFailed;
        }
        if (failed instanceof StateGenerator.CycleException cycle) {
            return new IOException(
                    "a value of type " + Types.name(type) + " " + problem + ": its objects form a cycle, "
                            + cycle.path()
                            + " is the object that it began with; break it with @JsonIgnore or @JsonBackReference,"
                            + " or write references with @JsonIdentityInfo");
        }
        TokenStreamLocation position = failed.getLocation();
        String place = Types.place(failed);
        return new IOException("a value of type " + Types.name(type) + " " + problem + " ("
                + failed.getClass().getSimpleName()
                + (place.isEmpty() ? "" : " at " + place)
                + (position == null || position.getByteOffset() < 0 ? "" : " at byte " + position.getByteOffset())
                + ")");
    }

    /** The error where the stack was too small. */
    static IOException tooDeep(JavaType type, String problem) {
        return new IOException("a value of type " + Types.name(type) + " " + problem
                + ": it is nested more deeply than the stack of the thread allows; it may contain itself");
    }
}
