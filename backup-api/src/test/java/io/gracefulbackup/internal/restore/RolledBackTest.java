package io.gracefulbackup.internal.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gracefulbackup.BackupId;
import io.gracefulbackup.GracefulShutdown;
import io.gracefulbackup.RestoreRefusedException;
import io.gracefulbackup.StateSource;
import io.gracefulbackup.internal.fixtures.App;
import io.gracefulbackup.internal.fixtures.MemorySink;
import io.gracefulbackup.spi.StoredBackup.Hint;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.core.type.TypeReference;

/** Another version of the application than the one that saved: JSON with properties that nothing reads. */
@Timeout(60)
class RolledBackTest {
    private final MemorySink sink = new MemorySink("memory");

    record Owned(String owner, BigDecimal sum) {}

    record Held(@Nullable String holder, @Nullable BigDecimal sum) {}

    record Address(String city, String street) {}

    record City(String city) {}

    record Customer(String name, Optional<Address> address) {}

    record Person(String name, Optional<City> address) {}

    private static StateSource json(String name, TypeReference<?> type, Object value, List<Object> restored) {
        return typed(name, type, value, restored);
    }

    @SuppressWarnings("unchecked") // the test gives a value of the type
    private static <T> StateSource typed(String name, TypeReference<T> type, Object value, List<Object> restored) {
        return StateSource.json(name, type, () -> (T) value, restored::add);
    }

    private BackupId save(StateSource... sources) {
        GracefulShutdown.Builder builder = App.builder(sink);
        List.of(sources).forEach(builder::source);
        GracefulShutdown backup = builder.install();
        BackupId id = backup.backupNow("saved").id().orElseThrow();
        backup.uninstall();
        return id;
    }

    /** Refuses with a line that names the way out; with that setting, it starts and protects the backup. */
    private void assertWayOut(BackupId saved, String setting, StateSource... sources) {
        GracefulShutdown.Builder refused = App.builder(sink);
        List.of(sources).forEach(refused::source);
        assertThatThrownBy(refused::install)
                .isInstanceOf(RestoreRefusedException.class)
                .hasMessageContaining("BACKUP_DROP=" + setting);

        GracefulShutdown.Builder builder = App.builder(sink).setting("BACKUP_DROP", setting);
        List.of(sources).forEach(builder::source);
        builder.install().uninstall();
        assertThat(sink.hints.get(saved.value())).matches(Hint::isProtected);
    }

    @Test
    void aComponentOfARecordWasRenamed() {
        List<Object> restored = new ArrayList<>();
        BackupId saved = save(json(
                "a",
                new TypeReference<List<Owned>>() {},
                List.of(new Owned("Asha", new BigDecimal("1.50"))),
                restored));

        assertWayOut(saved, "a.owner", json("a", new TypeReference<List<Held>>() {}, List.of(), restored));

        assertThat(restored).containsExactly(List.of(new Held(null, new BigDecimal("1.50"))));
    }

    @Test
    void aPropertyDeepInTheValuesOfAMapIsGone() {
        List<Object> restored = new ArrayList<>();
        BackupId saved = save(json(
                "customers",
                new TypeReference<Map<String, Customer>>() {},
                Map.of("1", new Customer("Asha", Optional.of(new Address("Pune", "Main Road")))),
                restored));

        assertWayOut(
                saved,
                "customers.street",
                json("customers", new TypeReference<Map<String, Person>>() {}, Map.of(), restored));

        assertThat(restored).containsExactly(Map.of("1", new Person("Asha", Optional.of(new City("Pune")))));
    }

    @Test
    void twoPropertiesOfOneOfTwoSectionsAreGone() {
        List<Object> restored = new ArrayList<>();
        BackupId saved = save(
                json("a.b", new TypeReference<Address>() {}, new Address("Pune", "Main Road"), new ArrayList<>()),
                json("c", new TypeReference<City>() {}, new City("Pune"), new ArrayList<>()));

        assertWayOut(
                saved,
                "a.b.city,a.b.street",
                json("a.b", new TypeReference<Held>() {}, new Held("", BigDecimal.ONE), restored),
                json("c", new TypeReference<City>() {}, new City(""), restored));

        assertThat(restored).containsExactly(new Held(null, null), new City("Pune"));
    }
}
