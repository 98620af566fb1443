package io.gracefulbackup.internal.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.core.type.TypeReference;

/** The table of {@code StateSource.json}, row by row, and the absence of limits. */
@SuppressWarnings("JavaUtilDate") // a row of the table
class JsonValuesTest {
    private static final TypeReference<Map<String, Object>> UNTYPED = new TypeReference<>() {};

    record Pair<A, B>(A left, B right) {}

    enum Level {
        LOW,
        HIGH;

        @Override
        public String toString() {
            return "a level";
        }
    }

    @JsonTypeInfo(use = JsonTypeInfo.Id.SIMPLE_NAME)
    @JsonSubTypes({@JsonSubTypes.Type(Cat.class), @JsonSubTypes.Type(Dog.class)})
    sealed interface Animal {}

    record Cat(int lives) implements Animal {}

    record Dog(String name) implements Animal {}

    static Stream<Arguments> rows() {
        BigDecimal decimal = new BigDecimal("12345678901234567890.12345678901234567890100");
        BigInteger integer = BigInteger.TEN.pow(40);
        ZonedDateTime zoned = ZonedDateTime.of(2026, 10, 25, 2, 30, 0, 123456789, ZoneId.of("Europe/Paris"));
        return Stream.of(
                row(
                        new TypeReference<List<BigDecimal>>() {},
                        List.of(decimal, new BigDecimal("1E+5"), BigDecimal.ZERO)),
                row(new TypeReference<BigInteger>() {}, integer),
                row(
                        new TypeReference<List<Double>>() {},
                        List.of(0.1, Double.NaN, Double.NEGATIVE_INFINITY, Double.MIN_VALUE, -0.0)),
                row(new TypeReference<List<Float>>() {}, List.of(0.1f, Float.NaN, Float.POSITIVE_INFINITY)),
                row(UNTYPED, Map.of("a", decimal, "b", integer, "c", 1, "d", 1L << 40, "e", new BigDecimal("1.50"))),
                row(new TypeReference<Object>() {}, new BigDecimal("0.10")),
                row(new TypeReference<List<Instant>>() {}, List.of(Instant.MAX, Instant.ofEpochSecond(-1, 1))),
                row(new TypeReference<LocalDate>() {}, LocalDate.of(12345, 1, 1)),
                row(new TypeReference<LocalDateTime>() {}, LocalDateTime.of(2026, 1, 1, 0, 0, 0, 1)),
                row(new TypeReference<Duration>() {}, Duration.ofNanos(-1)),
                row(
                        new TypeReference<List<ZonedDateTime>>() {},
                        List.of(
                                zoned,
                                zoned.withLaterOffsetAtOverlap(),
                                zoned.withZoneSameInstant(ZoneId.of("UTC")),
                                zoned.withZoneSameInstant(ZoneOffset.UTC))),
                row(
                        new TypeReference<List<OffsetDateTime>>() {},
                        List.of(zoned.toOffsetDateTime(), OffsetDateTime.of(2026, 1, 1, 0, 0, 0, 0, ZoneOffset.UTC))),
                row(new TypeReference<Date>() {}, new Date(1)),
                row(new TypeReference<Map<String, byte[]>>() {}, Map.of("a", new byte[] {0, -1, 127})),
                row(new TypeReference<List<Optional<String>>>() {}, List.of(Optional.of("x"))),
                row(
                        new TypeReference<Pair<Optional<Integer>, Optional<String>>>() {},
                        new Pair<>(Optional.empty(), Optional.of(""))),
                row(
                        new TypeReference<List<Pair<Level, List<Pair<Long, String>>>>>() {},
                        List.of(new Pair<>(Level.HIGH, List.of(new Pair<>(1L, "x"))))),
                row(new TypeReference<Map<Level, Level>>() {}, Map.of(Level.HIGH, Level.LOW)),
                row(new TypeReference<Map<String, Animal>>() {}, Map.of("a", new Cat(9), "b", new Dog("Rex"))),
                row(
                        new TypeReference<Pair<UUID, Pair<URI, Locale>>>() {},
                        new Pair<>(new UUID(1, 2), new Pair<>(URI.create("a:b"), Locale.CANADA_FRENCH))),
                row(new TypeReference<Map<Integer, Map<Boolean, Character>>>() {}, Map.of(1, Map.of(true, 'x'))),
                row(new TypeReference<LinkedHashMap<String, Integer>>() {}, ordered("z", "a", "m")),
                row(
                        new TypeReference<List<@Nullable String>>() {},
                        Arrays.asList("b", null, "a", "\u0000\ud83d\ude00")));
    }

    private static <T> Arguments row(TypeReference<T> type, T value) {
        return Arguments.of(type, value);
    }

    @SuppressWarnings("NonApiType") // the type of the row
    private static LinkedHashMap<String, Integer> ordered(String... keys) {
        LinkedHashMap<String, Integer> map = new LinkedHashMap<>();
        for (String key : keys) {
            map.put(key, map.size());
        }
        return map;
    }

    @ParameterizedTest(name = "{1}")
    @MethodSource("rows")
    <T> void comesBack(TypeReference<T> type, T value) throws IOException {
        JsonCodec<T> codec = JsonCodec.of(type);
        assertThat(codec.whyUnreadable()).isEmpty();

        T read = read(codec, write(codec, value));

        assertThat(read)
                .usingRecursiveComparison()
                .withEqualsForType(Double::equals, Double.class)
                .withEqualsForType(Float::equals, Float.class)
                .isEqualTo(value);
        assertThat(write(codec, read)).isEqualTo(write(codec, value));
    }

    @Test
    void keepsTheOrderOfAMapThatHasOne() throws IOException {
        JsonCodec<Map<String, Integer>> codec = JsonCodec.of(new TypeReference<Map<String, Integer>>() {});

        assertThat(read(codec, write(codec, ordered("z", "a", "m"))).keySet()).containsExactly("z", "a", "m");
    }

    @Test
    void keepsTheDigitsOfATreeToo() throws IOException {
        JsonCodec<Map<String, Object>> codec = JsonCodec.of(UNTYPED);
        byte[] json = "{\"a\":1.500,\"b\":123456789012345678901234567890.5}".getBytes(UTF_8);

        assertThat(codec.read(new ByteArrayInputStream(json), Set.of(), tree -> tree)
                        .value())
                .containsEntry("a", new BigDecimal("1.500"))
                .containsEntry("b", new BigDecimal("123456789012345678901234567890.5"));
    }

    @Test
    void readsNumbersOf5000Digits() throws IOException {
        JsonCodec<List<BigInteger>> codec = JsonCodec.of(new TypeReference<List<BigInteger>>() {});
        BigInteger number = BigInteger.TEN.pow(5000).subtract(BigInteger.ONE);

        assertThat(read(codec, write(codec, List.of(number)))).containsExactly(number);
    }

    @Test
    void readsNamesOf100000Characters() throws IOException {
        JsonCodec<Map<String, Object>> codec = JsonCodec.of(UNTYPED);
        String name = "n".repeat(100_000);

        assertThat(read(codec, write(codec, Map.of(name, 1)))).containsOnlyKeys(name);
    }

    @Test
    void readsValuesNested2000Deep() throws IOException {
        JsonCodec<Object> codec = JsonCodec.of(Object.class);
        Object value = "bottom";
        for (int i = 0; i < 2000; i++) {
            value = i % 2 == 0 ? List.of(value) : Map.of("k", value);
        }

        byte[] json = write(codec, value);

        assertThat(write(codec, read(codec, json))).isEqualTo(json);
        assertThat(codec.readBack(new ByteArrayInputStream(json), true)).isEmpty();
    }

    static class Link {
        public int number;
        public @Nullable Link next;
    }

    @Test
    void readsObjectsNested2000Deep() throws IOException {
        JsonCodec<Link> codec = JsonCodec.of(Link.class);
        Link value = new Link();
        for (int i = 0; i < 2000; i++) {
            Link outer = new Link();
            outer.number = i;
            outer.next = value;
            value = outer;
        }

        byte[] json = write(codec, value);

        assertThat(write(codec, read(codec, json))).isEqualTo(json);
    }

    @Test
    void refusesToWriteWhatIsTooDeepToBeRead() {
        JsonCodec<Object> codec = JsonCodec.of(Object.class);
        List<Object> endless = new ArrayList<>();
        endless.add(endless);

        assertThatThrownBy(() -> write(codec, endless))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("cannot be written as JSON");
    }

    @Test
    @Tag("slow") // 200 MB of text, several times in memory
    void readsTextsOf200Megabytes() throws IOException {
        JsonCodec<String> codec = JsonCodec.of(String.class);
        String text = "x".repeat(200 << 20);

        assertThat(read(codec, write(codec, text)).length()).isEqualTo(text.length());
    }

    @Test
    void refusesToWriteNull() {
        assertThatThrownBy(() -> JsonCodec.of(UNTYPED).write(null, OutputStream.nullOutputStream()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("null");
    }

    @Test
    void readsEnumsThatWereWrittenAsTheirText() throws IOException {
        enum Text {
            A;

            @Override
            public String toString() {
                return "the a";
            }
        }
        JsonCodec<Map<Text, Text>> codec = JsonCodec.of(new TypeReference<Map<Text, Text>>() {});

        assertThat(read(codec, "{\"the a\":\"the a\"}".getBytes(UTF_8))).containsExactly(Map.entry(Text.A, Text.A));
    }

    @Test
    void neverCutsDigitsOff() {
        record Whole(long cents) {}

        assertThatThrownBy(() -> read(JsonCodec.of(Whole.class), "{\"cents\":1.5}".getBytes(UTF_8)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("Whole.cents")
                .hasMessageNotContaining("1.5");
    }

    @Test
    void takesNullForThePrimitiveThatItHasBecome() throws IOException {
        record Counter(int count) {}

        assertThat(read(JsonCodec.of(Counter.class), "{\"count\":null}".getBytes(UTF_8)))
                .isEqualTo(new Counter(0));
    }

    private static <T> byte[] write(JsonCodec<T> codec, @Nullable T value) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        codec.write(value, out);
        return out.toByteArray();
    }

    private static <T> T read(JsonCodec<T> codec, byte[] json) throws IOException {
        T value = codec.read(new ByteArrayInputStream(json), Set.of(), null).value();
        return Objects.requireNonNull(value);
    }
}
