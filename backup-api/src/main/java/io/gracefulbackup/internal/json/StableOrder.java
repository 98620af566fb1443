package io.gracefulbackup.internal.json;

import java.io.OutputStream;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.temporal.Temporal;
import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Hashtable;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.util.JsonGeneratorDelegate;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.json.JsonMapper;

/**
 * An order that does not depend on the process, for exactly those maps and collections of the JDK that have none: maps
 * by their written keys, collections by their written elements. Holds references in memory, not the JSON of the values.
 */
final class StableOrder {
    /** How deep the elements of unordered collections in unordered collections are sorted by their JSON. */
    private static final int MAX_LEVEL = 3;

    /** No enum has more constants, so that the sums have the same number of digits. */
    private static final int LARGEST_ENUM = 100_000;

    private static final Object LEVEL = new Object();

    private static final Set<Class<?>> UNORDERED = unordered();

    private final JsonMapper mapper;
    private final SerializationContext context;

    StableOrder(JsonMapper mapper, SerializationContext context) {
        this.mapper = mapper;
        this.context = context;
    }

    @SuppressWarnings("JdkObsolete") // a Hashtable of the application has no order either
    private static Set<Class<?>> unordered() {
        Map<String, String> hash = new HashMap<>();
        Map<String, String> concurrent = new ConcurrentHashMap<>();
        Set<Class<?>> classes = new HashSet<>();
        for (Object example : List.of(
                hash,
                hash.keySet(),
                hash.values(),
                hash.entrySet(),
                concurrent,
                concurrent.keySet(),
                concurrent.values(),
                concurrent.entrySet(),
                ConcurrentHashMap.newKeySet(),
                new Hashtable<>(),
                new HashSet<>(),
                Map.of(),
                Map.of("a", 1),
                Map.of("a", 1, "b", 2),
                Set.of(),
                Set.of(1),
                Set.of(1, 2, 3))) {
            classes.add(example.getClass());
        }
        return Set.copyOf(classes);
    }

    /** Whether the value has more than one entry and no order of its own. */
    static boolean isMissingIn(Object value) {
        return UNORDERED.contains(value.getClass());
    }

    /** Whether the value is copied under its own lock, so that changes in the meantime do not matter. */
    static boolean isLocked(Object value) {
        return value instanceof Hashtable;
    }

    /** The map or collection in its stable order. */
    Object of(Object value) {
        return value instanceof Map<?, ?> map ? ofMap(map) : ofCollection((Collection<?>) value);
    }

    private Map<?, ?> ofMap(Map<?, ?> map) {
        List<Item> items = new ArrayList<>(map.size());
        for (Map.Entry<?, ?> entry : entries(map)) {
            items.add(new Item(keyText(entry.getKey()), entry));
        }
        return new SortedEntries(sorted(items));
    }

    private static Iterable<? extends Map.Entry<?, ?>> entries(Map<?, ?> map) {
        if (!isLocked(map)) {
            return map.entrySet();
        }
        synchronized (map) {
            return new ArrayList<>(map.entrySet());
        }
    }

    private Collection<?> ofCollection(Collection<?> collection) {
        Object level = context.getAttribute(LEVEL);
        int outer = level instanceof Integer number ? number : 0;
        List<Item> items = new ArrayList<>(collection.size());
        for (Object element : collection) {
            items.add(new Item(elementText(element, outer), element));
        }
        return Arrays.asList(sorted(items));
    }

    private static @Nullable Object[] sorted(List<Item> items) {
        items.sort(Comparator.comparing(Item::text));
        @Nullable Object[] values = new Object[items.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = items.get(i).value();
        }
        return values;
    }

    private record Item(String text, @Nullable Object value) {}

    private String keyText(@Nullable Object key) {
        if (key == null) {
            return "";
        }
        return isText(key) ? text(key) : writtenKey(key);
    }

    private static boolean isText(Object value) {
        return value instanceof CharSequence
                || value instanceof Number
                || value instanceof Boolean
                || value instanceof Character
                || value instanceof UUID
                || value instanceof Temporal
                || value instanceof Enum;
    }

    /** Enums are ordered as in an EnumMap, which Jackson makes of them. */
    @SuppressWarnings("EnumOrdinal") // the order of EnumMap
    private static String text(Object value) {
        return value instanceof Enum<?> constant
                ? (LARGEST_ENUM + constant.ordinal()) + constant.name()
                : value.toString();
    }

    private String writtenKey(Object key) {
        NameOnly name = new NameOnly(mapper.createGenerator(OutputStream.nullOutputStream()));
        context.findKeySerializer(key.getClass(), null).serialize(key, name, context);
        return name.written;
    }

    /** Elements with the same text have the same JSON, so their order does not matter. */
    private String elementText(@Nullable Object element, int level) {
        if (element == null) {
            return "";
        }
        if (isText(element)) {
            return (element instanceof Number || element instanceof Boolean ? "1" : "\"") + text(element);
        }
        return level < MAX_LEVEL ? "{" + digest(element, level + 1) : "{";
    }

    private String digest(Object element, int level) {
        MessageDigest digest = sha256();
        mapper.writer()
                .withAttribute(LEVEL, level)
                .writeValue(new DigestOutputStream(OutputStream.nullOutputStream(), digest), element);
        return HexFormat.of().formatHex(digest.digest());
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every JDK has SHA-256", e);
        }
    }

    /** Takes the name that a key is written as. */
    private static final class NameOnly extends JsonGeneratorDelegate {
        private String written = "";

        NameOnly(JsonGenerator unused) {
            super(unused);
        }

        @Override
        public JsonGenerator writeName(String name) throws JacksonException {
            written = name;
            return this;
        }

        @Override
        public JsonGenerator writePropertyId(long id) throws JacksonException {
            written = Long.toString(id);
            return this;
        }
    }

    /** A map of entries in a given order. */
    private static final class SortedEntries extends AbstractMap<@Nullable Object, @Nullable Object> {
        private final @Nullable Object[] entries;

        SortedEntries(@Nullable Object[] entries) {
            this.entries = entries;
        }

        @Override
        public Set<Map.Entry<@Nullable Object, @Nullable Object>> entrySet() {
            return new AbstractSet<>() {
                @Override
                @SuppressWarnings("unchecked")
                public Iterator<Map.Entry<@Nullable Object, @Nullable Object>> iterator() {
                    return (Iterator<Map.Entry<@Nullable Object, @Nullable Object>>)
                            (Iterator<?>) Arrays.asList(entries).iterator();
                }

                @Override
                public int size() {
                    return entries.length;
                }
            };
        }
    }
}
