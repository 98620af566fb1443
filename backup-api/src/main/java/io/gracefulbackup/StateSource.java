package io.gracefulbackup;

import io.gracefulbackup.internal.json.JsonCodec;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * One part of the state of an application: a named section of every backup. Implement this interface, or use {@link
 * #of} or {@link #json}. {@link GracefulShutdown#install()} finds implementations that are registered as services.
 *
 * <pre>{@code
 * // Any value that Jackson can write and read:
 * StateSource names = StateSource.json("names", Names.class, ledger::names, ledger::replaceNames);
 *
 * // A format of one's own, streamed:
 * StateSource blocks = StateSource.of(
 *         "blocks",
 *         out -> {
 *             DataOutputStream data = new DataOutputStream(out);
 *             data.writeInt(ledger.size());
 *             for (Block block : ledger) {
 *                 block.writeTo(data);
 *             }
 *             data.flush();
 *         },
 *         in -> {
 *             DataInputStream data = new DataInputStream(in);
 *             List<Block> blocks = new ArrayList<>();
 *             for (int left = data.readInt(); left > 0; left--) {
 *                 blocks.add(Block.readFrom(data));
 *             }
 *             if (!Block.isChain(blocks)) {
 *                 throw new BackupRejectedException("the chain of blocks is broken");
 *             }
 *             ledger.replaceWith(blocks);
 *         });
 * }</pre>
 *
 * <p><b>Writing.</b> For a backup, one thread of the library lets all sources write, one after the other in the order
 * in which they were added, under the lock of {@link GracefulShutdown.Builder#snapshotUnder}.
 *
 * <p><b>Reading.</b> For a restore, one thread lets the sources read, in the order of the sections in the backup. It is
 * the thread that calls {@code install()}, except where a lease is kept and in {@link GracefulShutdown#restore}; there
 * it is a thread of the library. The library holds no lock meanwhile, and takes no snapshot.
 *
 * <p>The streams need no buffering. Closing them has no effect, and they end with the call. A section may have any
 * length; the memory that the library needs does not depend on it.
 *
 * <p>Sources must not call {@link GracefulShutdown}: a change may miss the backup, and a new backup would wait for the
 * present one.
 */
public interface StateSource {

    /**
     * The name of the section, such as {@code blocks}: not blank, without control characters, unique in the application
     * and the same at every start.
     */
    String name();

    /**
     * The version of the format of this section, which {@link #readFrom} receives. Raise it when the format changes. A
     * restore refuses a backup whose section has a higher version than this one, so that a rollback of the application
     * loses nothing.
     */
    default int version() {
        return 1;
    }

    /**
     * Writes the section. May be called at any time, also for a rehearsal whose bytes are thrown away, so it must not
     * change the state nor have any other effect.
     *
     * <p>The snapshot of all sources together must end after four fifths of {@code BACKUP_TIMEOUT}. Then the thread is
     * interrupted, the stream throws an {@code IOException}, and there is no backup. If the exit cancels another backup
     * whose source does not return, it calls the source again while that call is still in progress.
     *
     * @throws IOException if the section cannot be written. This or any other exception ends the backup, and its report
     *     says why
     */
    void writeTo(OutputStream out) throws IOException;

    /**
     * Replaces this part of the state by a section. Called only after the whole backup has been authenticated. There is
     * no limit of time. Bytes that are left unread are skipped.
     *
     * <p>This method may be called more than once: with another backup if this or a later source rejects the present
     * one, with the previous state if a {@link GracefulShutdown#restore} fails, and whenever this instance gets the
     * state from another one. So it must replace whatever is there, and should change nothing before it has read the
     * whole section.
     *
     * @param in the bytes that {@link #writeTo} wrote
     * @param version the version of the format that they were written in, at most {@link #version()}
     * @throws BackupRejectedException if the section is not valid. A start continues with the next copy of the backup,
     *     then with the next older backup; a {@link GracefulShutdown#restore} fails
     * @throws IOException if the section cannot be read. This or any other exception refuses the start, or fails the
     *     {@link GracefulShutdown#restore}. Sources that have read before it keep what they read at a start
     */
    void readFrom(InputStream in, int version) throws IOException;

    /**
     * Called once per installation, before the first {@link #readFrom} or {@link #startEmpty} of any source, on the
     * thread that restores. The state is still as the application constructed it, so a source can remember here what
     * {@link #startEmpty} returns to. Does nothing by default.
     *
     * <p>An exception refuses the start.
     */
    default void beforeFirstRestore() {}

    /**
     * Empties this part of the state, because there is no section for it. Called on the same thread as {@link
     * #readFrom}, after all sources have read:
     *
     * <ul>
     *   <li>on every source, if the application starts without a backup. Doing nothing, as by default, is enough then if
     *       the state is empty when it is constructed;
     *   <li>on a source whose section the backup lacks, if its state may have changed since it was constructed: by a
     *       {@link GracefulShutdown#restore}, whenever this instance gets the state from another one again, and at a
     *       start whose first backup was rejected after this source had read it. If the source {@linkplain
     *       #canStartEmpty cannot be emptied}, the restore is refused before any source is called.
     * </ul>
     *
     * <p>Otherwise a source whose section is missing stays as it was constructed, and this method is not called.
     *
     * @throws BackupRejectedException if this part of the state must not be empty; with the same effect as in {@link
     *     #readFrom}. So has any other exception
     */
    default void startEmpty() {}

    /**
     * Whether {@link #startEmpty} really empties this part of the state. By default true if the class overrides {@code
     * startEmpty}. A class that overrides {@code startEmpty} to pass the call to another source passes this one as well.
     * Called after {@link #beforeFirstRestore}.
     */
    default boolean canStartEmpty() {
        try {
            return getClass().getMethod("startEmpty").getDeclaringClass() != StateSource.class;
        } catch (NoSuchMethodException e) {
            return false; // A native image may leave out what reflection needs. Refusing a restore is the safe answer.
        }
    }

    /**
     * Creates a source from a writer and a reader, with version 1. It cannot be {@linkplain #canStartEmpty emptied}.
     *
     * @throws IllegalArgumentException if the name is blank or contains control characters
     */
    static StateSource of(String name, Writer writer, Reader reader) {
        Objects.requireNonNull(reader, "reader");
        return of(name, 1, writer, (in, version) -> reader.readFrom(in));
    }

    /**
     * Creates a source from a writer and a reader, with the given version of the format. The reader receives the
     * version that the section was written in. The source cannot be {@linkplain #canStartEmpty emptied}.
     *
     * @throws IllegalArgumentException if the name is blank or contains control characters
     */
    static StateSource of(String name, int version, Writer writer, VersionedReader reader) {
        requireSectionName(name);
        Objects.requireNonNull(writer, "writer");
        Objects.requireNonNull(reader, "reader");
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
     * Creates a source whose section is a JSON value, which Jackson writes and reads. Messages about it do not quote
     * the value.
     *
     * <p>A restore <em>replaces</em> the present value, so {@code replace} must not merge: {@code map::putAll} alone
     * would keep entries that the backup does not have. Clear the collection first, or put the restored value into an
     * {@code AtomicReference}:
     *
     * <pre>{@code
     * StateSource.json("owners", new TypeReference<Map<String, String>>() {}, () -> owners, saved -> {
     *     owners.clear();
     *     owners.putAll(saved);
     * });
     * }</pre>
     *
     * <p><b>What comes back.</b> What the type alone shows to be unreadable is an error of {@code install()}: a class of
     * which Jackson sees no state, or that it cannot make; an interface or abstract class without {@code @JsonTypeInfo}; a
     * key of a map that cannot be read from text. Fields without a getter are saved too, unless they are {@code transient}
     * or annotated with {@code @JsonIgnore}; getters that nothing would read, such as a computed total, are not written. What
     * only a value shows, such as a subclass that the JSON does not name, is written, and reported while the application
     * runs. Objects that form a cycle cannot be written.
     *
     * <table>
     * <caption>What a value comes back as</caption>
     * <tr><th>value</th><th>comes back</th></tr>
     * <tr><td>{@code BigDecimal}, {@code BigInteger}</td><td>with all digits and its scale</td></tr>
     * <tr><td>{@code double}, {@code float}</td><td>the same, {@code NaN} and infinities too</td></tr>
     * <tr><td>a number declared as {@code Object}, as in {@code Map<String, Object>}</td><td>with all digits, as {@code
     *     Integer}, {@code Long} or {@code BigInteger}, and with a decimal point as {@code BigDecimal}</td></tr>
     * <tr><td>another value declared as {@code Object}</td><td>as text, list or map; reported</td></tr>
     * <tr><td>{@code Instant}, {@code LocalDate}, {@code LocalDateTime}, {@code Duration}</td><td>to the
     *     nanosecond</td></tr>
     * <tr><td>{@code ZonedDateTime}, {@code OffsetDateTime}</td><td>with its zone or offset</td></tr>
     * <tr><td>{@code java.util.Date}</td><td>to the millisecond</td></tr>
     * <tr><td>{@code byte[]}</td><td>the same, as Base64</td></tr>
     * <tr><td>{@code Optional}</td><td>the same; an {@code Optional} that is null comes back empty</td></tr>
     * <tr><td>records, generic classes, classes with a builder</td><td>the same</td></tr>
     * <tr><td>enums, as values and as keys</td><td>by their names, whatever {@code toString()} says</td></tr>
     * <tr><td>sealed and other hierarchies with {@code @JsonTypeInfo}</td><td>as the same class</td></tr>
     * <tr><td>{@code UUID}, {@code URI}, {@code Locale}, {@code AtomicLong}</td><td>the same</td></tr>
     * <tr><td>a collection or map</td><td>as its declared type, in the same order; sorted ones in the
     *     natural order</td></tr>
     * </table>
     *
     * <p>Equal values have equal JSON in every process: exactly {@code HashMap}, {@code ConcurrentHashMap}, {@code
     * Hashtable}, {@code HashSet}, {@code Map.of} and {@code Set.of} are written in an order of their keys or elements, all
     * others in their own. So an unchanged state is recognized as such. Sorting holds references to the entries of one
     * collection in memory, and compares elements that are objects by a digest.
     *
     * <p><b>When the type has changed.</b> A property that the backup lacks has Jackson's default; a line says so. A property
     * that nothing reads refuses the start, since an older version of the application may have been started by mistake.
     * {@code @JsonAlias}, {@code @JsonIgnoreProperties} and {@code @JsonAnySetter} allow it; so does {@link #json(String, int,
     * TypeReference, Supplier, Consumer, JsonUpgrade) an upgrade}, and the setting {@code BACKUP_DROP}, which the message
     * names.
     *
     * <p><b>Starting empty.</b> Where a backup lacks the section, {@link #startEmpty} returns to the value from before {@code
     * install()}. For that its JSON is kept, up to 1 MiB. If that value was null, or cannot be written and read, a map,
     * collection or array becomes empty. Anything else {@linkplain #canStartEmpty cannot be emptied}; give an empty value
     * then, with {@link #json(String, TypeReference, Supplier, Consumer, Supplier)}.
     *
     * @param name the name of the section
     * @param type the type of the value, with its type arguments
     * @param get returns the value to save. The value is written as a whole before the snapshot lock is released, so it
     *     may be the live state. Null is no state: the backup fails, and the last good one stays
     * @param replace receives a restored value, which nobody else has, and replaces the present one by it
     * @param <T> the type of the value
     * @throws IllegalArgumentException if the name is blank or contains control characters
     */
    static <T> StateSource json(
            String name, TypeReference<T> type, Supplier<? extends T> get, Consumer<? super T> replace) {
        return jsonSource(name, 1, codec(type), get, replace, null, null);
    }

    /**
     * Creates a source whose section is a JSON value; see {@link #json(String, TypeReference, Supplier, Consumer)}.
     *
     * @param empty returns the value that {@link #startEmpty} gives to {@code replace}, at a start without a backup too;
     *     a new one each time, if it can be changed
     */
    static <T> StateSource json(
            String name,
            TypeReference<T> type,
            Supplier<? extends T> get,
            Consumer<? super T> replace,
            Supplier<? extends T> empty) {
        return jsonSource(name, 1, codec(type), get, replace, Objects.requireNonNull(empty, "empty"), null);
    }

    /**
     * Creates a source whose section is a JSON value of a type without type parameters; see {@link #json(String,
     * TypeReference, Supplier, Consumer)}.
     */
    static <T> StateSource json(String name, Class<T> type, Supplier<? extends T> get, Consumer<? super T> replace) {
        return jsonSource(name, 1, codec(type), get, replace, null, null);
    }

    /**
     * Creates a source whose section is a JSON value of a type without type parameters; see {@link #json(String,
     * TypeReference, Supplier, Consumer, Supplier)}.
     */
    static <T> StateSource json(
            String name,
            Class<T> type,
            Supplier<? extends T> get,
            Consumer<? super T> replace,
            Supplier<? extends T> empty) {
        return jsonSource(name, 1, codec(type), get, replace, Objects.requireNonNull(empty, "empty"), null);
    }

    /**
     * Creates a source whose section is a JSON value in a given version of its format; see {@link #json(String,
     * TypeReference, Supplier, Consumer)}. A section of an older version is read as a tree, which {@code upgrade} changes
     * before a value is made of it; it needs memory for the whole tree. Sources without a version have version 1.
     *
     * <pre>{@code
     * // Version 2 renamed "owner" to "holder".
     * StateSource.json("deeds", 2, new TypeReference<List<Deed>>() {}, ledger::deeds, ledger::replaceDeeds,
     *         (tree, version) -> {
     *             for (JsonNode deed : tree) {
     *                 ((ObjectNode) deed).set("holder", ((ObjectNode) deed).remove("owner"));
     *             }
     *             return tree;
     *         });
     * }</pre>
     *
     * @param version the present version, at least 1; see {@link #version()}
     * @param upgrade makes the JSON of the present version from that of any older one
     * @throws IllegalArgumentException if the version is less than 1
     */
    static <T> StateSource json(
            String name,
            int version,
            TypeReference<T> type,
            Supplier<? extends T> get,
            Consumer<? super T> replace,
            JsonUpgrade upgrade) {
        return jsonSource(name, version, codec(type), get, replace, null, Objects.requireNonNull(upgrade, "upgrade"));
    }

    /**
     * Creates a source whose section is a JSON value of a type without type parameters, in a given version of its format;
     * see {@link #json(String, int, TypeReference, Supplier, Consumer, JsonUpgrade)}.
     */
    static <T> StateSource json(
            String name,
            int version,
            Class<T> type,
            Supplier<? extends T> get,
            Consumer<? super T> replace,
            JsonUpgrade upgrade) {
        return jsonSource(name, version, codec(type), get, replace, null, Objects.requireNonNull(upgrade, "upgrade"));
    }

    /**
     * Creates a source whose section is a JSON value that the application's own mapper writes and reads, as it is
     * configured. The type is checked by {@code install()}, and rehearsals read back what was written. The rest of what
     * {@link #json(String, TypeReference, Supplier, Consumer)} says is up to the mapper. With Jackson's defaults:
     *
     * <ul>
     *   <li>properties that nothing reads are ignored, unless the mapper has {@code FAIL_ON_UNKNOWN_PROPERTIES}; missing ones
     *       are not reported;
     *   <li>fields without a getter are lost, and getters that nothing reads are written;
     *   <li>numbers longer than 1,000 digits, texts longer than 100 million characters and values nested more than 500 deep
     *       are written, but not read;
     *   <li>decimals declared as {@code Object} lose digits, and zoned times come back in UTC;
     *   <li>an unchanged state may have different bytes in another process, so that restarts replace older backups.
     * </ul>
     *
     * @param mapper writes and reads the value; it must not be reconfigured
     */
    static <T> StateSource json(
            String name,
            JsonMapper mapper,
            TypeReference<T> type,
            Supplier<? extends T> get,
            Consumer<? super T> replace) {
        Objects.requireNonNull(mapper, "mapper");
        return jsonSource(name, 1, codec(type).with(mapper), get, replace, null, null);
    }

    /**
     * Creates a source whose section is a JSON value of a type without type parameters that the application's own mapper
     * writes and reads; see {@link #json(String, JsonMapper, TypeReference, Supplier, Consumer)}.
     */
    static <T> StateSource json(
            String name, JsonMapper mapper, Class<T> type, Supplier<? extends T> get, Consumer<? super T> replace) {
        Objects.requireNonNull(mapper, "mapper");
        return jsonSource(name, 1, codec(type).with(mapper), get, replace, null, null);
    }

    private static <T> JsonCodec<T> codec(TypeReference<T> type) {
        return JsonCodec.of(Objects.requireNonNull(type, "type"));
    }

    private static <T> JsonCodec<T> codec(Class<T> type) {
        return JsonCodec.of(Objects.requireNonNull(type, "type"));
    }

    private static <T> StateSource jsonSource(
            String name,
            int version,
            JsonCodec<T> codec,
            Supplier<? extends T> get,
            Consumer<? super T> replace,
            @Nullable Supplier<? extends T> empty,
            @Nullable JsonUpgrade upgrade) {
        if (version < 1) {
            throw new IllegalArgumentException("The version of a section is " + version + "; the first one is 1");
        }
        return new JsonSource<>(requireSectionName(name), version, codec, get, replace, empty, upgrade);
    }

    private static String requireSectionName(String name) {
        Objects.requireNonNull(name, "name");
        if (name.isBlank() || name.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException("The name of a source is \"" + name.replaceAll("\\p{Cc}", "?")
                    + "\"; it names a section of the backup, so it must not be blank or contain control characters");
        }
        return name;
    }

    /** Writes a section; see {@link StateSource#writeTo}. */
    @FunctionalInterface
    interface Writer {
        /** Writes the section. */
        void writeTo(OutputStream out) throws IOException;
    }

    /** Reads a section whose format has no versions; see {@link StateSource#readFrom}. */
    @FunctionalInterface
    interface Reader {
        /** Reads the section. */
        void readFrom(InputStream in) throws IOException;
    }

    /** Reads a section in any version of its format; see {@link StateSource#readFrom}. */
    @FunctionalInterface
    interface VersionedReader {
        /** Reads the section. */
        void readFrom(InputStream in, int version) throws IOException;
    }

    /** Changes the JSON of an older version of a section; see {@link StateSource#json}. */
    @FunctionalInterface
    interface JsonUpgrade {
        /**
         * Makes the JSON of the present version.
         *
         * @param tree the JSON of the older version; it may be changed and returned
         * @param version the older version
         * @throws BackupRejectedException if the section is not valid; see {@link StateSource#readFrom}
         */
        JsonNode upgrade(JsonNode tree, int version);
    }
}
