package io.gracefulbackup.internal.engine;

import io.gracefulbackup.StateSource;
import java.util.function.Consumer;
import java.util.function.Supplier;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.StreamWriteFeature;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.json.JsonMapper;

/** The JSON form of a source. Streams are the engine's: Jackson must not close them. */
public final class JsonState {
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .disable(StreamWriteFeature.AUTO_CLOSE_TARGET)
            .disable(StreamReadFeature.AUTO_CLOSE_SOURCE)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private JsonState() {}

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
                out -> MAPPER.writerFor(type).writeValue(out, get.get()),
                in -> replace.accept(MAPPER.<T>readValue(in, type)));
    }
}
