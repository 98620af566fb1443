package io.gracefulbackup.examples.registry;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gracefulbackup.BackupRejectedException;
import io.gracefulbackup.StateSource;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RegistrySourcesTest {
    private final PropertyRegistry saved = new PropertyRegistry(Clock.systemUTC());
    private final PropertyRegistry registry = new PropertyRegistry(Clock.systemUTC());
    private final List<? extends StateSource> sources = new RegistrySources(registry).sources();

    @BeforeEach
    void register() {
        Block block = saved.register("Asha", PropertyRegistryTest.ASHA, "SN-1", "1 MG Road, ₹ \"quoted\"", 100);
        saved.register("Asha", PropertyRegistryTest.ASHA, "SN-2", "2 MG Road", 200);
        saved.transfer(block.deed().propertyKey(), "Ravi", PropertyRegistryTest.RAVI);
    }

    @Test
    void hasTheFiveSections() {
        assertThat(sources)
                .extracting(StateSource::name)
                .containsExactly("blocks", "property_index", "identity_registry", "customer_keys", "survey_numbers");
    }

    @Test
    void restoresEverything() throws IOException {
        restore(backup());

        assertThat(registry.blocks()).isEqualTo(saved.blocks()).hasSize(3);
        assertThat(registry.ledger().properties).isEqualTo(saved.ledger().properties);
        assertThat(registry.ledger().identitiesByCustomerKey).isEqualTo(saved.ledger().identitiesByCustomerKey);
        assertThat(registry.ledger().ownersByCustomerKey).isEqualTo(saved.ledger().ownersByCustomerKey);
        assertThat(registry.ledger().propertyKeysBySurvey).isEqualTo(saved.ledger().propertyKeysBySurvey);
    }

    @Test
    void continuesAfterARestore() throws IOException {
        restore(backup());

        Block next = registry.register("Asha", PropertyRegistryTest.ASHA, "SN-3", "3 MG Road", 300);
        assertThat(next.index()).isEqualTo(3);
        assertThat(next.deed().customerKey())
                .isEqualTo(saved.blocks().get(0).deed().customerKey());
        assertThat(Blockchain.verify(registry.blocks())).isEmpty();
        assertThatThrownBy(() -> registry.register("Thief", PropertyRegistryTest.RAVI, "SN-4", "4 MG Road", 400))
                .isInstanceOf(RegistryException.ConflictException.class);
    }

    @Test
    void restoresAnEmptyState() throws IOException {
        Map<String, String> empty = write(new RegistrySources(new PropertyRegistry(Clock.systemUTC())).sources());

        restore(empty);

        assertThat(registry.blocks()).isEmpty();
        assertThat(write(sources)).isEqualTo(empty);
    }

    @ParameterizedTest
    @CsvSource({
        "blocks,            MG Road, XY Road,     was changed",
        "blocks,            '\"index\":1', '\"index\":7', has the index 7",
        "property_index,    Ravi,    Thief,       property_index",
        "customer_keys,     Ravi,    Thief,       customer_keys",
        "survey_numbers,    SN-1,    SN-9,        survey_numbers",
        "identity_registry, 200000000000, 100000000000, registered twice"
    })
    void rejectsASectionThatWasChanged(String section, String from, String to, String why) throws IOException {
        Map<String, String> sections = backup();
        String before = sections.get(section);
        sections.put(section, before.replace(from, to));
        assertThat(sections.get(section)).isNotEqualTo(before);

        assertThatThrownBy(() -> restore(sections))
                .isInstanceOf(BackupRejectedException.class)
                .hasMessageContaining(why);
        assertThat(registry.blocks()).isEmpty();
    }

    @Test
    void rejectsAMissingBlock() throws IOException {
        Map<String, String> sections = backup();
        sections.put("blocks", sections.get("blocks").lines().skip(1).reduce("", (a, b) -> a + b + "\n"));

        assertThatThrownBy(() -> restore(sections)).isInstanceOf(BackupRejectedException.class);
    }

    @Test
    void rejectsIndexesWithoutTheirBlocks() throws IOException {
        Map<String, String> sections = backup();
        sections.put("blocks", "");

        assertThatThrownBy(() -> restore(sections)).isInstanceOf(BackupRejectedException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"blocks", "property_index", "identity_registry", "customer_keys", "survey_numbers"})
    void rejectsABackupThatLacksASection(String section) throws IOException {
        Map<String, String> sections = backup();
        sections.remove(section);

        assertThatThrownBy(() -> restore(sections)).isInstanceOf(BackupRejectedException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"blocks", "survey_numbers"})
    void restoresTheNextBackupAfterARejectedOne(String broken) throws IOException {
        Map<String, String> sections = backup();
        sections.put(broken, sections.get(broken).replace("SN-1", "SN-9"));
        assertThatThrownBy(() -> restore(sections)).isInstanceOf(BackupRejectedException.class);

        restore(backup());

        assertThat(registry.blocks()).isEqualTo(saved.blocks());
    }

    @Test
    void discardsEverythingOfARejectedBackup() throws IOException {
        Map<String, String> sections = backup();
        sources.get(4).startEmpty();
        assertThatThrownBy(() ->
                        sources.get(0).readFrom(stream(sections.get("blocks").replace("SN-1", "SN-9")), 1))
                .isInstanceOf(BackupRejectedException.class);

        restore(sections);

        assertThat(registry.blocks()).isEqualTo(saved.blocks());
    }

    @Test
    void savesNothingAfterAnIncompleteRestore() throws IOException {
        sources.get(0).readFrom(stream(backup().get("blocks")), 1);

        for (StateSource source : sources) {
            assertThatThrownBy(() -> source.writeTo(new ByteArrayOutputStream()))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("only [blocks] arrived");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"blocks", "survey_numbers"})
    void noticesASectionThatNeverArrives(String missing) throws IOException {
        RegistrySources restoring = new RegistrySources(registry);
        Map<String, String> sections = backup();
        for (StateSource source : restoring.sources()) {
            if (!source.name().equals(missing)) {
                source.readFrom(stream(sections.get(source.name())), 1);
            }
        }

        assertThatThrownBy(restoring::requireCompleteRestore).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void leavesTheStreamsOpen() throws IOException {
        boolean[] closed = new boolean[1];
        for (StateSource source : new RegistrySources(saved).sources()) {
            source.writeTo(new ByteArrayOutputStream() {
                @Override
                public void close() {
                    closed[0] = true;
                }
            });
        }

        assertThat(closed[0]).isFalse();
    }

    private Map<String, String> backup() throws IOException {
        return write(new RegistrySources(saved).sources());
    }

    private static Map<String, String> write(List<? extends StateSource> sources) throws IOException {
        Map<String, String> sections = new HashMap<>();
        for (StateSource source : sources) {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            source.writeTo(out);
            sections.put(source.name(), out.toString(UTF_8));
        }
        return sections;
    }

    private void restore(Map<String, String> sections) throws IOException {
        for (StateSource source : sources) {
            if (sections.containsKey(source.name())) {
                source.readFrom(stream(sections.get(source.name())), 1);
            } else {
                source.startEmpty();
            }
        }
    }

    private static ByteArrayInputStream stream(String text) {
        return new ByteArrayInputStream(text.getBytes(UTF_8));
    }
}
