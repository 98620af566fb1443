package io.gracefulbackup;

import io.gracefulbackup.internal.json.JsonCodec;
import io.gracefulbackup.internal.json.JsonSection;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A source whose section is a JSON value; see {@link StateSource#json}. Keeps the JSON of the value from before the first
 * restore, because what {@code get} returns may be the live state.
 *
 * @param <T> the type of the value
 */
final class JsonSource<T> implements StateSource, JsonSection {
    /** A state that is larger when it is constructed is no empty one, and the heap must not grow with it. */
    static final int MAX_KEPT_BYTES = 1 << 20;

    private final String name;
    private final int version;
    private final JsonCodec<T> codec;
    private final Supplier<? extends T> get;
    private final Consumer<? super T> replace;
    private final @Nullable Supplier<? extends T> empty;
    private final @Nullable JsonUpgrade upgrade;

    private volatile Optional<byte[]> constructed = Optional.empty();
    private volatile Optional<byte[]> emptyJson = Optional.empty();
    private volatile Set<String> toDrop = Set.of();
    private volatile Set<String> dropped = Set.of();

    /** What has been said is not said again. */
    private final Set<String> said = new TreeSet<>();

    private final List<String> notices = new ArrayList<>();

    /** Of the last write: the exit says them although an earlier backup has. */
    private List<String> undeclaredValues = List.of();

    /**
     * A source.
     *
     * @param empty returns an empty value; null for the value from before the first restore
     * @param upgrade changes the JSON of an older version; null if there is none
     */
    JsonSource(
            String name,
            int version,
            JsonCodec<T> codec,
            Supplier<? extends T> get,
            Consumer<? super T> replace,
            @Nullable Supplier<? extends T> empty,
            @Nullable JsonUpgrade upgrade) {
        this.name = name;
        this.version = version;
        this.codec = codec;
        this.get = Objects.requireNonNull(get, "get");
        this.replace = Objects.requireNonNull(replace, "replace");
        this.empty = empty;
        this.upgrade = upgrade;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public int version() {
        return version;
    }

    @Override
    public void writeTo(OutputStream out) throws IOException {
        codec.write(get.get(), out);
        synchronized (this) {
            undeclaredValues = codec.undeclaredValues();
        }
    }

    @Override
    public void readFrom(InputStream in, int writtenVersion) throws IOException {
        JsonUpgrade change = upgrade;
        UnaryOperator<JsonNode> changed = change == null || writtenVersion == version
                ? null
                : tree -> Objects.requireNonNull(change.upgrade(tree, writtenVersion), "the upgraded tree");
        JsonCodec.Reading<T> read = codec.read(in, toDrop, changed);
        dropped = read.dropped();
        if (!read.unknown().isEmpty()) {
            throw new RestoreRefusedException(unknownProperties(read.unknown()));
        }
        T value = read.value();
        if (value == null) {
            throw new BackupRejectedException("the section \"" + name + "\" holds null, which is no state");
        }
        note(read.missing());
        replace.accept(value);
    }

    private String unknownProperties(Map<String, Set<String>> unknown) {
        List<String> found = new ArrayList<>();
        Set<String> ways = new TreeSet<>();
        unknown.forEach((type, properties) -> properties.forEach(property -> {
            found.add("\"" + property + "\" of " + type);
            ways.add(name + "." + property);
        }));
        found.sort(null);
        return "the section \"" + name + "\" of the backup has properties that nothing reads: "
                + String.join(", ", found)
                + ". If the application was rolled back, start the version that wrote them. If they were renamed, read"
                + " them with @JsonAlias or StateSource.json(name, version, …). To start without them, set BACKUP_DROP="
                + String.join(",", ways);
    }

    private synchronized void note(List<String> sentences) {
        for (String sentence : sentences) {
            if (said.add(sentence)) {
                notices.add(sentence);
            }
        }
    }

    @Override
    public Optional<String> whyUnreadable() {
        return codec.whyUnreadable().map(reason -> "The source \"" + name + "\" could not be restored: " + reason);
    }

    @Override
    public void dropProperties(Set<String> properties) {
        toDrop = Set.copyOf(properties);
    }

    @Override
    public Set<String> droppedProperties() {
        return dropped;
    }

    @Override
    public synchronized List<String> takeNotices() {
        List<String> taken = new ArrayList<>(notices);
        taken.addAll(undeclaredValues);
        notices.clear();
        undeclaredValues = List.of();
        return List.copyOf(taken);
    }

    @Override
    public List<String> readBack(InputStream json, boolean isComplete) throws IOException {
        return codec.readBack(json, isComplete);
    }

    @Override
    public void beforeFirstRestore() {
        if (empty != null) {
            return;
        }
        LimitedOutput out = new LimitedOutput();
        constructed = write(out);
        emptyJson = constructed.filter(this::isValue);
        if (emptyJson.isEmpty() && !out.isFull) {
            emptyJson = codec.emptyContainer();
        }
    }

    @Override
    public boolean canStartEmpty() {
        return empty != null || emptyJson.isPresent();
    }

    /** Leaves alone what is still as it was constructed: JSON may not preserve everything about a value. */
    @Override
    public void startEmpty() {
        Supplier<? extends T> given = empty;
        if (given != null) {
            replace.accept(given.get());
        } else if (emptyJson.isPresent() && !isAsConstructed()) {
            try {
                replace.accept(read(emptyJson.get()));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private boolean isAsConstructed() {
        Optional<byte[]> before = constructed;
        return before.isPresent()
                && write(new LimitedOutput())
                        .filter(now -> Arrays.equals(now, before.get()))
                        .isPresent();
    }

    /** The JSON of the present value; empty if it cannot be written or is too large. */
    private Optional<byte[]> write(LimitedOutput out) {
        try {
            codec.write(get.get(), out);
            return Optional.of(out.toByteArray());
        } catch (IOException | RuntimeException e) {
            return Optional.empty(); // A backup of such a value fails too, and says why.
        }
    }

    /** Whether a value other than null can be read from the JSON. */
    private boolean isValue(byte[] json) {
        try {
            read(json);
            return true;
        } catch (IOException | RuntimeException e) {
            return false;
        }
    }

    private T read(byte[] json) throws IOException {
        return Objects.requireNonNull(
                codec.read(new ByteArrayInputStream(json), Set.of(), null).value(), "value");
    }

    @Override
    public String toString() {
        return "StateSource[" + name + "]";
    }

    /** Takes no more than the limit. */
    private static final class LimitedOutput extends OutputStream {
        private final ByteArrayOutputStream kept = new ByteArrayOutputStream();
        private boolean isFull;

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            if (kept.size() + length > MAX_KEPT_BYTES) {
                isFull = true;
                throw new IOException("larger than " + MAX_KEPT_BYTES + " bytes");
            }
            kept.write(bytes, offset, length);
        }

        byte[] toByteArray() {
            return kept.toByteArray();
        }
    }
}
