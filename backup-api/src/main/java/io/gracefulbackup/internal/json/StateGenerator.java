package io.gracefulbackup.internal.json;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.TokenStreamContext;
import tools.jackson.core.util.JsonGeneratorDelegate;
import tools.jackson.databind.DatabindException;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.jsontype.TypeSerializer;
import tools.jackson.databind.ser.SerializationContextExt;

/** Writes JSON, refuses objects that contain themselves, and notes what cannot come back as what it was. */
final class StateGenerator extends JsonGeneratorDelegate {
    /** A cycle grows without end, so it is enough to look for it now and then. */
    private static final int CHECKED_DEPTH = 64;

    /** The classes of the objects that were written, and of the values whose declared type is {@code Object}. */
    record Written(Set<Class<?>> objects, Set<Class<?>> untyped) {
        static final Written NOTHING = new Written(Set.of(), Set.of());

        /** A sentence for each class whose values are read back as something else, because nothing declares it. */
        List<String> undeclared() {
            return sentences(untyped.stream(), Written::undeclared);
        }

        /**
         * A sentence for each class of objects that is not one of the declared classes, but extends one.
         *
         * @param declared the classes that the type of the state shows
         */
        List<String> subclassesOf(Set<Class<?>> declared) {
            return sentences(
                    objects.stream()
                            .filter(written -> !declared.contains(written) && !untyped.contains(written))
                            .filter(written -> extendsOneOf(declared, written)),
                    Written::withoutClass);
        }

        private static boolean extendsOneOf(Set<Class<?>> declared, Class<?> written) {
            return declared.stream().anyMatch(known -> known != Object.class && known.isAssignableFrom(written));
        }

        private static List<String> sentences(Stream<Class<?>> classes, Function<Class<?>, String> sentence) {
            return classes.sorted(Comparator.comparing(Class::getName))
                    .map(sentence)
                    .toList();
        }

        private static String undeclared(Class<?> untyped) {
            return "a value of type " + Types.name(untyped)
                    + " is read back as text, a number, a list or a map, because its declared type is Object; declare its"
                    + " type";
        }

        static String withoutClass(Class<?> lost) {
            return "an object of type " + Types.name(lost)
                    + " is not read back as one, because nothing in the JSON tells its class; annotate its declared type"
                    + " with @JsonTypeInfo";
        }
    }

    private final Set<Class<?>> objects = new HashSet<>();
    private final Set<Class<?>> untyped = new HashSet<>();
    private final BooleanSupplier canStartAnew;
    private @Nullable Class<?> lastObject;

    /**
     * A generator.
     *
     * @param canStartAnew whether the value can be written anew, with a larger stack
     */
    StateGenerator(JsonGenerator generator, BooleanSupplier canStartAnew) {
        super(generator);
        this.canStartAnew = canStartAnew;
    }

    /**
     * Writes the value, and ends. An {@code ObjectWriter} for the type would cut the elements of a collection down to their
     * declared type, so that the properties of a subclass would be lost without a word.
     */
    void writeAll(Object value, JavaType type, JsonMapper mapper) {
        SerializationContextExt context = mapper._serializationContext();
        TypeSerializer named = type.isContainerType() ? null : context.findTypeSerializer(type);
        if (named != null) {
            context.serializePolymorphic(this, value, type, null, named);
        } else {
            context.serializeValue(this, value, actual(value, type, mapper));
        }
        close();
    }

    private static JavaType actual(Object value, JavaType type, JsonMapper mapper) {
        return type.isContainerType() || type.isReferenceType() || type.isPrimitive()
                ? type
                : mapper.getTypeFactory().constructSpecializedType(type, value.getClass());
    }

    Written written() {
        return new Written(Set.copyOf(objects), Set.copyOf(untyped));
    }

    static void noteUntyped(JsonGenerator generator, @Nullable Object value) {
        if (generator instanceof StateGenerator noted) {
            noted.noteUntyped(value);
        }
    }

    void noteUntyped(@Nullable Object value) {
        if (value != null && !isJson(value)) {
            untyped.add(value.getClass());
        }
    }

    /** A key of a map always comes back as text. */
    void noteUntypedKey(@Nullable Object key) {
        if (key != null && !(key instanceof String)) {
            untyped.add(key.getClass());
        }
    }

    /** Whether the value is of a kind that JSON has. A list and a map come back as some list and some map. */
    private static boolean isJson(Object value) {
        return value instanceof String
                || (value instanceof Number number && Double.isFinite(number.doubleValue()))
                || value instanceof BigDecimal
                || value instanceof BigInteger
                || value instanceof Boolean
                || value instanceof Map
                || value instanceof Collection;
    }

    @Override
    public JsonGenerator writeStartObject(Object value) throws JacksonException {
        check(value);
        return super.writeStartObject(value);
    }

    @Override
    public JsonGenerator writeStartObject(Object value, int size) throws JacksonException {
        check(value);
        return super.writeStartObject(value, size);
    }

    @Override
    public JsonGenerator writeStartArray(Object value) throws JacksonException {
        checkCycle(value);
        return super.writeStartArray(value);
    }

    @Override
    public JsonGenerator writeStartArray(Object value, int size) throws JacksonException {
        checkCycle(value);
        return super.writeStartArray(value, size);
    }

    private void check(@Nullable Object value) {
        if (value != null && value.getClass() != lastObject && !(value instanceof Map)) {
            lastObject = value.getClass();
            objects.add(lastObject);
        }
        checkCycle(value);
    }

    private void checkCycle(@Nullable Object value) {
        TokenStreamContext at = streamWriteContext();
        if (value == null || at.getNestingDepth() == 0 || at.getNestingDepth() % CHECKED_DEPTH != 0) {
            return;
        }
        Deque<String> path = new ArrayDeque<>();
        for (TokenStreamContext outer = at; outer != null && !outer.inRoot(); outer = outer.getParent()) {
            path.addFirst(step(outer));
            if (outer.currentValue() == value) {
                throw new CycleException(this, value.getClass().getSimpleName() + String.join("", path));
            }
        }
        if (at.getNestingDepth() >= DeepStack.MAX_SHALLOW && canStartAnew.getAsBoolean()) {
            throw new DeepStack.NeededError();
        }
    }

    /** The keys of a map are values of the state, so they are not shown. */
    private static String step(TokenStreamContext context) {
        if (context.inArray()) {
            return "[]";
        }
        return context.currentValue() instanceof Map || context.currentValue() == null
                ? "{}"
                : "." + context.currentName();
    }

    /** An object contains itself. */
    static final class CycleException extends DatabindException {
        private static final long serialVersionUID = 1L;

        private final String path;

        CycleException(JsonGenerator generator, String path) {
            super(generator, "cycle");
            this.path = path;
        }

        /** The path from the object to itself, without values. */
        String path() {
            return path;
        }
    }
}
