package io.gracefulbackup.internal.json;

import io.gracefulbackup.StateSource;
import java.io.IOException;
import java.io.InputStream;
import java.util.function.Consumer;
import java.util.function.Supplier;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.StreamWriteFeature;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.json.JsonMapper;

/** The JSON form of a source. Streams are the engine's: Jackson must not close them. */
public final class JsonCodec {
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .disable(StreamWriteFeature.AUTO_CLOSE_TARGET)
            .disable(StreamReadFeature.AUTO_CLOSE_SOURCE)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private JsonCodec() {}

    public static JavaType typeOf(TypeReference<?> type) {
        return MAPPER.constructType(type.getType());
    }

    public static JavaType typeOf(Class<?> type) {
        return MAPPER.constructType(type);
    }

    public static <T> StateSource source(
            String name, JavaType type, Supplier<? extends T> get, Consumer<? super T> replace) {
        return StateSource.of(
                name,
                out -> {
                    T value = get.get();
                    try {
                        MAPPER.writerFor(type).writeValue(out, value);
                    } catch (JacksonException failed) {
                        throw withoutState("cannot be written as JSON", type, failed);
                    }
                },
                in -> read(in, type, replace));
    }

    private static <T> void read(InputStream in, JavaType type, Consumer<? super T> replace) throws IOException {
        T value;
        try {
            value = MAPPER.readValue(in, type);
        } catch (JacksonException failed) {
            throw withoutState("cannot be read from JSON", type, failed);
        }
        replace.accept(value);
    }

    /** Jackson's own words quote the value, which is the state, so only the place is passed on. */
    private static IOException withoutState(String what, JavaType type, JacksonException failed) {
        if (failed.getCause() instanceof IOException stream) {
            return stream;
        }
        TokenStreamLocation place = failed.getLocation();
        return new IOException("a value of type " + type.toCanonical() + " " + what + " ("
                + failed.getClass().getSimpleName()
                + (place == null ? "" : " at byte " + place.getByteOffset()) + ")");
    }
}
