package io.gracefulbackup.internal.json;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.BeanDescription;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.SerializationConfig;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.ValueSerializer;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.ser.AnyGetterWriter;
import tools.jackson.databind.ser.BeanPropertyWriter;
import tools.jackson.databind.ser.ValueSerializerModifier;
import tools.jackson.databind.type.CollectionType;
import tools.jackson.databind.type.MapType;

/**
 * What is written differently from Jackson's defaults: only the properties of an object that its reader knows, and
 * collections without an order of their own in a stable one.
 */
final class StateSerializers extends ValueSerializerModifier {
    private static final long serialVersionUID = 1L;

    /** The names of properties that hold the type of an object, which nothing but its reader sees. */
    private final transient Set<String> typeProperties = ConcurrentHashMap.newKeySet();

    private transient @Nullable JsonMapper mapper;

    /** The mapper that this belongs to; called before it is used. */
    void use(JsonMapper built) {
        mapper = built;
    }

    private JsonMapper mapper() {
        return Objects.requireNonNull(mapper, "mapper");
    }

    @Override
    public List<BeanPropertyWriter> changeProperties(
            SerializationConfig config, BeanDescription.Supplier bean, List<BeanPropertyWriter> all) {
        noteTypeProperty(bean.getClassInfo().getAnnotation(JsonTypeInfo.class));
        all.forEach(property -> noteTypeProperty(property.getAnnotation(JsonTypeInfo.class)));
        Readers.Properties readable = Readers.properties(mapper(), bean.getType());
        List<BeanPropertyWriter> written = new ArrayList<>();
        for (BeanPropertyWriter property : all) {
            if (readable.has(property.getName()) || isReadOtherwise(property)) {
                if (property.getType().isJavaLangObject()
                        && !property.hasSerializer()
                        && property.getTypeSerializer() == null) {
                    property.assignSerializer(new Untyped());
                }
                written.add(property);
            }
        }
        return written;
    }

    private void noteTypeProperty(@Nullable JsonTypeInfo info) {
        if (info != null && info.include() == JsonTypeInfo.As.EXISTING_PROPERTY) {
            typeProperties.add(info.property().isEmpty() ? info.use().getDefaultPropertyName() : info.property());
        }
    }

    private boolean isReadOtherwise(BeanPropertyWriter property) {
        return property.isUnwrapping()
                || property instanceof AnyGetterWriter
                || typeProperties.contains(property.getName());
    }

    @Override
    public ValueSerializer<?> modifyMapSerializer(
            SerializationConfig config, MapType type, BeanDescription.Supplier bean, ValueSerializer<?> serializer) {
        return new StableSerializer(
                serializer,
                mapper(),
                new StableSerializer.Untyped(type.getKeyType().isJavaLangObject(), isUntyped(type.getContentType())));
    }

    @Override
    public ValueSerializer<?> modifyCollectionSerializer(
            SerializationConfig config,
            CollectionType type,
            BeanDescription.Supplier bean,
            ValueSerializer<?> serializer) {
        return new StableSerializer(
                serializer, mapper(), new StableSerializer.Untyped(false, isUntyped(type.getContentType())));
    }

    private static boolean isUntyped(JavaType content) {
        return content.isJavaLangObject() && content.getTypeHandler() == null;
    }

    /** Writes a property whose type is {@code Object} as Jackson does, and notes the class of the value. */
    private static final class Untyped extends ValueSerializer<Object> {
        @Override
        public void serialize(Object value, JsonGenerator generator, SerializationContext context)
                throws JacksonException {
            StateGenerator.noteUntyped(generator, value);
            context.findPrimaryPropertySerializer(value.getClass(), null).serialize(value, generator, context);
        }
    }
}
