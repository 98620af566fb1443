package io.gracefulbackup.internal.json;

import java.io.IOException;
import org.jspecify.annotations.Nullable;
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
        Thrown thrown = thrownByTheState(failed);
        return new IOException(
                "a value of type " + Types.name(type) + " " + problem + " ("
                        + (thrown == null ? failed.getClass().getSimpleName() : thrown.getMessage())
                        + (place.isEmpty() ? "" : " at " + place)
                        + (position == null || position.getByteOffset() < 0
                                ? ""
                                : " at byte " + position.getByteOffset())
                        + ")",
                thrown);
    }

    /** Whether it may pass depends on what the objects of the state threw; Jackson wraps it, for lists and getters. */
    private static @Nullable Thrown thrownByTheState(JacksonException failed) {
        for (Throwable at = failed.getCause(); at != null; at = at.getCause()) {
            if (at instanceof RuntimeException && !(at instanceof JacksonException)) {
                return new Thrown(at);
            }
        }
        return null;
    }

    /** What the objects of the state threw: its kind and place. The message may quote a value. */
    private static final class Thrown extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Thrown(Throwable original) {
            super(original.getClass().getSimpleName());
            setStackTrace(original.getStackTrace());
        }
    }

    /** The error where the stack was too small. */
    static IOException tooDeep(JavaType type, String problem) {
        return new IOException("a value of type " + Types.name(type) + " " + problem
                + ": it is nested more deeply than the stack of the thread allows; it may contain itself");
    }
}
