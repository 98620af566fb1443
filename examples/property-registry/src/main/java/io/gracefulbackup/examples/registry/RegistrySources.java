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
 * The five sections of a backup.
 *
 * <p>A restore reads them one after the other. The values are collected here, and the state of the registry is replaced
 * only when all sections have been read and are consistent with each other.
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
            index("identity_registry", new TypeReference<>() {}, ledger -> ledger.identitiesByCustomerKey);
    private final Section<Map<String, String>> customerKeys =
            index("customer_keys", new TypeReference<>() {}, ledger -> ledger.ownersByCustomerKey);
    private final Section<Map<String, String>> surveyNumbers =
            index("survey_numbers", new TypeReference<>() {}, ledger -> ledger.propertyKeysBySurvey);

    private final List<Section<?>> sections =
            List.of(blocks, propertyIndex, identityRegistry, customerKeys, surveyNumbers);

    RegistrySources(PropertyRegistry registry) {
        this.registry = registry;
    }

    /** The sections, in the order in which they are written and read. */
    List<? extends StateSource> sources() {
        return sections;
    }

    /** A section that contains one index of the ledger as JSON. */
    private <T> Section<Map<String, T>> index(
            String name, TypeReference<Map<String, T>> type, Function<Ledger, Map<String, T>> index) {
        return new Section<>(
                Map::of, onRestored -> StateSource.json(name, type, () -> index.apply(registry.ledger()), onRestored));
    }

    /** Writes one line of JSON per block, so that memory use does not depend on the length of the chain. */
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
            throw new BackupRejectedException("Section blocks is invalid: " + e.getMessage(), e);
        }
        return ledger;
    }

    /** Takes the restored value of one section, and replaces the state if it was the last one. */
    private synchronized <T> void receive(Section<T> section, T value) {
        if (section.restored != null) {
            discard(); // The previous backup was incomplete or rejected, and an older one is being tried.
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
        requireConsistent("customer_keys", customers, ledger.ownersByCustomerKey);
        requireConsistent("survey_numbers", surveys, ledger.propertyKeysBySurvey);
        requireConsistent("identity_registry", identities.keySet(), ledger.ownersByCustomerKey.keySet());
        try {
            identities.forEach(ledger::addIdentity);
        } catch (IllegalArgumentException e) {
            throw new BackupRejectedException("Section identity_registry is invalid: " + e.getMessage(), e);
        }
        registry.replace(ledger);
    }

    private static void requireConsistent(String name, Object restored, Object fromBlocks) {
        if (!restored.equals(fromBlocks)) {
            throw new BackupRejectedException("Section " + name + " is not consistent with the blocks");
        }
    }

    private synchronized void discard() {
        sections.forEach(section -> section.restored = null);
    }

    /**
     * Makes sure that an incomplete restore is never served, nor saved over a complete backup. At a start, a source
     * whose section the backup lacks is not called.
     */
    synchronized void requireCompleteRestore() {
        List<String> pending = sections.stream()
                .filter(section -> section.restored != null)
                .map(Section::name)
                .toList();
        if (!pending.isEmpty()) {
            throw new IllegalStateException(
                    "The restore was incomplete: only " + pending + " arrived. Nothing is saved");
        }
    }

    /**
     * One section of a backup. Keeps its restored value until all other sections have theirs.
     *
     * @param <T> the type of the value
     */
    private final class Section<T> implements StateSource {
        private final Supplier<T> emptyValue;
        private final StateSource source;
        private @Nullable T restored;

        Section(Supplier<T> emptyValue, Function<Consumer<T>, StateSource> sourceFor) {
            this.emptyValue = emptyValue;
            this.source = sourceFor.apply(value -> receive(this, value));
        }

        @Override
        public String name() {
            return source.name();
        }

        @Override
        public void writeTo(OutputStream out) throws IOException {
            requireCompleteRestore();
            source.writeTo(out);
        }

        @Override
        public void readFrom(InputStream in, int version) throws IOException {
            try {
                source.readFrom(in, version);
            } catch (BackupRejectedException e) {
                discard();
                throw e;
            }
        }

        @Override
        public void startEmpty() {
            receive(this, emptyValue.get());
        }
    }
}
