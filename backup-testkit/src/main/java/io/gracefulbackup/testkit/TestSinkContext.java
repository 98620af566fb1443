package io.gracefulbackup.testkit;

import io.gracefulbackup.BackupConfigurationException;
import io.gracefulbackup.Deadline;
import io.gracefulbackup.spi.Inspection;
import io.gracefulbackup.spi.SinkContext;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * A {@link SinkContext} whose answers a test chooses, and that records what the sink asked for and said. For the tests of
 * one's own provider, sink or pointer store; {@link BackupSinkContract} brings contexts of its own.
 *
 * <p>There are no settings, no pointers and a disk that lasts, unless the test says otherwise. Settings may change at any
 * time, as the environment of one process cannot: a test that opens a sink twice need not begin again.
 *
 * <p>Safe for use by several threads.
 */
public final class TestSinkContext implements SinkContext {
    private final String application;
    private final Inspector inspector;
    private final Consumer<String> operator;
    private final Map<String, String> settings = new HashMap<>();
    private final Map<String, List<String>> pointers = new HashMap<>();
    private final Set<String> secrets = new HashSet<>();
    private final List<String> warnings = new ArrayList<>();
    private boolean ephemeralDisk;

    /** Authenticates sealed bytes in place of the library. */
    public interface Inspector {
        /**
         * See {@link SinkContext#inspect}.
         *
         * @param sealed the bytes, from the first one; not closed
         * @throws IOException if the bytes cannot be read
         */
        Inspection inspect(InputStream sealed) throws IOException;

        /**
         * See {@link SinkContext#inspectHeader}.
         *
         * @param sealed the bytes, from the first one; not closed
         * @throws IOException if the bytes cannot be read
         */
        Inspection inspectHeader(InputStream sealed) throws IOException;
    }

    /** What the library does, by the context that it gave to a provider. */
    private record LibraryInspector(SinkContext library) implements Inspector {
        @Override
        public Inspection inspect(InputStream sealed) throws IOException {
            return library.inspect(sealed);
        }

        @Override
        public Inspection inspectHeader(InputStream sealed) throws IOException {
            return library.inspectHeader(sealed);
        }
    }

    /** For sinks that leave inspections to the library. */
    private static final class NoInspector implements Inspector {
        @Override
        public Inspection inspect(InputStream sealed) {
            throw new UnsupportedOperationException("This TestSinkContext has no Inspector: give it one,"
                    + " or use SealedBackups.context(…), which inspects as the library does");
        }

        @Override
        public Inspection inspectHeader(InputStream sealed) {
            return inspect(sealed);
        }
    }

    /**
     * A context that inspects nothing: {@link #inspect} and {@link #inspectHeader} throw an
     * {@code UnsupportedOperationException}.
     *
     * @param application the setting {@code BACKUP_APP}
     */
    public TestSinkContext(String application) {
        this(application, new NoInspector());
    }

    /**
     * A context that inspects in this way.
     *
     * @param application the setting {@code BACKUP_APP}
     * @param inspector is asked by the threads of the sink
     */
    public TestSinkContext(String application, Inspector inspector) {
        this(application, inspector, line -> {});
    }

    private TestSinkContext(String application, Inspector inspector, Consumer<String> operator) {
        this.application = application;
        this.inspector = inspector;
        this.operator = operator;
    }

    /** A context that inspects and logs as the library does, with these settings. */
    static TestSinkContext of(SinkContext library, Map<String, String> settings) {
        TestSinkContext context =
                new TestSinkContext(library.application(), new LibraryInspector(library), library::warn);
        settings.forEach(context::set);
        return context;
    }

    /** Sets a setting or a secret. */
    public synchronized TestSinkContext set(String name, String value) {
        settings.put(name, value);
        return this;
    }

    /** Removes a setting or a secret. */
    public synchronized TestSinkContext unset(String name) {
        settings.remove(name);
        return this;
    }

    /** Adds a value that a pointer store holds under that name; those added first look newest. */
    public synchronized TestSinkContext addPointer(String name, String value) {
        pointers.computeIfAbsent(name, key -> new ArrayList<>()).add(value);
        return this;
    }

    /** Says whether the platform wipes the disk between two instances. */
    public synchronized TestSinkContext ephemeralDisk(boolean isEphemeral) {
        ephemeralDisk = isEphemeral;
        return this;
    }

    /** The values that were asked for as secrets. */
    public synchronized Set<String> secrets() {
        return Set.copyOf(secrets);
    }

    /** The lines that the operator was warned with, in order. */
    public synchronized List<String> warnings() {
        return List.copyOf(warnings);
    }

    @Override
    public String application() {
        return application;
    }

    @Override
    public Optional<String> setting(String name) {
        return value(name).map(String::strip);
    }

    @Override
    public Optional<String> secret(String name) {
        Optional<String> value = value(name);
        synchronized (this) {
            value.map(String::strip).ifPresent(secrets::add);
        }
        return value;
    }

    private synchronized Optional<String> value(String name) {
        Optional<String> value = Optional.ofNullable(settings.get(name));
        if (value.filter(String::isBlank).isPresent()) {
            throw new BackupConfigurationException(name + " is set to nothing; give it a value or unset it");
        }
        return value;
    }

    @Override
    public synchronized boolean diskIsEphemeral() {
        return ephemeralDisk;
    }

    @Override
    public Inspection inspect(InputStream sealed) throws IOException {
        return inspector.inspect(sealed);
    }

    @Override
    public Inspection inspectHeader(InputStream sealed) throws IOException {
        return inspector.inspectHeader(sealed);
    }

    @Override
    public synchronized List<String> pointers(String name, Deadline deadline) {
        return List.copyOf(pointers.getOrDefault(name, List.of()));
    }

    @Override
    public void warn(String line) {
        synchronized (this) {
            warnings.add(line);
        }
        operator.accept(line);
    }
}
