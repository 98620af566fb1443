package io.gracefulbackup.internal.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Hashtable;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.core.type.TypeReference;

@SuppressWarnings("JdkObsolete") // a Hashtable has no order either
class StableOrderTest {
    enum Color {
        RED,
        GREEN,
        BLUE
    }

    /** Its hash code differs between processes and between equal values. */
    record Tag(String name) {
        @Override
        public int hashCode() {
            return System.identityHashCode(this);
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return this == other;
        }
    }

    private static final List<String> WORDS =
            IntStream.range(0, 40).mapToObj(i -> "word" + i * 7919 % 40).toList();

    /** The same values, put in another order. */
    private static List<Object> state(boolean isReversed) {
        List<String> words = new ArrayList<>(WORDS);
        if (isReversed) {
            Collections.reverse(words);
        }
        Map<String, Integer> hash = new HashMap<>(isReversed ? 1024 : 1);
        words.forEach(word -> hash.put(word, word.length()));
        Map<Color, Integer> byColor = new HashMap<>();
        List<Color> colors = new ArrayList<>(List.of(Color.values()));
        if (isReversed) {
            Collections.reverse(colors);
        }
        colors.forEach(color -> byColor.put(color, color.name().length()));
        Set<Tag> tags = new HashSet<>();
        words.forEach(word -> tags.add(new Tag(word)));
        Set<Set<Tag>> sets = new HashSet<>();
        words.forEach(word -> sets.add(new HashSet<>(Set.of(new Tag(word), new Tag("x")))));
        Map<LocalDate, Object> dates = new ConcurrentHashMap<>();
        words.forEach(word -> dates.put(LocalDate.ofEpochDay(word.hashCode()), Map.of("in", new HashSet<>(words))));
        Set<String> concurrent = ConcurrentHashMap.newKeySet();
        concurrent.addAll(words);
        List<Object> all = new ArrayList<>(List.of(
                hash,
                byColor,
                tags,
                sets,
                dates,
                concurrent,
                new Hashtable<>(hash),
                new ConcurrentHashMap<>(hash),
                Map.copyOf(hash),
                Set.copyOf(words),
                hash.keySet(),
                hash.values(),
                Set.of(new Tag("a"), new Tag("b"))));
        all.add(new HashMap<>(Map.of("nested", new ArrayList<>(List.of(new HashSet<>(words))))));
        return all;
    }

    @Test
    void equalStatesHaveEqualBytes() throws IOException {
        assertThat(text(state(true))).isEqualTo(text(state(false)));
    }

    @Test
    void equalStatesHaveEqualBytesInOtherProcesses() throws Exception {
        assertThat(inAnotherProcess()).isEqualTo(inAnotherProcess()).isEqualTo(text(state(false)));
    }

    private static String inAnotherProcess() throws Exception {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        StableOrderTest.class.getName())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String text = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return text;
    }

    /** Prints the state; the order of Set.of and of identity hash codes is another one in each process. */
    public static void main(String[] arguments) throws IOException {
        System.out.write(text(state(true)).getBytes(UTF_8));
        System.out.flush();
    }

    static Stream<Object> ordered() {
        Map<String, Integer> linked = new LinkedHashMap<>();
        linked.put("z", 1);
        linked.put("a", 2);
        TreeMap<String, Integer> reversed = new TreeMap<>(Collections.reverseOrder());
        reversed.putAll(linked);
        EnumMap<Color, Integer> enums = new EnumMap<>(Map.of(Color.RED, 1, Color.BLUE, 2));
        class Own extends LinkedHashMap<String, Integer> {
            private static final long serialVersionUID = 1L;
        }
        Own own = new Own();
        own.putAll(linked);
        return Stream.of(
                linked,
                reversed,
                enums,
                own,
                new LinkedHashSet<>(List.of("z", "a")),
                List.of("z", "a"),
                Collections.unmodifiableMap(linked),
                linked.keySet());
    }

    @ParameterizedTest
    @MethodSource("ordered")
    void keepsTheOrderOfWhatHasOne(Object value) throws IOException {
        List<String> order = new ArrayList<>();
        for (Object each : value instanceof Map<?, ?> map ? map.keySet() : (Collection<?>) value) {
            order.add(String.valueOf(each));
        }

        assertThat(text(List.of(value))).containsSubsequence(order);
    }

    // ---- concurrent changes

    /** Changes something while it is written. */
    static class Trigger {
        private final Runnable change;

        Trigger(Runnable change) {
            this.change = change;
        }

        Trigger() {
            this(() -> {});
        }

        public String getText() {
            change.run();
            return "";
        }

        public void setText(String text) {}
    }

    @Test
    void noticesThatAHashMapChangedWhileItWasWritten() {
        Map<String, Object> map = new HashMap<>(Map.of("a", "1", "b", "2"));
        map.put("trigger", new Trigger(() -> map.put("new", "x")));

        assertThatThrownBy(() -> text(List.of(map))).isInstanceOf(IOException.class);
    }

    @Test
    void noticesThatAHashSetChangedWhileItWasWritten() {
        Set<Object> set = new HashSet<>(Set.of("a", "b"));
        AtomicBoolean isFirst = new AtomicBoolean(true);
        set.add(new Trigger(() -> {
            if (!isFirst.getAndSet(false)) {
                set.add("new");
            }
        }));

        assertThatThrownBy(() -> text(List.of(set))).isInstanceOf(IOException.class);
    }

    @Test
    void letsAConcurrentMapAndAHashtableChange() throws IOException {
        for (Map<String, Object> map : List.<Map<String, Object>>of(new ConcurrentHashMap<>(), new Hashtable<>())) {
            map.put("a", "1");
            map.put("b", new Trigger(() -> map.put("new", "x")));

            assertThat(text(List.of(map))).contains("\"a\":\"1\"");
        }
    }

    // ---- types in the JSON

    record Typed(@JsonTypeInfo(use = JsonTypeInfo.Id.CLASS) Map<String, Integer> map) {}

    @Test
    void whatIsWrittenWithItsClassComesBack() throws IOException {
        JsonCodec<Typed> codec = JsonCodec.of(Typed.class);
        ByteArrayOutputStream out = new ByteArrayOutputStream();

        codec.write(new Typed(new HashMap<>(Map.of("b", 1, "a", 2))), out);

        JsonCodec.Reading<Typed> read = codec.read(new ByteArrayInputStream(out.toByteArray()), Set.of(), null);
        assertThat(read.value()).isEqualTo(new Typed(Map.of("a", 2, "b", 1)));
    }

    @Test
    void neverTouchesTheValue() throws IOException {
        Map<String, Integer> map = Collections.unmodifiableMap(new HashMap<>(Map.of("b", 1, "a", 2)));

        JsonCodec.of(new TypeReference<Map<String, Integer>>() {}).write(map, OutputStream.nullOutputStream());

        assertThat(map).containsOnlyKeys("a", "b");
    }

    private static String text(List<?> values) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        JsonCodec.of(new TypeReference<List<?>>() {}).write(values, out);
        return out.toString(UTF_8);
    }
}
