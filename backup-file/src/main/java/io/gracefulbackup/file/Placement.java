package io.gracefulbackup.file;

import io.gracefulbackup.BackupHeader;
import io.gracefulbackup.BackupId;
import io.gracefulbackup.Deadline;
import io.gracefulbackup.spi.Inspection;
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
 * Gives a verified backup its name. What holds that name gets another one first, whatever it is: nothing is ever
 * overwritten or removed here. To be used while holding the {@link DirectoryLock}.
 */
final class Placement {
    private final FileNames names;
    private final InspectionCache inspections;
    private final SinkContext context;
    private final DurableFiles.Linker linker;

    Placement(FileNames names, InspectionCache files, SinkContext context, DurableFiles.Linker linker) {
        this.names = names;
        this.inspections = files;
        this.context = context;
        this.linker = linker;
    }

    /**
     * Where a backup is.
     *
     * @param file its file
     * @param reason why it is not the configured one, beginning with a comma, or empty
     */
    record PlacedFile(Path file, String reason) {}

    /** Moves a verified file to where it belongs; a backup that is there already stays. */
    PlacedFile place(Path temporary, BackupHeader incoming, Deadline deadline) throws IOException {
        Path main = names.main();
        Optional<Inspection> occupant;
        try {
            occupant = inspections.inspect(main, deadline);
        } catch (InterruptedIOException | FileSinkException e) {
            throw e;
        } catch (IOException e) {
            // It says nothing about the bytes, so they stay; but the exit's state must not be lost for that.
            return placeUnderOwnId(
                    temporary, incoming, ", because " + main + " cannot be read: " + e.getMessage(), deadline);
        }
        if (occupant.orElse(null) instanceof Inspection.Intact intact) {
            BackupHeader held = intact.header();
            if (held.id().equals(incoming.id())) {
                return new PlacedFile(main, "");
            }
            if (!incoming.descendsFrom(held) && !held.descendsFrom(incoming)) {
                context.warn("Two backups have no common line: " + describe(held) + " in " + main + " and the new "
                        + describe(incoming) + "; both are kept, the older one as "
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
        } else if (occupant.isPresent()) {
            setAside(main, occupant.get());
        }
        return moveInto(temporary, main, incoming, "", deadline);
    }

    /** Places a backup under its own id, where it takes nobody's place. */
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
        DurableFiles.replace(temporary, target, names.directory());
        inspections.remember(target, header);
        return new PlacedFile(target, reason);
    }

    /** Whether a side name may be used for that backup; false if it is there already. Anything else is set aside. */
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
        Files.deleteIfExists(sibling); // The name only: what it named has another one now.
        DurableFiles.sync(names.directory());
        return true;
    }

    /** Gives something that is no backup of ours another name, so that a rename may take the one it has. */
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

    /** A second name rather than a move, so that the first one is never missing; a move where there are no links. */
    private void linkOrMove(Path file, Path name) throws IOException {
        try {
            linker.link(name, file);
        } catch (FileAlreadyExistsException e) {
            throw e;
        } catch (UnsupportedOperationException | FileSystemException e) {
            Files.move(file, name);
        }
        DurableFiles.sync(names.directory());
    }

    private static boolean isSameFile(Path one, Path other) throws IOException {
        // A symbolic link is not the same: it would come to mean whatever takes the other's place.
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
            return "is not a backup of this application: " + foreign.why();
        }
        if (found instanceof Inspection.UnknownKey unknown) {
            return "is sealed with a key that is not known here (key id " + unknown.keyId()
                    + "; SECRET_KEY_PREVIOUS can name it)";
        }
        if (found instanceof Inspection.NewerFormat newer) {
            return "is a backup of a later version of this library: " + newer.why();
        }
        return "is intact, but not the backup that its name says: " + found;
    }
}
