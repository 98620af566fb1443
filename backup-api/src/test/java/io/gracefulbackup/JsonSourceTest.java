package io.gracefulbackup;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.annotation.JsonAlias;
import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonAnySetter;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import io.gracefulbackup.internal.fixtures.App;
import io.gracefulbackup.internal.fixtures.MemorySink;
import io.gracefulbackup.internal.json.JsonSection;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

@Timeout(60)
class JsonSourceTest {
    private static final TypeReference<Map<String, String>> MAP = new TypeReference<>() {};

    record Settings(String theme, int size) {}

    /** Jackson can write it, but not read it. */
    interface Shape {
        int radius();
    }

    record Circle(int radius) implements Shape {}

    @Test
    void readsWhatItWrote() throws IOException {
        AtomicReference<Settings> held = new AtomicReference<>(new Settings("dark", 3));
        StateSource source = StateSource.json("settings", Settings.class, held::get, held::set);
        ByteArrayOutputStream out = new ByteArrayOutputStream();

        source.writeTo(out);
        held.set(new Settings("light", 4));
        source.readFrom(new ByteArrayInputStream(out.toByteArray()), source.version());

        assertThat(held).hasValue(new Settings("dark", 3));
        assertThat(out.toString(UTF_8)).contains("\"dark\"");
    }

    static class Base {
        public String name = "n";
    }

    static class Derived extends Base {
        public String more = "m";
    }

    static Stream<Arguments> valuesThatTheTypeDoesNotShow() {
        return Stream.of(
                Arguments.of(
                        new TypeReference<Map<String, Object>>() {},
                        Map.of("a", new Circle(1)),
                        "JsonSourceTest.Circle"),
                Arguments.of(new TypeReference<List<Object>>() {}, List.of(Instant.EPOCH), "Instant"),
                Arguments.of(
                        new TypeReference<Map<Object, String>>() {},
                        Map.of(new Circle(1), "x"),
                        "JsonSourceTest.Circle"),
                Arguments.of(new TypeReference<List<Base>>() {}, List.of(new Derived()), "JsonSourceTest.Derived"));
    }

    @ParameterizedTest
    @MethodSource("valuesThatTheTypeDoesNotShow")
    <T> void everyWriteSaysWhatWouldNotComeBack(TypeReference<T> type, T value, String named) throws IOException {
        StateSource source = StateSource.json("s", type, () -> value, restored -> {});
        JsonSection section = (JsonSection) source;
        assertThat(section.whyUnreadable()).isEmpty();

        for (int i = 0; i < 2; i++) {
            source.writeTo(OutputStream.nullOutputStream());

            assertThat(section.takeNotices()).singleElement().asString().contains(named, "read back");
        }
    }

    @Test
    void plainValuesAreNothingToMention() throws IOException {
        Map<String, Object> plain = Map.of("a", List.of(1, "x", true), "b", Map.of("c", 1.5));
        StateSource source =
                StateSource.json("s", new TypeReference<Map<String, Object>>() {}, () -> plain, restored -> {});
        JsonSection section = (JsonSection) source;
        assertThat(section.whyUnreadable()).isEmpty();

        source.writeTo(OutputStream.nullOutputStream());

        assertThat(section.takeNotices()).isEmpty();
    }

    @Test
    void emptiesToTheValueFromBeforeTheFirstRestore() {
        AtomicReference<Settings> held = new AtomicReference<>(new Settings("default", 1));
        StateSource source = StateSource.json("settings", Settings.class, held::get, held::set);
        source.beforeFirstRestore();
        held.set(new Settings("changed", 2));

        source.startEmpty();

        assertThat(source.canStartEmpty()).isTrue();
        assertThat(held).hasValue(new Settings("default", 1));
    }

    @Test
    void givesAFreshValueEachTime() {
        AtomicReference<Map<String, String>> held = new AtomicReference<>(new HashMap<>(Map.of("k", "default")));
        StateSource source = StateSource.json("map", MAP, held::get, held::set);
        source.beforeFirstRestore();
        held.get().put("more", "1");
        source.startEmpty();
        held.get().put("more", "2");

        source.startEmpty();

        assertThat(held.get()).containsExactly(Map.entry("k", "default"));
    }

    @Test
    void leavesAValueAloneThatIsStillAsItWasConstructed() {
        TreeMap<String, String> constructed = new TreeMap<>();
        AtomicReference<Map<String, String>> held = new AtomicReference<>(constructed);
        StateSource source = StateSource.json("map", MAP, held::get, held::set);
        source.beforeFirstRestore();

        source.startEmpty();

        assertThat(held.get()).isSameAs(constructed);
    }

    @Test
    void aMapThatWasNullBecomesAnEmptyOne() {
        AtomicReference<@Nullable Map<String, String>> held = new AtomicReference<>();
        StateSource source = StateSource.json("map", MAP, held::get, held::set);
        source.beforeFirstRestore();
        held.set(new HashMap<>(Map.of("k", "v")));

        source.startEmpty();

        assertThat(source.canStartEmpty()).isTrue();
        assertThat(held.get()).isEmpty();
    }

    @Test
    void aListWhoseEntriesCannotBeReadBecomesAnEmptyOne() {
        List<Shape> held = new ArrayList<>(List.of(new Circle(1)));
        StateSource source = StateSource.json("list", new TypeReference<List<Shape>>() {}, () -> held, saved -> {
            held.clear();
            held.addAll(saved);
        });
        source.beforeFirstRestore();
        held.add(new Circle(2));

        source.startEmpty();

        assertThat(held).isEmpty();
    }

    @Test
    void anArrayThatWasNullBecomesAnEmptyOne() {
        AtomicReference<String @Nullable []> held = new AtomicReference<>();
        StateSource source = StateSource.json("array", String[].class, held::get, held::set);
        source.beforeFirstRestore();
        held.set(new String[] {"x"});

        source.startEmpty();

        assertThat(held.get()).isEmpty();
    }

    @Test
    void cannotEmptyAnObjectThatWasNull() {
        AtomicReference<@Nullable Settings> held = new AtomicReference<>();
        StateSource source = StateSource.json("settings", Settings.class, held::get, held::set);
        source.beforeFirstRestore();
        held.set(new Settings("changed", 2));

        source.startEmpty();

        assertThat(source.canStartEmpty()).isFalse();
        assertThat(held).hasValue(new Settings("changed", 2));
    }

    @Test
    void cannotEmptyAnObjectThatCannotBeReadOrFetched() {
        StateSource oneWay = StateSource.json("one", Shape.class, () -> new Circle(1), saved -> {});
        StateSource broken = StateSource.json(
                "two",
                Settings.class,
                () -> {
                    throw new IllegalStateException("not yet");
                },
                saved -> {});
        oneWay.beforeFirstRestore();
        broken.beforeFirstRestore();

        assertThat(oneWay.canStartEmpty()).isFalse();
        assertThat(broken.canStartEmpty()).isFalse();
    }

    @Test
    void keepsNoLargeValue() {
        AtomicReference<Map<String, String>> held =
                new AtomicReference<>(Map.of("k", "x".repeat(JsonSource.MAX_KEPT_BYTES)));
        StateSource source = StateSource.json("map", MAP, held::get, held::set);
        source.beforeFirstRestore();

        assertThat(source.canStartEmpty()).as("an empty map is not what it was").isFalse();
    }

    @Test
    void usesTheEmptyValueThatTheCallerGives() {
        AtomicReference<@Nullable Settings> held = new AtomicReference<>();
        StateSource source =
                StateSource.json("settings", Settings.class, held::get, held::set, () -> new Settings("given", 9));
        source.beforeFirstRestore();

        source.startEmpty();

        assertThat(source.canStartEmpty()).isTrue();
        assertThat(held).hasValue(new Settings("given", 9));
    }

    @Test
    void aLiveRestoreOfABackupWithoutTheSectionEmptiesIt() {
        MemorySink sink = new MemorySink("memory");
        BackupId old = App.saveEach(sink, "old").get(0);
        AtomicReference<Map<String, String>> map = new AtomicReference<>(new HashMap<>());
        AtomicReference<Settings> settings = new AtomicReference<>(new Settings("default", 1));
        try (App app = App.start(
                builder -> builder.source(StateSource.json("map", MAP, map::get, map::set))
                        .source(StateSource.json("settings", Settings.class, settings::get, settings::set)),
                sink)) {
            map.get().put("k", "v");
            settings.set(new Settings("changed", 2));

            app.backup().restore(old);

            assertThat(map.get()).isEmpty();
            assertThat(settings).hasValue(new Settings("default", 1));
        }
    }

    @Test
    void aRestoreReplacesWhatIsThere() {
        MemorySink sink = new MemorySink("memory");
        AtomicReference<Map<String, String>> map = new AtomicReference<>(new HashMap<>());
        try (App app = App.start(builder -> builder.source(StateSource.json("map", MAP, map::get, map::set)), sink)) {
            map.get().put("A", "1");
            BackupId old = app.save("old").id().orElseThrow();
            map.get().put("B", "2");

            app.backup().restore(old);

            assertThat(map.get()).containsExactly(Map.entry("A", "1"));
        }
    }

    // ---- a type that has changed

    record Before(String owner, int size, Before.Part part) {
        record Part(String kind, int old) {}
    }

    record After(String holder, int size, After.Part part) {
        record Part(String kind) {}
    }

    private static final TypeReference<List<Before>> BEFORE = new TypeReference<>() {};
    private static final TypeReference<List<After>> AFTER = new TypeReference<>() {};
    private static final String WRITTEN = "[{\"owner\":\"canary\",\"size\":1,\"part\":{\"kind\":\"k\",\"old\":2}}]";

    private static ByteArrayInputStream written() {
        return new ByteArrayInputStream(WRITTEN.getBytes(UTF_8));
    }

    @Test
    void refusesPropertiesThatNothingReadsAllAtOnce() {
        AtomicReference<List<After>> held = new AtomicReference<>(List.of());
        StateSource source = StateSource.json("deeds", AFTER, held::get, held::set);

        assertThatThrownBy(() -> source.readFrom(written(), 1))
                .isInstanceOf(RestoreRefusedException.class)
                .hasMessageContaining("\"owner\" of JsonSourceTest.After")
                .hasMessageContaining("\"old\" of JsonSourceTest.After.Part")
                .hasMessageEndingWith("BACKUP_DROP=deeds.old,deeds.owner")
                .hasMessageNotContaining("canary");
        assertThat(held.get()).isEmpty();
    }

    @Test
    void leavesOutWhatIsToBeDropped() throws IOException {
        AtomicReference<List<After>> held = new AtomicReference<>(List.of());
        StateSource source = StateSource.json("deeds", AFTER, held::get, held::set);
        JsonSection section = (JsonSection) source;
        section.dropProperties(Set.of("owner", "old", "other"));

        source.readFrom(written(), 1);

        assertThat(held.get()).singleElement().satisfies(deed -> {
            assertThat(deed.holder()).isNull();
            assertThat(deed.size()).isEqualTo(1);
        });
        assertThat(section.droppedProperties()).containsExactlyInAnyOrder("owner", "old");
    }

    @Test
    void stillRefusesWhatIsNotDropped() {
        StateSource source = StateSource.json("deeds", AFTER, List::of, saved -> {});
        ((JsonSection) source).dropProperties(Set.of("owner"));

        assertThatThrownBy(() -> source.readFrom(written(), 1)).hasMessageEndingWith("BACKUP_DROP=deeds.old");
    }

    @Test
    void saysOnceWhichPropertyIsMissing() throws IOException {
        StateSource source = StateSource.json("deeds", AFTER, List::of, saved -> {});
        JsonSection section = (JsonSection) source;
        section.dropProperties(Set.of("owner", "old"));

        source.readFrom(written(), 1);
        List<String> first = section.takeNotices();
        source.readFrom(written(), 1);

        assertThat(first).singleElement().asString().contains("\"holder\" for JsonSourceTest.After");
        assertThat(section.takeNotices()).isEmpty();
    }

    @JsonIgnoreProperties(ignoreUnknown = true)
    record Lenient(int size) {}

    record Renamed(
            @JsonAlias("owner") String holder,
            int size,
            @Nullable Map<String, Object> part) {}

    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Sparse(
            @Nullable String owner,
            @Nullable String more,
            int size,
            @Nullable Map<String, Object> part) {}

    static class Extensible {
        public int size;
        private final Map<String, Object> others = new TreeMap<>();

        @JsonAnyGetter
        public Map<String, Object> others() {
            return others;
        }

        @JsonAnySetter
        public void other(String name, Object value) {
            others.put(name, value);
        }
    }

    @Test
    void readsWhatAnnotationsAllow() throws IOException {
        for (TypeReference<?> type : List.of(
                new TypeReference<List<Lenient>>() {},
                new TypeReference<List<Renamed>>() {},
                new TypeReference<List<Sparse>>() {},
                new TypeReference<List<Extensible>>() {})) {
            AtomicReference<Object> held = new AtomicReference<>();
            StateSource source = StateSource.json("deeds", type, () -> null, held::set);

            source.readFrom(written(), 1);

            assertThat(held.get()).asInstanceOf(InstanceOfAssertFactories.LIST).hasSize(1);
            assertThat(((JsonSection) source).takeNotices())
                    .as(type.getType().toString())
                    .isEmpty();
        }
    }

    private static StateSource upgraded(AtomicReference<List<After>> held) {
        return StateSource.json("deeds", 3, AFTER, held::get, held::set, (tree, version) -> {
            for (JsonNode deed : tree) {
                ((ObjectNode) deed).set("holder", ((ObjectNode) deed).remove("owner"));
                ((ObjectNode) deed).put("size", version);
                ((ObjectNode) deed.get("part")).remove("old");
            }
            return tree;
        });
    }

    @Test
    void upgradesTheTreeOfAnOlderVersion() throws IOException {
        AtomicReference<List<After>> held = new AtomicReference<>(List.of());
        StateSource source = upgraded(held);

        source.readFrom(written(), 2);

        assertThat(source.version()).isEqualTo(3);
        assertThat(held.get()).containsExactly(new After("canary", 2, new After.Part("k")));
    }

    @Test
    void leavesThePresentVersionAlone() {
        assertThatThrownBy(() -> upgraded(new AtomicReference<>(List.of())).readFrom(written(), 3))
                .isInstanceOf(RestoreRefusedException.class);
    }

    @Test
    void refusesNullAsAState() {
        StateSource source = StateSource.json("deeds", BEFORE, () -> null, saved -> {});

        assertThatThrownBy(() -> source.writeTo(OutputStream.nullOutputStream()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("null");
        assertThatThrownBy(() -> source.readFrom(new ByteArrayInputStream("null".getBytes(UTF_8)), 1))
                .isInstanceOf(BackupRejectedException.class);
    }

    @Test
    void usesTheCallersMapper() throws IOException {
        JsonMapper own = JsonMapper.builder()
                .propertyNamingStrategy(PropertyNamingStrategies.UPPER_CAMEL_CASE)
                .build();
        AtomicReference<Settings> held = new AtomicReference<>(new Settings("dark", 3));
        StateSource source = StateSource.json("settings", own, Settings.class, held::get, held::set);
        ByteArrayOutputStream out = new ByteArrayOutputStream();

        source.writeTo(out);
        held.set(new Settings("light", 4));
        source.readFrom(new ByteArrayInputStream(out.toByteArray()), 1);

        assertThat(out.toString(UTF_8)).contains("\"Theme\"");
        assertThat(held).hasValue(new Settings("dark", 3));
        assertThat(((JsonSection) source).whyUnreadable()).isEmpty();
    }

    @Test
    void installNamesEverySourceWhoseTypeCannotComeBack() {
        MemorySink sink = new MemorySink("memory");

        assertThatThrownBy(() -> App.start(
                        builder -> builder.source(StateSource.json(
                                        "shapes", new TypeReference<List<Shape>>() {}, List::of, saved -> {}))
                                .source(StateSource.json(
                                        "points", new TypeReference<Map<Circle, String>>() {}, Map::of, saved -> {})),
                        sink))
                .isInstanceOf(BackupConfigurationException.class)
                .hasMessageContaining("\"shapes\"")
                .hasMessageContaining("JsonSourceTest.Shape is abstract")
                .hasMessageContaining("\"points\"");
    }
}
