package io.gracefulbackup.examples.registry;

import io.gracefulbackup.BackupRejectedException;
import io.gracefulbackup.StateSource;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.StreamWriteFeature;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.MappingIterator;
import tools.jackson.databind.SequenceWriter;
import tools.jackson.databind.json.JsonMapper;

/**
 * The five sections of a backup. At a restore they come one after the other, so they are put together beside the
 * registry and take the place of its state only when all are there and agree with each other.
 */
final class RegistrySources {
    private static final JsonMapper JSON = JsonMapper.builder()
            .disable(StreamWriteFeature.AUTO_CLOSE_TARGET)
            .disable(StreamReadFeature.AUTO_CLOSE_SOURCE)
            .build();

    private final PropertyRegistry registry;

    private final Section<Ledger> blocks = new Section<>(
            Ledger::new,
            onRestored -> StateSource.of("blocks", this::writeBlocks, in -> onRestored.accept(readBlocks(in))));
    private final Section<Map<String, Property>> propertyIndex =
            index("property_index", new TypeReference<>() {}, ledger -> ledger.properties);
    private final Section<Map<String, Identity>> identityRegistry =
            index("identity_registry", new TypeReference<>() {}, ledger -> ledger.identities);
    private final Section<Map<String, String>> customerKeys =
            index("customer_keys", new TypeReference<>() {}, ledger -> ledger.customers);
    private final Section<Map<String, String>> surveyNumbers =
            index("survey_numbers", new TypeReference<>() {}, ledger -> ledger.surveys);

    private final List<Section<?>> sections =
            List.of(blocks, propertyIndex, identityRegistry, customerKeys, surveyNumbers);

    RegistrySources(PropertyRegistry registry) {
        this.registry = registry;
    }

    /** The sections, in the order in which they are written and read. */
    List<? extends StateSource> sources() {
        return sections;
    }

    private <T> Section<Map<String, T>> index(
            String name, TypeReference<Map<String, T>> type, Function<Ledger, Map<String, T>> index) {
        return new Section<>(
                Map::of, onRestored -> StateSource.json(name, type, () -> index.apply(registry.ledger()), onRestored));
    }

    private void writeBlocks(OutputStream out) {
        Blockchain chain = registry.ledger().chain;
        try (SequenceWriter writer =
                JSON.writerFor(Block.class).withRootValueSeparator("\n").writeValues(out)) {
            for (int i = 0; i < chain.size(); i++) {
                writer.write(chain.get(i));
            }
        }
    }

    private static Ledger readBlocks(InputStream in) {
        Ledger ledger = new Ledger();
        try (MappingIterator<Block> blocks = JSON.readerFor(Block.class).readValues(in)) {
            while (blocks.hasNextValue()) {
                ledger.add(blocks.nextValue());
            }
        } catch (IllegalArgumentException e) {
            throw new BackupRejectedException("Section blocks makes no sense: " + e.getMessage(), e);
        }
        return ledger;
    }

    private synchronized <T> void receive(Section<T> section, T value) {
        if (section.restored != null) {
            discard(); // an older backup is being tried, because the one before broke off or was rejected
        }
        section.restored = value;
        Ledger ledger = blocks.restored;
        Map<String, Property> properties = propertyIndex.restored;
        Map<String, Identity> identities = identityRegistry.restored;
        Map<String, String> customers = customerKeys.restored;
        Map<String, String> surveys = surveyNumbers.restored;
        if (ledger == null || properties == null || identities == null || customers == null || surveys == null) {
            return;
        }
        discard();
        requireConsistent("property_index", properties, ledger.properties);
        requireConsistent("customer_keys", customers, ledger.customers);
        requireConsistent("survey_numbers", surveys, ledger.surveys);
        requireConsistent("identity_registry", identities.keySet(), ledger.customers.keySet());
        try {
            identities.forEach(ledger::addIdentity);
        } catch (IllegalArgumentException e) {
            throw new BackupRejectedException("Section identity_registry makes no sense: " + e.getMessage(), e);
        }
        registry.replace(ledger);
    }

    private static void requireConsistent(String name, Object restored, Object fromBlocks) {
        if (!restored.equals(fromBlocks)) {
            throw new BackupRejectedException("Section " + name + " does not agree with the blocks");
        }
    }

    private synchronized void discard() {
        sections.forEach(section -> section.restored = null);
    }

    /** A state that was restored in part is never saved over a whole one. */
    private synchronized void requireCompleteRestore() {
        List<String> waiting = sections.stream()
                .filter(section -> section.restored != null)
                .map(Section::name)
                .toList();
        if (!waiting.isEmpty()) {
            throw new IllegalStateException("The restore ended early: only " + waiting + " arrived. Nothing is saved");
        }
    }

    /**
     * One section: what was restored of it waits here for the others.
     *
     * @param <T> what it holds
     */
    private final class Section<T> implements StateSource {
        private final Supplier<T> empty;
        private final StateSource content;
        private @Nullable T restored;

        Section(Supplier<T> empty, Function<Consumer<T>, StateSource> content) {
            this.empty = empty;
            this.content = content.apply(value -> receive(this, value));
        }

        @Override
        public String name() {
            return content.name();
        }

        @Override
        public void writeTo(OutputStream out) throws IOException {
            requireCompleteRestore();
            content.writeTo(out);
        }

        @Override
        public void readFrom(InputStream in, int version) throws IOException {
            try {
                content.readFrom(in, version);
            } catch (BackupRejectedException e) {
                discard();
                throw e;
            }
        }

        @Override
        public void startEmpty() {
            receive(this, empty.get());
        }
    }
}
