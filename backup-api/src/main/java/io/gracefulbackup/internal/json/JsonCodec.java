package io.gracefulbackup.internal.json;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.reflect.Type;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.json.JsonMapper;

/**
 * Writes values of one type as JSON and reads them back. The streams belong to the caller and stay open. Jackson is not
 * touched before it is needed, so that an installation can say what is wrong with it. Safe for use by several threads.
 *
 * @param <T> the type of the values
 */
public final class JsonCodec<T> {
    private final Type declared;
    private final @Nullable JsonMapper own;
    private volatile @Nullable Binding binding;
    private volatile StateGenerator.@Nullable Written lastWritten;
    private volatile Set<Class<?>> declaredClasses = Set.of();

    /** What Jackson makes of the type. */
    private record Binding(JsonMapper mapper, JavaType type, ObjectReader reader) {
        static Binding of(JsonMapper mapper, Type declared) {
            JavaType type = mapper.constructType(declared);
            ObjectReader reader = mapper.readerFor(type)
                    .with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .withHandler(new ReadLog.Handler());
            return new Binding(mapper, type, reader);
        }
    }

    /**
     * A value that was read, and what there is to say about it.
     *
     * @param unknown properties that nothing reads, by the type that they were found in; then the value must not be used
     * @param dropped the properties that were to be left out and that there were
     * @param missing a sentence for each property that the JSON lacks
     */
    public record Reading<T>(
            @Nullable T value, Map<String, Set<String>> unknown, Set<String> dropped, List<String> missing) {}

    private JsonCodec(Type declared, @Nullable JsonMapper own) {
        this.declared = declared;
        this.own = own;
    }

    public static <T> JsonCodec<T> of(TypeReference<T> type) {
        return new JsonCodec<>(type.getType(), null);
    }

    public static <T> JsonCodec<T> of(Class<T> type) {
        return new JsonCodec<>(type, null);
    }

    /** A codec that writes and reads with the application's own mapper, as that is configured. */
    public JsonCodec<T> with(JsonMapper mapper) {
        return new JsonCodec<>(declared, mapper);
    }

    private Binding binding() {
        Binding known = binding;
        if (known == null) {
            known = Binding.of(own == null ? StateMapper.create() : own, declared);
            binding = known;
        }
        return known;
    }

    /** See {@link JsonSection#whyUnreadable}. Loads what writing and reading need. */
    public Optional<String> whyUnreadable() {
        try {
            Binding jackson = binding();
            TypeCheck check = new TypeCheck(jackson.mapper());
            Optional<String> reason = check.check(jackson.type());
            declaredClasses = check.classes();
            if (reason.isEmpty()) {
                WarmUp.run(jackson.mapper());
            }
            return reason;
        } catch (LinkageError e) {
            return Optional.of(JacksonVersions.explain(e));
        }
    }

    /**
     * Writes a value.
     *
     * @throws IOException if the stream fails, or the value is null or cannot be written; then the message quotes nothing
     *     of the value
     */
    public void write(@Nullable T value, OutputStream out) throws IOException {
        if (value == null) {
            throw new IOException(
                    "the value to save is null, which is no state; return an empty value if there is none");
        }
        Binding jackson = binding();
        DeepStack.HeldOutput held = new DeepStack.HeldOutput(out);
        try {
            try {
                lastWritten = write(jackson, value, held, held::canRewind);
            } catch (DeepStack.NeededError e) {
                held.rewind();
                lastWritten = DeepStack.call(() -> write(jackson, value, held, () -> false));
            }
        } catch (JacksonException e) {
            throw Failures.withoutValue(jackson.type(), "cannot be written as JSON", e);
        } catch (StackOverflowError e) {
            throw Failures.tooDeep(jackson.type(), "cannot be written as JSON");
        }
        held.release();
    }

    private StateGenerator.Written write(Binding jackson, T value, OutputStream out, BooleanSupplier canStartAnew) {
        StateGenerator generator = new StateGenerator(jackson.mapper().createGenerator(out), canStartAnew);
        generator.writeAll(value, jackson.type(), jackson.mapper());
        return own == null ? generator.written() : StateGenerator.Written.NOTHING; // It is not watched when it reads.
    }

    /**
     * Reads a value, to the end of the stream.
     *
     * @param toDrop names of properties to leave out
     * @param upgrade changes the tree of an older version; null if there is nothing to change
     * @throws IOException if the stream fails, or does not hold such a value; then the message quotes nothing of it
     */
    public Reading<T> read(InputStream in, Set<String> toDrop, @Nullable UnaryOperator<JsonNode> upgrade)
            throws IOException {
        Binding jackson = binding();
        DeepStack.HeldInput held = new DeepStack.HeldInput(in);
        try {
            try {
                return read(jackson, held, new ReadLog(toDrop, held::canRewind), upgrade);
            } catch (DeepStack.NeededError e) {
                return DeepStack.call(() -> read(jackson, held.rewound(), new ReadLog(toDrop, () -> false), upgrade));
            }
        } catch (JacksonException e) {
            throw Failures.withoutValue(jackson.type(), "cannot be read from JSON", e);
        } catch (StackOverflowError e) {
            throw Failures.tooDeep(jackson.type(), "cannot be read from JSON");
        }
    }

    private Reading<T> read(Binding jackson, InputStream in, ReadLog log, @Nullable UnaryOperator<JsonNode> upgrade) {
        ObjectReader reader = jackson.reader().withAttribute(ReadLog.KEY, log);
        T value = upgrade == null
                ? reader.readValue(in)
                : reader.readValue(upgrade.apply(jackson.reader().readTree(in)));
        return new Reading<>(value, Map.copyOf(log.unknown()), Set.copyOf(log.dropped()), log.missing());
    }

    /** A sentence for each kind of value in what was written last that the declared type does not show. */
    public List<String> undeclaredValues() {
        StateGenerator.Written written = lastWritten;
        return written == null
                ? List.of()
                : Stream.concat(written.undeclared().stream(), written.subclassesOf(declaredClasses).stream())
                        .toList();
    }

    /** See {@link JsonSection#readBack}. Knows what the last {@link #write} has met. */
    public List<String> readBack(InputStream json, boolean isComplete) throws IOException {
        Binding jackson = binding();
        StateGenerator.Written written = lastWritten;
        ReadBack readBack = new ReadBack(jackson.mapper(), jackson.type(), jackson.reader());
        try {
            return readBack.compare(json, isComplete, written == null ? StateGenerator.Written.NOTHING : written);
        } catch (StackOverflowError e) {
            return List.of("what was written of " + Types.name(jackson.type())
                    + " cannot be read back, because it is nested too deeply");
        }
    }

    /** The JSON of an empty value, if the type is a map, a collection or an array. */
    public Optional<byte[]> emptyContainer() {
        JavaType type = binding().type();
        if (type.isMapLikeType()) {
            return Optional.of(new byte[] {'{', '}'});
        }
        return type.isCollectionLikeType() || type.isArrayType()
                ? Optional.of(new byte[] {'[', ']'})
                : Optional.empty();
    }
}
