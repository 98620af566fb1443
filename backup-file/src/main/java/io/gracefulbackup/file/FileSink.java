package io.gracefulbackup.file;

import io.gracefulbackup.BackupHeader;
import io.gracefulbackup.BackupId;
import io.gracefulbackup.Deadline;
import io.gracefulbackup.RetentionPolicy;
import io.gracefulbackup.spi.BackupSink;
import io.gracefulbackup.spi.Inspection;
import io.gracefulbackup.spi.Listing;
import io.gracefulbackup.spi.PermanentFailureException;
import io.gracefulbackup.spi.SealedBackup;
import io.gracefulbackup.spi.SinkContext;
import io.gracefulbackup.spi.StoredBackup;
import io.gracefulbackup.spi.StoredBackup.Hint;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Keeps backups in local files: the newest in the one that {@code BACKUP_FILE} names, others beside it (see {@link
 * FileNames}).
 *
 * <p>A new backup is written to a {@linkplain TemporaryFile temporary file}, forced to disk, read back and compared
 * with the expected digest. Only then is it {@linkplain Placement renamed}. Therefore the configured name refers to a
 * complete backup, the old one or the new one, even if the process is killed. Writers hold a {@link DirectoryLock};
 * readers need no lock.
 */
final class FileSink implements BackupSink {
    static final String NAME = "file";

    private static final String SAVED = "saved";
    private static final int LOCK_ATTEMPTS = 10;
    private static final int MOST_OTHERS = 10;

    /** No store takes longer. */
    private static final Duration LONGEST_STORE = Duration.ofHours(1);

    private static final Duration BACKGROUND_LIMIT = Duration.ofMinutes(10);

    private final FileNames names;
    private final SinkContext context;
    private final InstantSource clock;
    private final InspectionCache inspections;
    private final Shortcomings shortcomings;
    private final DurableFiles files;
    private final Placement placement;
    private final FileProbe probe;

    FileSink(FileNames names, SinkContext context, DurableFiles.Linker linker, InstantSource clock) {
        this.names = names;
        this.context = context;
        this.clock = clock;
        inspections = new InspectionCache(context, clock);
        shortcomings = new Shortcomings(context::warn);
        files = new DurableFiles(shortcomings);
        placement = new Placement(names, inspections, context, files, linker);
        probe = new FileProbe(names, files, shortcomings);
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String title() {
        return "File";
    }

    @Override
    public String place() {
        return names.main().toAbsolutePath().normalize().toString();
    }

    @Override
    public RetentionPolicy defaultRetention() {
        return RetentionPolicy.keepLast(1);
    }

    @Override
    public boolean outlivesInstance() {
        return Mounts.outlivesInstance(names.directory(), context);
    }

    @Override
    public StoredBackup store(SealedBackup backup, Deadline deadline) throws IOException {
        try {
            DirectoryLock lock = lockToStore(deadline);
            try (lock;
                    TemporaryFile temporary = new TemporaryFile(
                            names.temporary(backup.header().id()), TemporaryFile.Content.of(backup), deadline)) {
                removeLeftovers(lock);
                temporary.write();
                temporary.verify();
                Placement.PlacedFile placed = placement.place(temporary.path(), backup.header(), deadline);
                return StoredBackup.stored(
                        placed.file().toString(),
                        Hint.of(backup.header(), backup.size()),
                        List.of("✅ File backup saved to " + placed.file() + placed.reason()));
            }
        } catch (IOException e) {
            throw withContext(SAVED, e);
        }
    }

    @Override
    public void probe(Deadline deadline) throws IOException {
        try {
            probe.run(deadline);
        } catch (IOException e) {
            throw withContext(SAVED, e);
        }
    }

    @Override
    public Listing list(Deadline deadline) throws IOException {
        try {
            List<StoredBackup> entries = new ArrayList<>();
            Map<String, Path> others = new LinkedHashMap<>();
            for (Path file : backupFiles()) {
                Optional<Inspection> found = inspections.inspectHeader(file, deadline);
                if (found.orElse(null) instanceof Inspection.Foreign foreign) {
                    context.warn(file + " is not a backup and is ignored: " + foreign.why());
                } else if (found.orElse(null) instanceof Inspection.OtherApplication other) {
                    others.putIfAbsent(other.header().application(), file);
                } else if (found.isPresent()) {
                    entries.add(StoredBackup.at(file.toString(), hint(file, found.get())));
                }
            }
            others.forEach((application, file) ->
                    context.warn(file + " holds a backup of the application \"" + application + "\", not of \""
                            + context.application()
                            + "\", and is left alone; give each application a BACKUP_FILE of its own"));
            return Listing.of(entries);
        } catch (IOException e) {
            throw withContext("listed", e);
        }
    }

    @Override
    public List<StoredBackup> listOthers(Deadline deadline) throws IOException {
        try {
            Map<String, BackupHeader> newest = new LinkedHashMap<>();
            Map<BackupId, StoredBackup> entries = new HashMap<>();
            for (Path file : backupFiles()) {
                if (inspections.inspectHeader(file, deadline).orElse(null)
                        instanceof Inspection.OtherApplication other) {
                    BackupHeader header = other.header();
                    newest.merge(header.application(), header, (one, next) -> next.isNewerThan(one) ? next : one);
                    entries.put(header.id(), StoredBackup.at(file.toString(), Hint.of(header, Files.size(file))));
                }
            }
            return newest.values().stream()
                    .limit(MOST_OTHERS)
                    .flatMap(header -> Stream.ofNullable(entries.get(header.id())))
                    .toList();
        } catch (IOException e) {
            throw withContext("listed", e);
        }
    }

    @Override
    public InputStream open(StoredBackup backup, Deadline deadline) throws IOException {
        try {
            Path file = fileOf(backup);
            PathCheck.regularFile(file);
            InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS);
            return file.equals(names.main()) ? new NotifyingInputStream(in, this::authenticateInBackground) : in;
        } catch (IOException e) {
            throw withContext("opened", e);
        }
    }

    @Override
    public void delete(StoredBackup backup, Deadline deadline) throws IOException {
        try {
            Path file = fileOf(backup);
            if (!PathCheck.directoryExists(names)) {
                return;
            }
            DirectoryLock lock = lock(deadline);
            try (lock) {
                if (isUnchanged(backup, file, deadline)) {
                    refuseIfProtected(file, deadline);
                    Files.deleteIfExists(file);
                    files.sync(names.directory());
                }
            }
        } catch (IOException e) {
            throw withContext("deleted", e);
        }
    }

    /**
     * Protects a backup with a mark file that carries its id, so that the protection survives a rename of the backup.
     */
    @Override
    public boolean protect(StoredBackup backup, boolean isProtected, Deadline deadline) throws IOException {
        try {
            Path file = fileOf(backup);
            if (!PathCheck.directoryExists(names)) {
                throw new FileSinkException(file + " is gone, so it cannot be protected");
            }
            DirectoryLock lock = lock(deadline);
            try (lock) {
                if (!isUnchanged(backup, file, deadline)
                        || !(inspections.inspectHeader(file, deadline).orElse(null)
                                instanceof Inspection.Intact held)) {
                    throw new FileSinkException(file + " is gone or cannot be read, so it cannot be protected");
                }
                Path mark = names.protectionMark(held.header().id());
                if (!isProtected) {
                    Files.deleteIfExists(mark);
                } else if (!Files.exists(mark, LinkOption.NOFOLLOW_LINKS)) {
                    Files.createFile(mark);
                }
                files.sync(names.directory());
                return true;
            }
        } catch (IOException e) {
            throw withContext("protected", e);
        }
    }

    private void refuseIfProtected(Path file, Deadline deadline) throws IOException {
        if (inspections.inspectHeader(file, deadline).orElse(null) instanceof Inspection.Intact held
                && isProtected(held.header().id())) {
            throw new FileSinkException(file + " is protected; it may be deleted when "
                    + names.protectionMark(held.header().id()) + " is removed");
        }
    }

    private boolean isProtected(BackupId id) {
        return Files.exists(names.protectionMark(id), LinkOption.NOFOLLOW_LINKS);
    }

    @Override
    public String toString() {
        return "FileSink[" + names.main() + "]";
    }

    private DirectoryLock lock(Deadline deadline) throws IOException {
        return DirectoryLock.acquire(names.directory().toRealPath().resolve(names.lockName()), shortcomings, deadline);
    }

    /** Creates the directory if needed, and acquires the lock. */
    private DirectoryLock lockToStore(Deadline deadline) throws IOException {
        for (int attempt = 1; ; attempt++) {
            if (!PathCheck.directoryExists(names)) {
                files.createDirectory(names.directory());
            }
            PathCheck.regularFile(names.main());
            try {
                return lock(deadline);
            } catch (NoSuchFileException e) {
                // The probe of another process has removed the directory that it had created.
                if (attempt == LOCK_ATTEMPTS) {
                    throw e;
                }
            }
        }
    }

    /** The files of all backups, the configured one first. */
    private List<Path> backupFiles() throws IOException {
        if (!PathCheck.directoryExists(names)) {
            return List.of();
        }
        // Without hard links, a writer moves the newest backup to its sibling name. If that happens between reading the
        // directory and looking at the configured file, neither shows the backup; the second scan then finds it.
        List<Path> found = findBackups();
        return found.isEmpty() ? findBackups() : found;
    }

    private List<Path> findBackups() throws IOException {
        List<Path> found = new ArrayList<>();
        try (DirectoryStream<Path> siblings = Files.newDirectoryStream(names.directory(), names::isSibling)) {
            siblings.forEach(sibling -> found.add(names.main().resolveSibling(sibling.getFileName())));
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        found.sort(null);
        if (PathCheck.regularFile(names.main()).isPresent()) {
            found.add(0, names.main());
        }
        return found;
    }

    private @Nullable Hint hint(Path file, Inspection found) throws IOException {
        return found instanceof Inspection.Intact intact
                ? Hint.of(intact.header(), Files.size(file))
                        .withProtection(isProtected(intact.header().id()))
                : null;
    }

    private Path fileOf(StoredBackup backup) throws IOException {
        return names.backupAt(backup.location())
                .orElseThrow(() -> new FileSinkException("\"" + backup.location() + "\" is not a location of this sink;"
                        + " expected " + names.main() + " or " + names.main() + ".<id>"));
    }

    /**
     * Whether a file still holds the backup of an entry. The configured name may refer to another backup by now; a
     * sibling name never does.
     *
     * @throws FileSinkException if that cannot be determined
     */
    private boolean isUnchanged(StoredBackup backup, Path file, Deadline deadline) throws IOException {
        Optional<Inspection> found = inspections.inspectHeader(file, deadline);
        if (found.isEmpty() || !file.equals(names.main())) {
            return found.isPresent();
        }
        Optional<BackupId> expected = backup.hint().map(Hint::id);
        Optional<BackupId> present = found.get() instanceof Inspection.Intact intact
                ? Optional.of(intact.header().id())
                : Optional.empty();
        if (expected.isPresent() && present.isPresent()) {
            return expected.equals(present);
        }
        throw new FileSinkException(file + " is not what was listed"
                + present.map(id -> ", it now holds backup " + id).orElse("") + "; list again before deleting it");
    }

    /**
     * Deletes the temporary files of killed writers. Nobody else is writing while this process holds the lock. Without locks
     * only old files are known to be left.
     */
    private void removeLeftovers(DirectoryLock lock) throws IOException {
        Instant old = clock.instant().minus(LONGEST_STORE);
        try (DirectoryStream<Path> leftovers = Files.newDirectoryStream(names.directory(), names::isTemporary)) {
            for (Path leftover : leftovers) {
                if (lock.isExclusive() || isOlder(leftover, old)) {
                    Files.deleteIfExists(leftover);
                }
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
    }

    private static boolean isOlder(Path file, Instant time) throws IOException {
        try {
            return Files.getLastModifiedTime(file).toInstant().isBefore(time);
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    /**
     * Authenticates the newest backup in the background, once a restore has read it. The next store then finds the
     * result in the cache and does not have to read the file within the deadline of an exit.
     */
    private void authenticateInBackground() {
        Thread thread = new Thread(
                () -> {
                    try {
                        inspections.inspect(names.main(), Deadline.after(BACKGROUND_LIMIT));
                    } catch (IOException | RuntimeException e) {
                        // Nothing is cached then: the next store inspects the file itself and reports the failure.
                    }
                },
                "graceful-backup-file-authenticate");
        thread.setDaemon(true);
        thread.start();
    }

    /** Adds the path, the problem and the next step to a failure, unless its message already has them. */
    private IOException withContext(String action, IOException e) {
        if (e instanceof FileSinkException
                || e instanceof PermanentFailureException
                || e instanceof InterruptedIOException) {
            return e;
        }
        if (action.equals(SAVED) && Mounts.isMountPoint(names.main())) {
            return FileProbe.mountPoint(names, e);
        }
        String path = e instanceof FileSystemException failure ? failure.getFile() + ": " : "";
        String message = names.main() + " cannot be " + action + " (" + path + FileSystemErrors.reason(e) + "); "
                + (names.areTooLong()
                        ? "its name is too long, because the names of other files of the sink begin with it: shorten it in"
                                + " BACKUP_FILE"
                        : "let this process read and write " + names.directory() + ", or point BACKUP_FILE elsewhere");
        return e instanceof AccessDeniedException || names.areTooLong()
                ? new PermanentFailureException(message, e)
                : new FileSinkException(message, e);
    }
}
