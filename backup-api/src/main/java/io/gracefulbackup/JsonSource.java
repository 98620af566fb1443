package io.gracefulbackup;

import io.gracefulbackup.internal.json.JsonCodec;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A source whose section is a JSON value; see {@link StateSource#json}. Keeps the JSON of the value from before the first
 * restore, because what {@code get} returns may be the live state.
 *
 * @param <T> the type of the value
 */
final class JsonSource<T> implements StateSource {
    /** A state that is larger when it is constructed is no empty one, and the heap must not grow with it. */
    static final int MAX_KEPT_BYTES = 1 << 20;

    private final String name;
    private final JsonCodec<T> codec;
    private final Supplier<? extends T> get;
    private final Consumer<? super T> replace;
    private final @Nullable Supplier<? extends T> empty;

    private volatile Optional<byte[]> constructed = Optional.empty();
    private volatile Optional<byte[]> emptyJson = Optional.empty();

    /**
     * A source.
     *
     * @param empty returns an empty value; null for the value from before the first restore
     */
    JsonSource(
            String name,
            JsonCodec<T> codec,
            Supplier<? extends T> get,
            Consumer<? super T> replace,
            @Nullable Supplier<? extends T> empty) {
        this.name = name;
        this.codec = codec;
        this.get = Objects.requireNonNull(get, "get");
        this.replace = Objects.requireNonNull(replace, "replace");
        this.empty = empty;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public void writeTo(OutputStream out) throws IOException {
        codec.write(get.get(), out);
    }

    @Override
    public void readFrom(InputStream in, int version) throws IOException {
        replace.accept(codec.read(in));
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
                replace.accept(codec.read(new ByteArrayInputStream(emptyJson.get())));
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
            return codec.read(new ByteArrayInputStream(json)) != null;
        } catch (IOException | RuntimeException e) {
            return false;
        }
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
