package io.gracefulbackup.internal.json;

import com.fasterxml.jackson.annotation.JsonFormat;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.BeanProperty;
import tools.jackson.databind.SerializationConfig;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.ValueSerializer;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.jsonFormatVisitors.JsonFormatVisitorWrapper;
import tools.jackson.databind.jsontype.TypeSerializer;

/** Writes maps and collections as Jackson does, but in a {@link StableOrder}. */
final class StableSerializer extends ValueSerializer<Object> {
    private final ValueSerializer<Object> jackson;
    private final JsonMapper mapper;
    private final Untyped untyped;

    /** Which parts of the type are {@code Object}. */
    record Untyped(boolean keys, boolean contents) {}

    @SuppressWarnings("unchecked") // It is given only what it was made for.
    StableSerializer(ValueSerializer<?> jackson, JsonMapper mapper, Untyped untyped) {
        this.jackson = (ValueSerializer<Object>) jackson;
        this.mapper = mapper;
        this.untyped = untyped;
    }

    private ValueSerializer<?> around(ValueSerializer<?> other) {
        return other == jackson ? this : new StableSerializer(other, mapper, untyped);
    }

    @Override
    public void serialize(Object value, JsonGenerator generator, SerializationContext context) throws JacksonException {
        noteUntyped(value, generator);
        if (!StableOrder.isMissingIn(value)) {
            jackson.serialize(value, generator, context);
            return;
        }
        Iterator<?> changes = entries(value).iterator();
        jackson.serialize(new StableOrder(mapper, context).of(value), generator, context);
        failIfChanged(value, changes);
    }

    /** The type that is written must be one that can be created, so it is a JDK class that keeps the order. */
    @Override
    public void serializeWithType(
            Object value, JsonGenerator generator, SerializationContext context, TypeSerializer type)
            throws JacksonException {
        noteUntyped(value, generator);
        if (!StableOrder.isMissingIn(value)) {
            jackson.serializeWithType(value, generator, context, type);
            return;
        }
        Iterator<?> changes = entries(value).iterator();
        Object ordered = new StableOrder(mapper, context).of(value);
        if (ordered instanceof Map<?, ?> map) {
            jackson.serializeWithType(new LinkedHashMap<>(map), generator, context, type);
        } else if (value instanceof Set) {
            jackson.serializeWithType(new LinkedHashSet<>((Collection<?>) ordered), generator, context, type);
        } else {
            jackson.serializeWithType(ordered, generator, context, type);
        }
        failIfChanged(value, changes);
    }

    private static Iterable<?> entries(Object value) {
        return value instanceof Map<?, ?> map ? map.entrySet() : (Collection<?>) value;
    }

    /**
     * Jackson would iterate while it writes, and so notice a change in the meantime. The iterator from before notices it as
     * well, if it is one that does. A Hashtable was copied under its own lock.
     */
    private static void failIfChanged(Object value, Iterator<?> changes) {
        if (!StableOrder.isLocked(value) && changes.hasNext()) {
            changes.next();
        }
    }

    private void noteUntyped(Object value, JsonGenerator generator) {
        if (!(generator instanceof StateGenerator noted)) {
            return;
        }
        if (untyped.keys()) {
            ((Map<?, ?>) value).keySet().forEach(noted::noteUntypedKey);
        }
        if (untyped.contents()) {
            (value instanceof Map<?, ?> map ? map.values() : (Collection<?>) value).forEach(noted::noteUntyped);
        }
    }

    @Override
    public ValueSerializer<?> createContextual(SerializationContext context, BeanProperty property) {
        return around(jackson.createContextual(context, property));
    }

    @Override
    public void resolve(SerializationContext context) {
        jackson.resolve(context);
    }

    @Override
    public ValueSerializer<?> withFilterId(Object filterId) {
        return around(jackson.withFilterId(filterId));
    }

    @Override
    public ValueSerializer<?> withIgnoredProperties(Set<String> ignored) {
        return around(jackson.withIgnoredProperties(ignored));
    }

    @Override
    public ValueSerializer<?> withFormatOverrides(SerializationConfig config, JsonFormat.Value format) {
        return around(jackson.withFormatOverrides(config, format));
    }

    @Override
    public boolean isEmpty(SerializationContext context, Object value) {
        return jackson.isEmpty(context, value);
    }

    @Override
    public Class<?> handledType() {
        return jackson.handledType();
    }

    @Override
    public boolean usesObjectId() {
        return jackson.usesObjectId();
    }

    @Override
    public ValueSerializer<?> getDelegatee() {
        return jackson;
    }

    @Override
    public void acceptJsonFormatVisitor(JsonFormatVisitorWrapper visitor, tools.jackson.databind.JavaType type) {
        jackson.acceptJsonFormatVisitor(visitor, type);
    }
}
