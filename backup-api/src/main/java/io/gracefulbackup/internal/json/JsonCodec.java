package io.gracefulbackup.internal.json;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.StreamWriteFeature;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.json.JsonMapper;

/**
 * Writes values of one type as JSON and reads them back. The streams belong to the caller and stay open. Safe for use by
 * several threads.
 *
 * @param <T> the type of the values
 */
public final class JsonCodec<T> {
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .disable(StreamWriteFeature.AUTO_CLOSE_TARGET)
            .disable(StreamReadFeature.AUTO_CLOSE_SOURCE)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private final JavaType type;

    private JsonCodec(JavaType type) {
        this.type = type;
    }

    public static <T> JsonCodec<T> of(TypeReference<T> type) {
        return new JsonCodec<>(MAPPER.constructType(type.getType()));
    }

    public static <T> JsonCodec<T> of(Class<T> type) {
        return new JsonCodec<>(MAPPER.constructType(type));
    }

    /**
     * Writes a value.
     *
     * @throws IOException if the stream fails, or the value cannot be written; then the message quotes nothing of the value
     */
    public void write(T value, OutputStream out) throws IOException {
        try {
            MAPPER.writerFor(type).writeValue(out, value);
        } catch (JacksonException e) {
            throw withoutValue("cannot be written as JSON", e);
        }
    }

    /**
     * Reads a value, to the end of the stream.
     *
     * @throws IOException if the stream fails, or does not hold such a value; then the message quotes nothing of it
     */
    public T read(InputStream in) throws IOException {
        try {
            return MAPPER.readValue(in, type);
        } catch (JacksonException e) {
            throw withoutValue("cannot be read from JSON", e);
        }
    }

    /** The JSON of an empty value, if the type is a map, a collection or an array. */
    public Optional<byte[]> emptyContainer() {
        if (type.isMapLikeType()) {
            return Optional.of(new byte[] {'{', '}'});
        }
        return type.isCollectionLikeType() || type.isArrayType()
                ? Optional.of(new byte[] {'[', ']'})
                : Optional.empty();
    }

    /** Jackson's own messages quote the value, which may be secret, so only the position is passed on. */
    private IOException withoutValue(String problem, JacksonException failed) {
        if (failed.getCause() instanceof IOException streamFailed) {
            return streamFailed;
        }
        TokenStreamLocation position = failed.getLocation();
        return new IOException("a value of type " + type.toCanonical() + " " + problem + " ("
                + failed.getClass().getSimpleName()
                + (position == null ? "" : " at byte " + position.getByteOffset()) + ")");
    }
}
