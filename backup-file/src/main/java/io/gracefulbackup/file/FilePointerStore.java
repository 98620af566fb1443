package io.gracefulbackup.file;

import io.gracefulbackup.Deadline;
import io.gracefulbackup.spi.PointerStore;
import io.gracefulbackup.spi.SinkContext;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Keeps pointers in a small file beside the backup, one line {@code application.NAME=value} each, so that applications that share
 * the file do not take each other's values for their own. The file is replaced atomically, under a lock of its own.
 *
 * <p>Before 1.0 the lines had no application. Such lines belong to whoever their {@code BACKUP_LATEST} names; if that names nobody,
 * to the application that reads them. They are renamed when it saves.
 */
final class FilePointerStore implements PointerStore {
    static final String NAME = "the pointer file";

    private static final long MAX_FILE_SIZE = 64 << 10;

    private final FileNames names;
    private final SinkContext context;
    private final Shortcomings shortcomings;
    private final DurableFiles files;

    FilePointerStore(FileNames names, SinkContext context) {
        this.names = names;
        this.context = context;
        shortcomings = new Shortcomings(context::warn);
        files = new DurableFiles(shortcomings);
    }

    @Override
    public String name() {
        return NAME + " " + names.pointers();
    }

    @Override
    public boolean isLocal() {
        return true;
    }

    @Override
    public boolean outlivesInstance() {
        return Mounts.outlivesInstance(names.directory(), context);
    }

    @Override
    public Optional<String> load(String name, Deadline deadline) throws IOException {
        return Optional.ofNullable(withOwnNames(read()).get(ownName(name)));
    }

    @Override
    public Set<String> otherApplications(Deadline deadline) throws IOException {
        return read().keySet().stream()
                .filter(name -> name.indexOf('.') > 0)
                .map(name -> name.substring(0, name.lastIndexOf('.')))
                .filter(application -> !application.equals(context.application()))
                .collect(Collectors.toUnmodifiableSet());
    }

    @Override
    public void save(String name, String value, Deadline deadline) throws IOException {
        if (!name.matches("[A-Z0-9_]+")
                || !value.strip().equals(value)
                || value.lines().count() != 1) {
            throw new FileSinkException("\"" + name + "\" and its value cannot be stored in " + names.pointers()
                    + "; a name consists of capital letters, digits and \"_\", a value is one line");
        }
        files.createDirectory(names.directory());
        DirectoryLock lock = DirectoryLock.acquire(
                names.directory().toRealPath().resolve(names.pointersLockName()), shortcomings, deadline);
        try (lock) {
            Map<String, String> pointers = withOwnNames(read());
            pointers.put(ownName(name), value);
            write(pointers);
        }
    }

    /** The path of the file. */
    @Override
    public String toString() {
        return "FilePointerStore[" + names.pointers() + "]";
    }

    private String ownName(String name) {
        return context.application() + "." + name;
    }

    /** The lines, after those without an application have been renamed, if they belong to this one. */
    private Map<String, String> withOwnNames(Map<String, String> lines) {
        boolean areOwn = Optional.ofNullable(lines.get(BACKUP_LATEST))
                .flatMap(Latest::parse)
                .map(latest -> latest.belongsTo(context.application()))
                .orElse(true);
        if (!areOwn) {
            return lines;
        }
        Map<String, String> own = new TreeMap<>(lines);
        own.keySet().removeIf(name -> name.indexOf('.') < 0);
        lines.forEach((name, value) -> {
            if (name.indexOf('.') < 0) {
                own.putIfAbsent(ownName(name), value);
            }
        });
        return own;
    }

    private Map<String, String> read() throws IOException {
        Path file = names.pointers();
        Map<String, String> pointers = new TreeMap<>();
        if (!PathCheck.directoryExists(names) || PathCheck.regularFile(file).isEmpty()) {
            return pointers;
        }
        if (Files.size(file) > MAX_FILE_SIZE) {
            throw new FileSinkException(file + " has " + Files.size(file)
                    + " bytes and is not a list of pointers; move it away and it will be created again");
        }
        for (String line : new String(Files.readAllBytes(file), StandardCharsets.UTF_8)
                .lines()
                .toList()) {
            int equals = line.indexOf('=');
            if (equals < 1) {
                throw new FileSinkException(
                        file + " has a line that is not NAME=value; move the file away and it will be created again");
            }
            pointers.put(line.substring(0, equals), line.substring(equals + 1));
        }
        return pointers;
    }

    private void write(Map<String, String> pointers) throws IOException {
        Path temporary = names.pointersTemporary();
        String text = pointers.entrySet().stream()
                .map(entry -> entry.getKey() + "=" + entry.getValue() + "\n")
                .collect(Collectors.joining());
        // Left by a killed writer: while this thread holds the lock, nobody else writes.
        Files.deleteIfExists(temporary);
        try (FileChannel channel = FileChannel.open(
                temporary,
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                DurableFiles.privateFile())) {
            ByteBuffer bytes = StandardCharsets.UTF_8.encode(text);
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
        files.replace(temporary, names.pointers(), names.directory());
    }
}
