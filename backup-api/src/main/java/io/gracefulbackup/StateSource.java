package io.gracefulbackup;

import io.gracefulbackup.internal.json.JsonCodec;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.function.Consumer;
import java.util.function.Supplier;
import tools.jackson.core.type.TypeReference;

/**
 * One part of an application's state: a named section of every backup. Implement it, or use {@link #of} or {@link #json};
 * implementations that are registered as services are found by {@link GracefulShutdown#install()}.
 *
 * <p>For a backup, one thread of the library asks all sources to write, one after the other in the order they were given,
 * under the lock of {@link GracefulShutdown.Builder#snapshotUnder}. For the restore, the thread that calls {@code
 * install()} lets them read in the same order. Streams need no buffering, and closing them does nothing; bytes may be of
 * any number, memory does not grow with it.
 */
public interface StateSource {

    /** The section's name, such as {@code blocks}; unique in the application and the same at every start. */
    String name();

    /**
     * The version of the section's own format, which {@link #readFrom} gets back. Raise it when the format changes. A
     * backup with a higher version than this one is refused at start, so a rollback loses nothing.
     */
    default int version() {
        return 1;
    }

    /**
     * Writes the section.
     *
     * @throws IOException or any other exception: there will be no backup, and the report says why
     */
    void writeTo(OutputStream out) throws IOException;

    /**
     * Replaces this part of the state by a section. Called only after the whole backup has been authenticated. May be
     * called again with an older backup if this or a later source rejects it.
     *
     * @param in the bytes that {@link #writeTo} wrote
     * @param version the version under which they were written
     * @throws BackupRejectedException if the state makes no sense: the next copy, then the next older backup is tried
     * @throws IOException or any other exception: the application does not start
     */
    void readFrom(InputStream in, int version) throws IOException;

    /** The restored backup has no such section, so this part of the state must be (and stay) empty. */
    default void startEmpty() {}

    /** A section with a writer and a reader. */
    static StateSource of(String name, Writer writer, Reader reader) {
        return of(name, 1, writer, (in, version) -> reader.readFrom(in));
    }

    /** A section with a format of that version; the reader gets the version that it has to read. */
    static StateSource of(String name, int version, Writer writer, VersionedReader reader) {
        return new StateSource() {
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
                writer.writeTo(out);
            }

            @Override
            public void readFrom(InputStream in, int version) throws IOException {
                reader.readFrom(in, version);
            }

            @Override
            public String toString() {
                return "StateSource[" + name + "]";
            }
        };
    }

    /**
     * A section that Jackson writes and reads.
     *
     * @param type the type of the value, with its type parameters
     * @param get gives the value to save; called under the snapshot lock and written before it is released
     * @param replace takes the value at restore
     * @param <T> the type of the value
     */
    static <T> StateSource json(
            String name, TypeReference<T> type, Supplier<? extends T> get, Consumer<? super T> replace) {
        return json(name, JsonCodec.of(type), get, replace);
    }

    /** A section that Jackson writes and reads, of a type without type parameters; see the other form. */
    static <T> StateSource json(String name, Class<T> type, Supplier<? extends T> get, Consumer<? super T> replace) {
        return json(name, JsonCodec.of(type), get, replace);
    }

    private static <T> StateSource json(
            String name, JsonCodec<T> codec, Supplier<? extends T> get, Consumer<? super T> replace) {
        return of(name, out -> codec.write(get.get(), out), in -> replace.accept(codec.read(in)));
    }

    /** Writes a section. */
    @FunctionalInterface
    interface Writer {
        /** See {@link StateSource#writeTo}. */
        void writeTo(OutputStream out) throws IOException;
    }

    /** Reads a section that has always had one format. */
    @FunctionalInterface
    interface Reader {
        /** See {@link StateSource#readFrom}. */
        void readFrom(InputStream in) throws IOException;
    }

    /** Reads a section in any of its formats. */
    @FunctionalInterface
    interface VersionedReader {
        /** See {@link StateSource#readFrom}. */
        void readFrom(InputStream in, int version) throws IOException;
    }
}
