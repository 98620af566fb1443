package io.gracefulbackup.internal.json;

import java.util.HashSet;
import java.util.Iterator;
import java.util.Optional;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.ValueDeserializer;
import tools.jackson.databind.deser.SettableBeanProperty;
import tools.jackson.databind.deser.ValueInstantiator;
import tools.jackson.databind.deser.bean.BeanDeserializerBase;
import tools.jackson.databind.json.JsonMapper;

/** What Jackson's readers know about a type. */
final class Readers {
    private Readers() {}

    /** The properties of an object that its reader knows. */
    record Properties(boolean knowsAll, Set<String> names) {
        boolean has(String name) {
            return knowsAll || names.contains(name);
        }
    }

    /** The names of the properties that are read; all, if they are read by something other than Jackson's reader of objects. */
    static Properties properties(JsonMapper mapper, JavaType type) {
        Optional<BeanDeserializerBase> bean = bean(mapper, type);
        if (bean.isEmpty() || Throwable.class.isAssignableFrom(type.getRawClass()) || isDelegating(bean.get())) {
            return new Properties(true, Set.of());
        }
        Set<String> names = new HashSet<>();
        for (Iterator<SettableBeanProperty> i = bean.get().properties(); i.hasNext(); ) {
            names.add(i.next().getName());
        }
        for (Iterator<SettableBeanProperty> i = bean.get().creatorProperties(); i.hasNext(); ) {
            names.add(i.next().getName());
        }
        return new Properties(false, names);
    }

    /** Jackson's reader of objects of the type; empty if another one reads them, or none can be built. */
    static Optional<BeanDeserializerBase> bean(JsonMapper mapper, JavaType type) {
        try {
            return asBean(mapper._deserializationContext().findContextualValueDeserializer(type, null));
        } catch (JacksonException e) {
            return Optional.empty(); // The check of the type says why.
        }
    }

    static Optional<BeanDeserializerBase> asBean(ValueDeserializer<?> reader) {
        ValueDeserializer<?> inner = reader instanceof WatchedBean watched ? watched.getDelegatee() : reader;
        return inner instanceof BeanDeserializerBase bean ? Optional.of(bean) : Optional.empty();
    }

    /** Whether the object is made of another value, so that its own properties do not matter. */
    private static boolean isDelegating(BeanDeserializerBase bean) {
        ValueInstantiator instantiator = bean.getValueInstantiator();
        return instantiator.canCreateUsingDelegate() || instantiator.canCreateUsingArrayDelegate();
    }
}
