package io.gracefulbackup;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.gracefulbackup.internal.fixtures.App;
import io.gracefulbackup.internal.fixtures.MemorySink;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.core.type.TypeReference;

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
}
