package io.gracefulbackup.file;

import io.gracefulbackup.BackupHeader;
import io.gracefulbackup.BackupId;
import io.gracefulbackup.Deadline;
import io.gracefulbackup.spi.Inspection;
import io.gracefulbackup.spi.PermanentFailureException;
import io.gracefulbackup.spi.SinkContext;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Gives a verified backup its final name. Whatever has that name is renamed first; nothing is overwritten or deleted.
 * The caller holds the {@link DirectoryLock}.
 */
final class Placement {
    private final FileNames names;
    private final InspectionCache inspections;
    private final SinkContext context;
    private final DurableFiles files;
    private final DurableFiles.Linker linker;

    Placement(
            FileNames names,
            InspectionCache inspections,
            SinkContext context,
            DurableFiles files,
            DurableFiles.Linker linker) {
        this.names = names;
        this.inspections = inspections;
        this.context = context;
        this.files = files;
        this.linker = linker;
    }

    /**
     * The file that holds a backup.
     *
     * @param file the file
     * @param reason why it is not the configured file, as the end of a message that begins with a comma; empty if it is
     */
    record PlacedFile(Path file, String reason) {}

    /**
     * Gives a verified temporary file its final name. If the backup already has one, the temporary file stays where it
     * is.
     *
     * @param incoming the header of the backup in the temporary file
     */
    PlacedFile place(Path temporary, BackupHeader incoming, Deadline deadline) throws IOException {
        Path main = names.main();
        Optional<Inspection> occupant;
        try {
            occupant = inspections.inspect(main, deadline);
        } catch (InterruptedIOException | FileSinkException | PermanentFailureException e) {
            throw e;
        } catch (IOException e) {
            // An unreadable file may still be intact, so it stays; the new backup is stored beside it rather than lost.
            return placeUnderOwnId(
                    temporary, incoming, ", because " + main + " cannot be read: " + e.getMessage(), deadline);
        }
        if (occupant.orElse(null) instanceof Inspection.Intact intact) {
            BackupHeader held = intact.header();
            if (held.id().equals(incoming.id())) {
                return new PlacedFile(main, "");
            }
            if (!incoming.descendsFrom(held) && !held.descendsFrom(incoming)) {
                context.warn("Fork: " + describe(held) + " in " + main + " and the new " + describe(incoming)
                        + " do not descend from each other; both are kept, the older one as "
                        + names.sibling(older(held, incoming)));
            }
            if (!incoming.isNewerThan(held)) {
                return placeUnderOwnId(
                        temporary, incoming, ", because " + main + " holds the newer " + describe(held), deadline);
            }
            Path sibling = names.sibling(held.id());
            if (!isSameFile(sibling, main) && makeRoom(sibling, held.id(), deadline)) {
                linkOrMove(main, sibling);
            }
        } else if (occupant.orElse(null) instanceof Inspection.OtherApplication other) {
            // It may be this application under its right name, or a neighbour: neither may lose it.
            return placeUnderOwnId(
                    temporary,
                    incoming,
                    ", because " + main + " holds a backup of the application \""
                            + other.header().application() + "\"; give each application a BACKUP_FILE of its own",
                    deadline);
        } else if (occupant.isPresent()) {
            setAside(main, occupant.get());
        }
        return moveInto(temporary, main, incoming, "", deadline);
    }

    /** Stores a backup under its own id, where it displaces no other backup. */
    private PlacedFile placeUnderOwnId(Path temporary, BackupHeader incoming, String reason, Deadline deadline)
            throws IOException {
        Path sibling = names.sibling(incoming.id());
        return makeRoom(sibling, incoming.id(), deadline)
                ? moveInto(temporary, sibling, incoming, reason, deadline)
                : new PlacedFile(sibling, reason);
    }

    private PlacedFile moveInto(Path temporary, Path target, BackupHeader header, String reason, Deadline deadline)
            throws IOException {
        Cancellation.check(deadline, "about to rename " + temporary + " to " + target);
        files.replace(temporary, target, names.directory());
        inspections.remember(target, header);
        return new PlacedFile(target, reason);
    }

    /**
     * Makes sure that a sibling name is free for a backup. A file that is not this backup is set aside.
     *
     * @return false if this backup already has that name
     */
    private boolean makeRoom(Path sibling, BackupId id, Deadline deadline) throws IOException {
        Optional<Inspection> found = inspections.inspect(sibling, deadline);
        if (found.isEmpty()) {
            return true;
        }
        if (found.get() instanceof Inspection.Intact intact
                && intact.header().id().equals(id)) {
            return false;
        }
        setAside(sibling, found.get());
        Files.deleteIfExists(sibling); // Deletes the name only: the file has another one now.
        files.sync(names.directory());
        return true;
    }

    /** Gives a file that is not the backup that belongs there another name. */
    private void setAside(Path file, Inspection found) throws IOException {
        String reason = found instanceof Inspection.Damaged ? "damaged" : "foreign";
        int n = 1;
        Path free = FileNames.displaced(file, reason, n);
        while (Files.exists(free, LinkOption.NOFOLLOW_LINKS) && !isSameFile(free, file)) {
            free = FileNames.displaced(file, reason, ++n);
        }
        if (!isSameFile(free, file)) {
            linkOrMove(file, free);
        }
        context.warn(file + " " + describe(found) + "; it is kept as " + free);
    }

    /**
     * Gives a file another name: by a hard link, so that the first name never disappears, or by a move where the file
     * system has no hard links.
     */
    private void linkOrMove(Path file, Path name) throws IOException {
        try {
            linker.link(name, file);
        } catch (FileAlreadyExistsException e) {
            throw e;
        } catch (UnsupportedOperationException | FileSystemException e) {
            Files.move(file, name);
        }
        files.sync(names.directory());
    }

    private static boolean isSameFile(Path one, Path other) throws IOException {
        // A symbolic link does not count: it would refer to whatever gets the other name later.
        return Files.isRegularFile(one, LinkOption.NOFOLLOW_LINKS) && Files.isSameFile(one, other);
    }

    private static BackupId older(BackupHeader one, BackupHeader other) {
        return one.isNewerThan(other) ? other.id() : one.id();
    }

    private static String describe(BackupHeader header) {
        return header.id() + " (epoch " + header.epoch() + ", sequence " + header.sequence() + ")";
    }

    private static String describe(Inspection found) {
        if (found instanceof Inspection.Damaged damaged) {
            return "is a damaged backup: " + damaged.why();
        }
        if (found instanceof Inspection.Foreign foreign) {
            return "is not a backup: " + foreign.why();
        }
        if (found instanceof Inspection.OtherApplication other) {
            return "is a backup of the application \"" + other.header().application() + "\"";
        }
        if (found instanceof Inspection.UnknownKey unknown) {
            return "is sealed with an unknown key (key id " + unknown.keyId()
                    + "; put that key into SECRET_KEY_PREVIOUS)";
        }
        if (found instanceof Inspection.NewerFormat newer) {
            return "is a backup of a later version of this library: " + newer.why();
        }
        return "is intact, but not the backup that its name suggests: " + found;
    }
}
