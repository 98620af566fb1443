package io.gracefulbackup.internal.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonSetter;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.AbstractSet;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

@SuppressWarnings("unused") // Jackson uses the members.
class ReadBackTest {
    private static final TypeReference<Map<String, Object>> UNTYPED = new TypeReference<>() {};

    record Circle(int radius) {}

    static class Animal {
        public int legs = 4;
    }

    static class Dog extends Animal {
        public String bark = "canary";
    }

    static class Cat extends Animal {}

    /** Reads something else than it writes. */
    static class Rounded {
        private long cents;

        public long getCents() {
            return cents;
        }

        @JsonSetter
        public void setCents(long value) {
            cents = value / 100 * 100;
        }
    }

    static class Picky {
        private int size;

        public int getSize() {
            return size;
        }

        public void setSize(int value) {
            if (value > 10) {
                throw new IllegalArgumentException("canary " + value);
            }
            size = value;
        }

        static Picky of(int size) {
            Picky picky = new Picky();
            picky.size = size;
            return picky;
        }
    }

    record Inner(Map<String, List<Rounded>> deep) {}

    static Stream<Arguments> findings() {
        Rounded rounded = new Rounded();
        rounded.cents = 150;
        return Stream.of(
                row("record as Object", UNTYPED, Map.of("canary", new Circle(1)), "type ReadBackTest.Circle"),
                row("Instant as Object", UNTYPED, Map.of("canary", Instant.EPOCH), "type Instant"),
                row("NaN as Object", UNTYPED, Map.of("canary", Double.NaN), "type Double"),
                row("UUID in a list as Object", UNTYPED, Map.of("canary", List.of(new UUID(1, 2))), "type UUID"),
                row("array as Object", UNTYPED, Map.of("canary", new String[] {"canary"}), "type java.lang.String[]"),
                row(
                        "subclass with more properties",
                        new TypeReference<List<Animal>>() {},
                        List.of(new Animal(), new Dog()),
                        "\"bark\" of ReadBackTest.Animal"),
                row(
                        "subclass without more",
                        new TypeReference<List<Animal>>() {},
                        List.of(new Cat()),
                        "type ReadBackTest.Cat is not read back as one"),
                row(
                        "setter that changes the value",
                        new TypeReference<Map<String, Rounded>>() {},
                        Map.of("canary", rounded),
                        "ReadBackTest.Rounded.cents comes back different"),
                row(
                        "deep inside",
                        new TypeReference<Inner>() {},
                        new Inner(Map.of("canary", List.of(rounded))),
                        "ReadBackTest.Rounded.cents comes back different"),
                row(
                        "setter that refuses the value",
                        new TypeReference<Map<String, Picky>>() {},
                        Map.of("canary", Picky.of(11)),
                        "Picky.size cannot be read back"));
    }

    private static <T> Arguments row(String kind, TypeReference<T> type, T value, String finding) {
        return Arguments.of(kind, type, value, finding);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("findings")
    <T> void findsWhatOnlyAValueShows(String kind, TypeReference<T> type, T value, String finding) throws IOException {
        JsonCodec<T> codec = JsonCodec.of(type);
        assertThat(codec.whyUnreadable()).isEmpty();

        byte[] json = write(codec, value);

        assertThat(codec.readBack(new ByteArrayInputStream(json), true))
                .singleElement()
                .asString()
                .contains(finding)
                .doesNotContain("canary");
    }

    @Test
    void findsNothingInOrdinaryStates() throws IOException {
        Map<String, Object> value = new LinkedHashMap<>();
        value.put("a", 1.5);
        value.put("b", List.of(1L, true));
        value.put("c", null);
        TreeMap<String, Object> reversed = new TreeMap<>(Collections.reverseOrder());
        reversed.putAll(Map.of("x", 1, "y", 2));
        value.put("d", reversed);
        JsonCodec<Map<String, Object>> codec = JsonCodec.of(UNTYPED);

        assertThat(codec.readBack(new ByteArrayInputStream(write(codec, value)), true))
                .isEmpty();
    }

    /** Has another order each time. */
    static class Shuffled extends AbstractSet<Integer> {
        private final List<Integer> elements = new ArrayList<>();
        private int turn;

        @Override
        public boolean add(Integer element) {
            return elements.add(element);
        }

        @Override
        public Iterator<Integer> iterator() {
            List<Integer> order = new ArrayList<>(elements);
            Collections.rotate(order, turn++);
            return order.iterator();
        }

        @Override
        public int size() {
            return elements.size();
        }
    }

    @Test
    void anOrderThatChangesIsNoFinding() throws IOException {
        Shuffled value = new Shuffled();
        value.addAll(List.of(1, 2, 3));
        JsonCodec<Map<String, Shuffled>> codec = JsonCodec.of(new TypeReference<Map<String, Shuffled>>() {});

        assertThat(codec.readBack(new ByteArrayInputStream(write(codec, Map.of("a", value))), true))
                .isEmpty();
    }

    @Test
    void saysAHandfulOfKindsAtMost() throws IOException {
        Map<String, Object> value = new HashMap<>();
        for (Object each : List.of(
                Instant.EPOCH, new UUID(1, 2), new Circle(1), new int[0], new String[0], Thread.State.NEW, 'x')) {
            value.put("k" + value.size(), each);
        }
        JsonCodec<Map<String, Object>> codec = JsonCodec.of(UNTYPED);

        assertThat(codec.readBack(new ByteArrayInputStream(write(codec, value)), true))
                .hasSize(6)
                .last()
                .asString()
                .contains("2 more");
    }

    @Test
    void ignoresAnIncompleteEnd() throws IOException {
        JsonCodec<List<Circle>> codec = JsonCodec.of(new TypeReference<List<Circle>>() {});
        byte[] json = write(codec, List.of(new Circle(1), new Circle(2)));

        for (int length = 0; length < json.length; length++) {
            InputStream cut = new ByteArrayInputStream(Arrays.copyOf(json, length));
            assertThat(codec.readBack(cut, false)).as(length + " bytes").isEmpty();
        }
        assertThatThrownBy(() -> codec.readBack(new ByteArrayInputStream(Arrays.copyOf(json, 20)), true))
                .isInstanceOf(IOException.class);
    }

    @Test
    void findsWhatIsWrongBeforeAnIncompleteEnd() throws IOException {
        JsonCodec<List<Picky>> codec = JsonCodec.of(new TypeReference<List<Picky>>() {});
        byte[] json = write(codec, IntStream.range(0, 5000).mapToObj(Picky::of).toList());

        assertThat(codec.readBack(new ByteArrayInputStream(Arrays.copyOf(json, json.length / 2)), false))
                .singleElement()
                .asString()
                .contains("Picky.size");
    }

    @Test
    void passesOnThatTheStreamFailed() {
        InputStream broken = new InputStream() {
            @Override
            public int read() throws IOException {
                throw new IOException("disk gone");
            }

            @Override
            public int read(byte[] into, int offset, int length) throws IOException {
                return read();
            }
        };

        assertThatThrownBy(() -> JsonCodec.of(UNTYPED).readBack(broken, true)).hasMessage("disk gone");
    }

    /** Text that is produced as it is read, and counts how much of it is held. */
    @Test
    void needsMemoryForAFewEntriesOnly() throws IOException {
        int entries = 2_000_000;
        InputStream json = new InputStream() {
            private int next;
            private byte[] entry = "[".getBytes(UTF_8);
            private int position;

            @Override
            public int read() {
                if (position == entry.length) {
                    if (next > entries) {
                        return -1;
                    }
                    entry = (next == entries ? "]" : (next == 0 ? "" : ",") + "{\"radius\":" + next + "}")
                            .getBytes(UTF_8);
                    next++;
                    position = 0;
                }
                return entry[position++];
            }

            @Override
            public int read(byte[] bytes, int offset, int length) {
                int count = 0;
                while (count < length) {
                    int b = read();
                    if (b < 0) {
                        return count == 0 ? -1 : count;
                    }
                    bytes[offset + count++] = (byte) b;
                }
                return count;
            }
        };
        long before = used();

        assertThat(JsonCodec.of(new TypeReference<List<Circle>>() {}).readBack(json, true))
                .isEmpty();

        assertThat(used() - before).isLessThan(16 << 20);
    }

    private static long used() {
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    @Test
    void readsBackWhatAnotherMapperWrote() throws IOException {
        record Total(int a) {
            @JsonProperty
            int sum() {
                return a;
            }
        }
        JsonCodec<Map<String, Total>> codec = JsonCodec.of(new TypeReference<Map<String, Total>>() {})
                .with(JsonMapper.builder().build());

        byte[] json = write(codec, Map.of("a", new Total(1)));

        assertThat(new String(json, UTF_8)).contains("sum");
        assertThat(codec.readBack(new ByteArrayInputStream(json), true))
                .singleElement()
                .asString()
                .contains("\"sum\"");
    }

    private static <T> byte[] write(JsonCodec<T> codec, T value) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        codec.write(value, out);
        return out.toByteArray();
    }
}
