package io.gracefulbackup.internal.json;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.AnnotationIntrospector;
import tools.jackson.databind.DeserializationConfig;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.PropertyName;
import tools.jackson.databind.ValueDeserializer;
import tools.jackson.databind.deser.DeserializationProblemHandler;
import tools.jackson.databind.deser.SettableBeanProperty;
import tools.jackson.databind.deser.bean.BeanDeserializerBase;

/** What one reading of a section has met: unknown properties, properties that are missing, classes. For one thread. */
final class ReadLog {
    /** Where the contexts of Jackson hold it. */
    static final Object KEY = new Object();

    private final Set<String> toDrop;
    private final BooleanSupplier canStartAnew;
    private int depth;
    private int unknownCount;
    private final Map<String, Set<String>> unknown = new TreeMap<>();
    private final Set<String> dropped = new TreeSet<>();
    private final Map<Class<?>, Names> objects = new LinkedHashMap<>();
    private @Nullable Names current;

    /** The names that one class of objects was seen with. */
    static final class Names {
        private final Set<String> expected;
        private final Set<String> seen = new HashSet<>();

        Names(Set<String> expected) {
            this.expected = expected;
        }
    }

    /**
     * A log.
     *
     * @param toDrop names of properties to leave out
     * @param canStartAnew whether the value can be read anew, with a larger stack
     */
    ReadLog(Set<String> toDrop, BooleanSupplier canStartAnew) {
        this.toDrop = toDrop;
        this.canStartAnew = canStartAnew;
    }

    static @Nullable ReadLog of(DeserializationContext context) {
        return (ReadLog) context.getAttribute(KEY);
    }

    @Nullable
    Names enter(BeanDeserializerBase reader, DeserializationContext context) {
        if (depth >= DeepStack.MAX_SHALLOW && canStartAnew.getAsBoolean()) {
            throw new DeepStack.NeededError();
        }
        depth++;
        Names outer = current;
        Class<?> type = reader.getValueType().getRawClass();
        Names names = objects.get(type);
        if (names == null) {
            names = new Names(expected(reader, context));
            objects.put(type, names);
        }
        current = names;
        return outer;
    }

    void leave(@Nullable Names outer) {
        current = outer;
        depth--;
    }

    void note(String name) {
        Names names = current;
        if (names != null) {
            names.seen.add(name);
        }
    }

    /** The names that are always written, each with its alternatives behind it. */
    private static Set<String> expected(BeanDeserializerBase reader, DeserializationContext context) {
        DeserializationConfig config = context.getConfig();
        JsonInclude.Value inclusion = context.introspectBeanDescription(reader.getValueType())
                .findPropertyInclusion(JsonInclude.Value.empty());
        Set<String> expected = new TreeSet<>();
        for (Iterator<SettableBeanProperty> i = reader.properties(); i.hasNext(); ) {
            SettableBeanProperty property = i.next();
            JsonInclude.Value own =
                    inclusion.withOverrides(property.findPropertyInclusion(config, reader.handledType()));
            if (isAlwaysWritten(own)
                    && !property.isInjectionOnly()
                    && property.getAnnotation(JsonAnyGetter.class) == null
                    && !hasAlias(property, config)) {
                expected.add(property.getName());
            }
        }
        return expected;
    }

    private static boolean isAlwaysWritten(JsonInclude.Value inclusion) {
        return inclusion.getValueInclusion() == JsonInclude.Include.USE_DEFAULTS
                || inclusion.getValueInclusion() == JsonInclude.Include.ALWAYS;
    }

    private static boolean hasAlias(SettableBeanProperty property, DeserializationConfig config) {
        AnnotationIntrospector introspector = config.getAnnotationIntrospector();
        List<PropertyName> aliases =
                property.getMember() == null ? null : introspector.findPropertyAliases(config, property.getMember());
        return aliases != null && !aliases.isEmpty();
    }

    Set<Class<?>> classes() {
        return objects.keySet();
    }

    /** Unknown properties by the type that they were found in, without those to be dropped. */
    Map<String, Set<String>> unknown() {
        return unknown;
    }

    int unknownCount() {
        return unknownCount;
    }

    Set<String> dropped() {
        return dropped;
    }

    /** A sentence for each property that no object of its class had. */
    List<String> missing() {
        List<String> sentences = new ArrayList<>();
        objects.forEach((type, names) -> names.expected.forEach(name -> {
            if (!names.seen.contains(name)) {
                sentences.add("the backup has no \"" + name + "\" for " + Types.name(type)
                        + ", which therefore has the value that Jackson gives it without one");
            }
        }));
        return sentences;
    }

    /** Collects the unknown properties instead of failing at the first. */
    static final class Handler extends DeserializationProblemHandler {
        @Override
        public boolean handleUnknownProperty(
                DeserializationContext context,
                JsonParser parser,
                @Nullable ValueDeserializer<?> reader,
                Object beanOrClass,
                String name) {
            ReadLog log = of(context);
            if (log == null) {
                return false;
            }
            if (log.toDrop.contains(name)) {
                log.dropped.add(name);
            } else {
                log.unknownCount++;
                Class<?> type = beanOrClass instanceof Class<?> known ? known : beanOrClass.getClass();
                log.unknown
                        .computeIfAbsent(Types.name(type), none -> new TreeSet<>())
                        .add(name);
            }
            parser.skipChildren();
            return true;
        }

        /** Earlier versions of the library wrote enums as their {@code toString()}. */
        @Override
        public @Nullable Object handleWeirdStringValue(
                DeserializationContext context, Class<?> type, String text, String problem) {
            return constant(type, text);
        }

        @Override
        public @Nullable Object handleWeirdKey(
                DeserializationContext context, Class<?> type, String text, String problem) {
            return constant(type, text);
        }

        private static Object constant(Class<?> type, String text) {
            Object[] constants = type.getEnumConstants();
            if (constants != null) {
                for (Object constant : constants) {
                    if (constant.toString().equals(text)) {
                        return constant;
                    }
                }
            }
            return NOT_HANDLED;
        }
    }
}
