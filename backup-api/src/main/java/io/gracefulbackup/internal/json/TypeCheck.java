package io.gracefulbackup.internal.json;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.Collection;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.BeanDescription;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.KeyDeserializer;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.ValueDeserializer;
import tools.jackson.databind.ValueSerializer;
import tools.jackson.databind.deser.AbstractDeserializer;
import tools.jackson.databind.deser.SettableBeanProperty;
import tools.jackson.databind.deser.ValueInstantiator;
import tools.jackson.databind.deser.bean.BeanDeserializerBase;
import tools.jackson.databind.deser.jdk.CollectionDeserializer;
import tools.jackson.databind.deser.jdk.MapDeserializer;
import tools.jackson.databind.introspect.AnnotatedMember;
import tools.jackson.databind.introspect.BeanPropertyDefinition;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.jsontype.NamedType;
import tools.jackson.databind.jsontype.TypeDeserializer;
import tools.jackson.databind.ser.PropertyWriter;
import tools.jackson.databind.ser.bean.BeanSerializerBase;

/**
 * Finds what the type alone shows to be unreadable: anywhere in it, a class that Jackson writes but cannot make again. A
 * custom reader is trusted. Builds the writers and readers of the type on the way. For use by one thread, once.
 */
final class TypeCheck {
    private static final String PROBE = "probe";

    private final DeserializationContext reading;
    private final SerializationContext writing;
    private final Set<JavaType> checked = new HashSet<>();
    private boolean isOpen;

    TypeCheck(JsonMapper mapper) {
        reading = mapper._deserializationContext();
        writing = mapper._serializationContext();
    }

    /** The first reason against the type: where, what and what to do; empty if there is none. */
    Optional<String> check(JavaType type) {
        Optional<String> reason = check(type, null, null, null, Types.name(type));
        if (reason.isPresent()) {
            return reason;
        }
        try {
            writing.findTypedValueSerializer(type, true);
            return Optional.empty();
        } catch (JacksonException e) {
            return Optional.of(Types.name(type) + " has no writer: " + e.getOriginalMessage());
        }
    }

    /** The classes that the type shows; none if its JSON may name others. */
    Set<Class<?>> classes() {
        return isOpen ? Set.of() : checked.stream().map(JavaType::getRawClass).collect(Collectors.toUnmodifiableSet());
    }

    private Optional<String> check(JavaType type, @Nullable AnnotatedMember member, String path) {
        return check(type, null, null, member, path);
    }

    /**
     * Checks a type.
     *
     * @param given its reader, if a property has one
     * @param givenType the reader of its type, if a property has one
     * @param member the property that the type belongs to
     */
    private Optional<String> check(
            JavaType type,
            @Nullable ValueDeserializer<?> given,
            @Nullable TypeDeserializer givenType,
            @Nullable AnnotatedMember member,
            String path) {
        if (type.getValueHandler() != null || !checked.add(type)) {
            return Optional.empty();
        }
        try {
            ValueDeserializer<?> reader = given == null ? reading.findContextualValueDeserializer(type, null) : given;
            TypeDeserializer types = givenType == null ? typeReader(type) : givenType;
            return types == null ? checkReader(type, reader, member, path) : checkSubtypes(type, types, member, path);
        } catch (JacksonException e) {
            return checkParts(type, member, path).or(() -> Optional.of(path + ": " + e.getOriginalMessage()));
        }
    }

    private @Nullable TypeDeserializer typeReader(JavaType type) {
        return type.getTypeHandler() instanceof TypeDeserializer handler ? handler : reading.findTypeDeserializer(type);
    }

    private Optional<String> checkReader(
            JavaType type, ValueDeserializer<?> reader, @Nullable AnnotatedMember member, String path) {
        if (reader instanceof AbstractDeserializer) {
            return Optional.of(path + ": " + Types.name(type)
                    + " is abstract, and nothing in the JSON would tell which class to make; name a class, or annotate it"
                    + " with @JsonTypeInfo and @JsonSubTypes");
        }
        Optional<BeanDeserializerBase> bean = Readers.asBean(reader);
        if (bean.isPresent()) {
            return checkBean(type, bean.get(), path);
        }
        if (isMadeEmpty(reader)
                && reader instanceof ValueInstantiator.Gettable made
                && !made.getValueInstantiator().canInstantiate()) {
            return Optional.of(withoutCreator(type, path));
        }
        return type.isContainerType() || type.isReferenceType() ? checkContents(type, member, path) : Optional.empty();
    }

    /** Whether the reader begins with an empty container; others, such as that of a queue with a capacity, do not. */
    private static boolean isMadeEmpty(ValueDeserializer<?> reader) {
        return reader.getClass() == CollectionDeserializer.class || reader.getClass() == MapDeserializer.class;
    }

    // ---- containers

    private Optional<String> checkContents(JavaType type, @Nullable AnnotatedMember member, String path) {
        JavaType content = type.getContentType();
        if (!type.isMapLikeType()) {
            return check(content, member, path + (type.isReferenceType() ? "" : "[]"));
        }
        Optional<String> key = checkKey(type.getKeyType(), path);
        return key.isPresent() ? key : check(content, member, path + "{}");
    }

    private Optional<String> checkKey(JavaType key, String path) {
        if (key.getValueHandler() != null) {
            return Optional.empty();
        }
        KeyDeserializer reader;
        try {
            reader = reading.findKeyDeserializer(key, null);
        } catch (JacksonException e) {
            return Optional.of(unreadableKey(key, path));
        }
        return isWrittenAsRead(key, reader) ? Optional.empty() : Optional.of(unreadableKey(key, path));
    }

    private static String unreadableKey(JavaType key, String path) {
        return path + ": a key of type " + Types.name(key)
                + " is written as text that cannot be read back; use text, a number or an enum as the key, or mark with"
                + " @JsonKey what it is written as and with @JsonCreator a static method that makes it from that text";
    }

    /** A reader that takes any text, such as a constructor, does not fit a {@code toString()} that nobody wrote for it. */
    private boolean isWrittenAsRead(JavaType key, KeyDeserializer reader) {
        Class<?> type = key.getRawClass();
        BeanDescription description = reading.introspectBeanDescription(key);
        if (HiddenFields.isOfTheJdk(type)
                || key.isEnumType()
                || description.findJsonKeyAccessor() != null
                || description.findJsonValueAccessor() != null) {
            return true;
        }
        try {
            if (type.getMethod("toString").getDeclaringClass() == Object.class) {
                return false;
            }
            return !type.isRecord()
                    || String.valueOf(reader.deserializeKey(PROBE, reading)).equals(PROBE);
        } catch (ReflectiveOperationException | RuntimeException e) {
            return true; // It does not take just any text, so it may fit the text that is written.
        }
    }

    // ---- subtypes

    private Optional<String> checkSubtypes(
            JavaType type, TypeDeserializer types, @Nullable AnnotatedMember member, String path) {
        isOpen |= !isByName(types);
        boolean hasConcrete = types.hasDefaultImpl() || !isByName(types);
        for (NamedType subtype : subtypes(type, member)) {
            JavaType known = reading.getTypeFactory().constructType(subtype.getType());
            if (!known.isAbstract() || known.isContainerType()) {
                hasConcrete = true;
                Optional<String> reason = checkSubtype(known, path);
                if (reason.isPresent()) {
                    return reason;
                }
            }
        }
        return hasConcrete
                ? Optional.empty()
                : Optional.of(path + ": no class is known that " + Types.name(type)
                        + " could be; name them with @JsonSubTypes");
    }

    private Optional<String> checkSubtype(JavaType type, String path) {
        return checked.add(type)
                ? checkReader(type, reading.findContextualValueDeserializer(type, null), null, path)
                : Optional.empty();
    }

    private static boolean isByName(TypeDeserializer types) {
        JsonTypeInfo.Id id = types.getTypeIdResolver().getMechanism();
        return id == JsonTypeInfo.Id.NAME || id == JsonTypeInfo.Id.SIMPLE_NAME || id == JsonTypeInfo.Id.DEDUCTION;
    }

    private Iterable<NamedType> subtypes(JavaType type, @Nullable AnnotatedMember member) {
        var config = reading.getConfig();
        return member == null
                ? config.getSubtypeResolver()
                        .collectAndResolveSubtypesByClass(config, reading.introspectClassAnnotations(type))
                : config.getSubtypeResolver().collectAndResolveSubtypesByClass(config, member, type);
    }

    // ---- objects

    private Optional<String> checkBean(JavaType type, BeanDeserializerBase bean, String path) {
        ValueSerializer<?> writer = writing.findValueSerializer(type);
        ValueInstantiator creator = bean.getValueInstantiator();
        if (!(writer instanceof BeanSerializerBase) && !isUnknown(writer)) {
            return isScalar(type) && !canCreateFromScalar(creator)
                    ? Optional.of(path + ": " + Types.name(type)
                            + " is written as one value, which Jackson cannot make it of; mark a constructor or static method"
                            + " that takes that value with @JsonCreator, or use another type")
                    : Optional.empty();
        }
        if (creator.canCreateUsingDelegate()) {
            return check(creator.getDelegateType(reading.getConfig()), null, path);
        }
        if (!creator.canCreateUsingDefault()
                && !creator.canCreateFromObjectWith()
                && !creator.canCreateUsingArrayDelegate()) {
            return Optional.of(withoutCreator(type, path));
        }
        Set<String> written = new HashSet<>();
        for (Iterator<PropertyWriter> i = writer.properties(); i.hasNext(); ) {
            written.add(i.next().getName());
        }
        Optional<String> lost = checkState(type, bean, written, path);
        return lost.isPresent() ? lost : checkProperties(bean, written, path);
    }

    /** Whether an object that is not written with its properties is written as a number, text or truth value. */
    private boolean isScalar(JavaType type) {
        AnnotatedMember value = reading.introspectBeanDescription(type).findJsonValueAccessor();
        Class<?> written = value == null ? type.getRawClass() : value.getRawType();
        return written.isPrimitive()
                || written.isEnum()
                || Number.class.isAssignableFrom(written)
                || written == String.class
                || written == Boolean.class;
    }

    private static boolean canCreateFromScalar(ValueInstantiator creator) {
        return creator.canCreateFromString()
                || creator.canCreateFromInt()
                || creator.canCreateFromLong()
                || creator.canCreateFromBigInteger()
                || creator.canCreateFromDouble()
                || creator.canCreateFromBigDecimal()
                || creator.canCreateFromBoolean()
                || creator.canCreateUsingDelegate();
    }

    private static boolean isUnknown(ValueSerializer<?> writer) {
        return writer.getClass().getPackageName().startsWith("tools.jackson.databind.ser")
                && !writer.properties().hasNext()
                && writer.getClass().getSimpleName().matches("Unknown.*|ToEmpty.*");
    }

    private static String withoutCreator(JavaType type, String path) {
        return path + ": Jackson cannot make a " + Types.name(type)
                + "; give it a constructor without parameters, or mark one with @JsonCreator and its parameters with"
                + " @JsonProperty, or make it a record";
    }

    private Optional<String> checkState(JavaType type, BeanDeserializerBase bean, Set<String> written, String path) {
        if (written.isEmpty() && !bean.hasAnySetter() && hasState(type.getRawClass())) {
            return Optional.of(
                    path + ": Jackson sees no property of " + Types.name(type)
                            + ", so that its state would be lost; give it getters and a constructor or setters, or make it a record");
        }
        for (Iterator<SettableBeanProperty> i = bean.creatorProperties(); i.hasNext(); ) {
            SettableBeanProperty property = i.next();
            if (!written.contains(property.getName())
                    && !property.isInjectionOnly()
                    && !isWrittenOtherwise(type, property)) {
                return Optional.of(path + ": the creator of " + Types.name(type) + " wants \"" + property.getName()
                        + "\", which nothing writes; give it a field or getter of that name");
            }
        }
        return bean.getValueInstantiator().canCreateFromObjectWith() || bean.hasAnySetter()
                ? Optional.empty()
                : checkFinalFields(type, bean, written, path);
    }

    private boolean isWrittenOtherwise(JavaType type, SettableBeanProperty property) {
        JsonProperty annotation = property.getAnnotation(JsonProperty.class);
        if (annotation != null && annotation.access() == JsonProperty.Access.WRITE_ONLY) {
            return true; // The application wants it so.
        }
        TypeDeserializer types = reading.findTypeDeserializer(type);
        return property.getName().isEmpty()
                || (types != null && property.getName().equals(types.getPropertyName()))
                || property.getAnnotation(JsonUnwrapped.class) != null;
    }

    private static boolean hasState(Class<?> type) {
        if (HiddenFields.isOfTheJdk(type)) {
            return type != Object.class && type != Record.class;
        }
        for (Field field : type.getDeclaredFields()) {
            int modifiers = field.getModifiers();
            if (!Modifier.isStatic(modifiers) && !Modifier.isTransient(modifiers) && !field.isSynthetic()) {
                return true;
            }
        }
        return type.getSuperclass() != null && hasState(type.getSuperclass());
    }

    /**
     * A final container that the constructor makes, and that no property reads, would come back empty. Where a property has
     * its type, the field is probably what that property returns.
     */
    private Optional<String> checkFinalFields(
            JavaType type, BeanDeserializerBase bean, Set<String> written, String path) {
        Set<String> ignored = reading.introspectBeanDescription(type).getIgnoredPropertyNames();
        for (Class<?> owner = type.getRawClass();
                owner != null && owner != Object.class;
                owner = owner.getSuperclass()) {
            for (Field field : owner.getDeclaredFields()) {
                if (Modifier.isFinal(field.getModifiers())
                        && HiddenFields.isState(field)
                        && holdsMore(field.getType())
                        && !written.contains(field.getName())
                        && !ignored.contains(field.getName())
                        && !hasPropertyOf(field.getType(), bean)) {
                    return Optional.of(
                            path + ": Jackson cannot fill the final field \"" + field.getName() + "\" of "
                                    + Types.name(owner)
                                    + ", so that it would come back empty; give it a getter, or make it transient if it is no state");
                }
            }
        }
        return Optional.empty();
    }

    private static boolean holdsMore(Class<?> type) {
        return type.isArray()
                || Map.class.isAssignableFrom(type)
                || Collection.class.isAssignableFrom(type)
                || type.getPackageName().equals("java.util.concurrent.atomic");
    }

    private static boolean hasPropertyOf(Class<?> type, BeanDeserializerBase bean) {
        for (Iterator<SettableBeanProperty> i = bean.properties(); i.hasNext(); ) {
            if (i.next().getType().getRawClass().isAssignableFrom(type)) {
                return true;
            }
        }
        return false;
    }

    private Optional<String> checkProperties(BeanDeserializerBase bean, Set<String> written, String path) {
        for (Iterator<SettableBeanProperty> i = bean.properties(); i.hasNext(); ) {
            SettableBeanProperty property = i.next();
            if (written.contains(property.getName())) {
                Optional<String> reason = check(
                        property.getType(),
                        property.hasValueDeserializer() ? property.getValueDeserializer() : null,
                        property.getValueTypeDeserializer(),
                        property.getMember(),
                        path + "." + property.getName());
                if (reason.isPresent()) {
                    return reason;
                }
            }
        }
        return Optional.empty();
    }

    /** Where the reader of a type cannot be built, one of its parts has none. */
    private Optional<String> checkParts(JavaType type, @Nullable AnnotatedMember member, String path) {
        if (type.isContainerType() || type.isReferenceType()) {
            return checkContents(type, member, path);
        }
        for (BeanPropertyDefinition property :
                reading.introspectBeanDescription(type).findProperties()) {
            if (property.couldDeserialize()) {
                Optional<String> reason =
                        check(property.getPrimaryType(), property.getPrimaryMember(), path + "." + property.getName());
                if (reason.isPresent()) {
                    return reason;
                }
            }
        }
        return Optional.empty();
    }
}
