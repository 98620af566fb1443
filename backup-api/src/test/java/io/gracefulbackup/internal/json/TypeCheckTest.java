package io.gracefulbackup.internal.json;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonKey;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.core.type.TypeReference;

@SuppressWarnings("unused") // Jackson uses the members.
class TypeCheckTest {
    record Point(int x, int y) {}

    record Id(String value) {}

    record OwnText(String value) {
        @Override
        public String toString() {
            return value;
        }
    }

    record Keyed(@JsonKey String value) {}

    static final class NoText {
        NoText(String text) {}

        public static NoText valueOf(String text) {
            return new NoText(text);
        }
    }

    interface Shape {}

    sealed interface Sealed permits Leaf {}

    record Leaf(int x) implements Sealed {}

    abstract static class Animal {
        public int legs;
    }

    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME)
    interface Nobody {}

    record Holder(List<Map<String, Optional<Shape>>> shapes) {}

    static final class NoCreator {
        private final long cents;

        private NoCreator(long cents, int unused) {
            this.cents = cents;
        }

        static NoCreator of(long cents) {
            return new NoCreator(cents, 0);
        }

        public long getCents() {
            return cents;
        }
    }

    @SuppressWarnings("ClassCanBeStatic") // which Jackson cannot make
    class Inner {
        public int x;
    }

    static class FinalMap {
        private final Map<String, Long> coins = new HashMap<>();

        void add(String name) {
            coins.merge(name, 1L, Long::sum);
        }
    }

    static class FinalBesides {
        public String owner = "";
        private final AtomicLong cents = new AtomicLong();
    }

    static class OnlyTools {
        private final ReentrantLock lock = new ReentrantLock();
        private final Thread thread = new Thread(() -> {});
    }

    static final class NothingWrites {
        public String owner = "";
        private final long amount;

        @JsonCreator
        NothingWrites(@JsonProperty("cents") long value) {
            amount = value;
        }
    }

    static class ValueWithoutCreator {
        private String text = "";

        @JsonValue
        public String getText() {
            return text;
        }
    }

    // ---- kinds that are fine

    record Marker() {}

    static class Cache {
        public String owner = "";
        private final transient Map<String, String> cache = new HashMap<>();

        @JsonIgnore
        private final List<String> listeners = new ArrayList<>();

        private @Nullable Supplier<String> supplier;
        private final ReentrantLock lock = new ReentrantLock();
    }

    static final class Derived {
        private final List<String> entries;
        private final Map<String, Integer> index = new HashMap<>();

        @JsonCreator
        Derived(@JsonProperty("entries") List<String> entries) {
            this.entries = entries;
        }

        public List<String> getEntries() {
            return entries;
        }
    }

    static Stream<Arguments> unreadable() {
        return Stream.of(
                Arguments.of(
                        "record as key", new TypeReference<Map<Point, String>>() {}, "key of type TypeCheckTest.Point"),
                Arguments.of("record of one text as key", new TypeReference<Map<Id, String>>() {}, "TypeCheckTest.Id"),
                Arguments.of(
                        "class without text as key",
                        new TypeReference<Map<NoText, String>>() {},
                        "TypeCheckTest.NoText"),
                Arguments.of(
                        "key deep inside",
                        new TypeReference<List<Optional<Map<Point, String>>>>() {},
                        "TypeCheckTest.Point"),
                Arguments.of("interface", new TypeReference<List<Shape>>() {}, "TypeCheckTest.Shape is abstract"),
                Arguments.of(
                        "sealed interface",
                        new TypeReference<Map<String, Sealed>>() {},
                        "TypeCheckTest.Sealed is abstract"),
                Arguments.of("abstract class", new TypeReference<Animal[]>() {}, "TypeCheckTest.Animal is abstract"),
                Arguments.of(
                        "type info without subtypes", new TypeReference<List<Nobody>>() {}, "TypeCheckTest.Nobody"),
                Arguments.of(
                        "interface deep inside", new TypeReference<Holder>() {}, "TypeCheckTest.Holder.shapes[]{}"),
                Arguments.of(
                        "no creator", new TypeReference<List<NoCreator>>() {}, "cannot make a TypeCheckTest.NoCreator"),
                Arguments.of("inner class", new TypeReference<List<Inner>>() {}, "TypeCheckTest.Inner"),
                Arguments.of(
                        "final map only",
                        new TypeReference<List<FinalMap>>() {},
                        "no property of TypeCheckTest.FinalMap"),
                Arguments.of(
                        "final counter besides",
                        new TypeReference<List<FinalBesides>>() {},
                        "\"cents\" of TypeCheckTest.FinalBesides"),
                Arguments.of("tools only", new TypeReference<List<OnlyTools>>() {}, "TypeCheckTest.OnlyTools"),
                Arguments.of("creator wants more", new TypeReference<List<NothingWrites>>() {}, "\"cents\""),
                Arguments.of("JDK class without properties", new TypeReference<List<BitSet>>() {}, "BitSet"),
                Arguments.of("Thread", new TypeReference<Map<String, Thread>>() {}, "Thread"),
                Arguments.of(
                        "value without a creator",
                        new TypeReference<List<ValueWithoutCreator>>() {},
                        "ValueWithoutCreator"),
                Arguments.of("number that cannot be made", new TypeReference<Map<String, LongAdder>>() {}, "LongAdder"),
                Arguments.of("Comparable", new TypeReference<List<Comparable<?>>>() {}, "Comparable"),
                Arguments.of("AtomicLongArray", new TypeReference<AtomicLongArray>() {}, "AtomicLongArray"),
                Arguments.of("stream", new TypeReference<Stream<String>>() {}, "Stream"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("unreadable")
    void refusesWhatTheTypeShowsToBeUnreadable(String kind, TypeReference<?> type, String reason) {
        assertThat(JsonCodec.of(type).whyUnreadable())
                .hasValueSatisfying(said -> assertThat(said)
                        .contains(reason)
                        .startsWith(Types.name(StateMapper.create().constructType(type.getType()))));
    }

    static Stream<Arguments> readable() {
        return Stream.of(
                Arguments.of("record with its own text as key", new TypeReference<Map<OwnText, String>>() {}),
                Arguments.of("record with @JsonKey", new TypeReference<Map<Keyed, String>>() {}),
                Arguments.of("nothing to save", new TypeReference<List<Marker>>() {}),
                Arguments.of("transient, ignored and tools", new TypeReference<List<Cache>>() {}),
                Arguments.of("index that the constructor makes", new TypeReference<List<Derived>>() {}),
                Arguments.of("queue with a capacity", new TypeReference<ArrayBlockingQueue<String>>() {}),
                Arguments.of("BlockingQueue", new TypeReference<BlockingQueue<String>>() {}),
                Arguments.of("entries", new TypeReference<List<Map.Entry<String, Point>>>() {}),
                Arguments.of("Object", new TypeReference<Object>() {}),
                Arguments.of("raw map", new TypeReference<Map<?, ?>>() {}));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("readable")
    void acceptsOthers(String kind, TypeReference<?> type) {
        assertThat(JsonCodec.of(type).whyUnreadable()).isEmpty();
    }
}
