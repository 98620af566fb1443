package io.gracefulbackup.internal.json;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.deser.SettableBeanProperty;
import tools.jackson.databind.deser.bean.BeanDeserializerBase;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads JSON back, writes it again and compares. A map, collection or array is taken a few entries at a time, so that the
 * memory needed does not depend on its size. For use by one thread, once.
 */
final class ReadBack {
    private static final int BATCH_BYTES = 16 * 1024;
    private static final int MAX_SENTENCES = 5;

    private final JsonMapper mapper;
    private final JavaType type;
    private final ObjectReader reader;
    private boolean isDeep;
    private final ReadLog log = new ReadLog(Set.of(), () -> !isDeep);
    private final Set<String> sentences = new LinkedHashSet<>();

    ReadBack(JsonMapper mapper, JavaType type, ObjectReader reader) {
        this.mapper = mapper;
        this.type = type;
        this.reader = reader.withAttribute(ReadLog.KEY, log);
    }

    /** A sentence for each kind of value that would not come back, at most a handful. */
    List<String> compare(InputStream json, boolean isComplete, StateGenerator.Written written) throws IOException {
        try (JsonParser parser = mapper.createParser(json)) {
            JsonToken first = parser.nextToken();
            if (first == JsonToken.START_OBJECT && type.isMapLikeType()) {
                compareEntries(parser, true);
            } else if (first == JsonToken.START_ARRAY && (type.isCollectionLikeType() || type.isArrayType())) {
                compareEntries(parser, false);
            } else if (first != null) {
                ByteArrayOutputStream whole = new ByteArrayOutputStream();
                try (JsonGenerator generator = mapper.createGenerator(whole)) {
                    generator.copyCurrentStructureExact(parser);
                }
                compare(whole.toByteArray());
            }
        } catch (JacksonException e) {
            if (e.getCause() instanceof IOException failed) {
                throw failed;
            }
            if (isComplete || !(e instanceof StreamReadException)) {
                throw Failures.withoutValue(type, "cannot be read from JSON", e);
            }
        }
        return summary(isComplete, written);
    }

    private void compareEntries(JsonParser parser, boolean isMap) throws IOException {
        JsonToken token = parser.nextToken();
        while (token != JsonToken.END_OBJECT && token != JsonToken.END_ARRAY) {
            ByteArrayOutputStream batch = new ByteArrayOutputStream();
            try (JsonGenerator generator = mapper.createGenerator(batch)) {
                if (isMap) {
                    generator.writeStartObject();
                } else {
                    generator.writeStartArray();
                }
                do {
                    generator.copyCurrentStructureExact(parser); // with the key of a map, if there is one
                    generator.flush();
                    token = parser.nextToken();
                } while (batch.size() < BATCH_BYTES && token != JsonToken.END_OBJECT && token != JsonToken.END_ARRAY);
            }
            compare(batch.toByteArray());
        }
    }

    private void compare(byte[] json) throws IOException {
        try {
            compareHere(json);
        } catch (DeepStack.NeededError e) {
            isDeep = true;
            DeepStack.call(() -> {
                compareHere(json);
                return true;
            });
            isDeep = false;
        }
    }

    private byte[] write(Object value) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        new StateGenerator(mapper.createGenerator(out), () -> !isDeep).writeAll(value, type, mapper);
        return out.toByteArray();
    }

    private void compareHere(byte[] json) {
        try {
            int unknown = log.unknownCount();
            byte[] again = write(reader.readValue(json));
            if (log.unknownCount() == unknown && !Arrays.equals(json, again)) {
                JsonNode before = mapper.readTree(json);
                JsonNode after = mapper.readTree(again);
                if (!isSame(before, after)) {
                    sentences.add("what was written of " + place(type, before, after, Types.name(type))
                            + " comes back different");
                }
            }
        } catch (JacksonException e) {
            String place = Types.place(e);
            sentences.add("what was written of " + (place.isEmpty() ? Types.name(type) : place)
                    + " cannot be read back (" + e.getClass().getSimpleName() + ")");
        }
    }

    // ---- the sentences

    private List<String> summary(boolean isComplete, StateGenerator.Written written) {
        log.unknown()
                .forEach((owner, names) -> names.forEach(name -> sentences.add("\"" + name + "\" of " + owner
                        + " is written, and a start would refuse it, because nothing reads it")));
        sentences.addAll(written.undeclared());
        if (isComplete && log.unknown().isEmpty()) {
            for (Class<?> lost : byName(written.objects())) {
                if (!written.untyped().contains(lost) && !log.classes().contains(lost) && isReadAsBean(lost)) {
                    sentences.add(StateGenerator.Written.withoutClass(lost));
                }
            }
        }
        List<String> all = new ArrayList<>(sentences);
        if (all.size() <= MAX_SENTENCES) {
            return List.copyOf(all);
        }
        List<String> some = new ArrayList<>(all.subList(0, MAX_SENTENCES));
        some.add("and " + (all.size() - MAX_SENTENCES) + " more kinds of values do not come back as they were");
        return List.copyOf(some);
    }

    private static List<Class<?>> byName(Set<Class<?>> classes) {
        return classes.stream().sorted(Comparator.comparing(Class::getName)).toList();
    }

    private boolean isReadAsBean(Class<?> written) {
        return !HiddenFields.isOfTheJdk(written)
                && Readers.bean(mapper, mapper.constructType(written))
                        .filter(reader -> reader.getValueType().hasRawClass(written)) // not by a builder
                        .isPresent();
    }

    // ---- the comparison

    /** The same content. The order of a set that has none of its own may differ. */
    private static boolean isSame(JsonNode before, JsonNode after) {
        if (before.isNumber() && after.isNumber()) {
            return before.decimalValue().compareTo(after.decimalValue()) == 0;
        }
        if (before.isObject() && after.isObject()) {
            if (before.size() != after.size()) {
                return false;
            }
            for (Map.Entry<String, JsonNode> entry : before.properties()) {
                JsonNode other = after.get(entry.getKey());
                if (other == null || !isSame(entry.getValue(), other)) {
                    return false;
                }
            }
            return true;
        }
        return (before.isArray() && after.isArray()) ? isSameArray(before, after) : before.equals(after);
    }

    private static boolean isSameArray(JsonNode before, JsonNode after) {
        if (before.size() != after.size()) {
            return false;
        }
        for (int i = 0; i < before.size(); i++) {
            if (!isSame(before.get(i), after.get(i))) {
                return sortedTexts(before).equals(sortedTexts(after));
            }
        }
        return true;
    }

    private static List<String> sortedTexts(JsonNode array) {
        List<String> texts = new ArrayList<>();
        array.forEach(element -> texts.add(element.toString()));
        texts.sort(null);
        return texts;
    }

    /** The property that differs, as deep as types are known. */
    private String place(JavaType declared, JsonNode before, JsonNode after, String outer) {
        Optional<BeanDeserializerBase> bean =
                declared.isContainerType() ? Optional.empty() : Readers.bean(mapper, declared);
        Set<String> names = new HashSet<>();
        before.propertyNames().forEach(names::add);
        after.propertyNames().forEach(names::add);
        for (String name : names.stream().sorted().toList()) {
            JsonNode left = before.path(name);
            JsonNode right = after.path(name);
            if (!isSame(left, right)) {
                if (bean.isEmpty()) {
                    return declared.isContainerType() ? place(declared.getContentType(), left, right, outer) : outer;
                }
                SettableBeanProperty property = bean.get().findProperty(new tools.jackson.databind.PropertyName(name));
                String inner = Types.name(declared) + "." + name;
                return property == null ? inner : place(property.getType(), left, right, inner);
            }
        }
        for (int i = 0;
                declared.isContainerType() && before.isArray() && i < Math.min(before.size(), after.size());
                i++) {
            if (!isSame(before.get(i), after.get(i))) {
                return place(declared.getContentType(), before.get(i), after.get(i), outer);
            }
        }
        return outer;
    }
}
