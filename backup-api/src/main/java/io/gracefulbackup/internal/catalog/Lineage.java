package io.gracefulbackup.internal.catalog;

import io.gracefulbackup.BackupHeader;
import io.gracefulbackup.BackupHeader.Before;
import io.gracefulbackup.BackupHeader.Guarded;
import io.gracefulbackup.BackupId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where this process stands in the line of backups: numbers the next one and names its ancestors. Every sealed backup is
 * an ancestor of the next, stored or not, because its state is. Safe for use by several threads.
 */
public final class Lineage {
    /** A store without a reply may have succeeded: so many of those that nobody confirmed stay named all the same. */
    private static final int UNCONFIRMED_KEPT = 8;

    private final Origin origin;
    private long epoch;
    private long sequence;
    private long namedFrom;
    /** An explicit choice that was made while running; it leaves a line behind on purpose. */
    private @Nullable String choice;

    private final List<Ancestor> newestFirst = new ArrayList<>();
    private List<Guarded> guarded = List.of();

    /** What all headers of this process have in common. */
    public record Origin(
            String application,
            @Nullable String site,
            String instance,
            @Nullable String choice) {}

    /**
     * What a sealed backup means for others.
     *
     * @param equalParent its parent, if that has the same content
     * @param beforeShrink the last stored backup before it, if the state has shrunk by more than half since
     */
    public record ContentChange(Optional<BackupId> equalParent, Optional<BackupId> beforeShrink) {
        /** Neither the one nor the other. */
        public static final ContentChange NONE = new ContentChange(Optional.empty(), Optional.empty());
    }

    /** The numbers of the newest backup of this line. */
    public record Position(long epoch, long lastSequence) {}

    /** A backup of this line. */
    private static final class Ancestor {
        final BackupId id;
        /** Its sequence; of one that was read in a header, the highest that it can have. */
        final long sequence;

        boolean isStored;

        @Nullable
        String content;

        long stateBytes;

        Ancestor(BackupId id, long sequence, boolean isStored) {
            this.id = id;
            this.sequence = sequence;
            this.isStored = isStored;
        }
    }

    /**
     * Begins a line.
     *
     * @param parent the restored backup, or null at an empty start
     * @param parentContent its content digest, or null if it cannot be compared
     * @param parentStateBytes the bytes of its state
     * @param epoch the epoch of every backup to come
     * @param lastSequence the next one has one more
     */
    public Lineage(
            Origin origin,
            @Nullable BackupHeader parent,
            @Nullable String parentContent,
            long parentStateBytes,
            long epoch,
            long lastSequence) {
        this.origin = origin;
        begin(parent, parentContent, parentStateBytes, epoch, lastSequence);
    }

    /** Goes on from another backup, which the application has just restored. */
    public synchronized void restart(
            BackupHeader parent, @Nullable String content, long stateBytes, long epoch, long lastSequence) {
        this.epoch = epoch;
        this.sequence = lastSequence;
        this.choice = "live:" + parent.id();
        follow(parent, content, stateBytes);
    }

    /** Goes on from what a start has settled. */
    public synchronized void begin(
            @Nullable BackupHeader parent, @Nullable String content, long stateBytes, long epoch, long lastSequence) {
        this.epoch = epoch;
        this.sequence = lastSequence;
        if (parent == null) {
            newestFirst.clear();
            guarded = List.of();
            namedFrom = 0;
        } else {
            follow(parent, content, stateBytes);
        }
    }

    /** Every backup from now on is of this epoch, if it is higher. */
    public synchronized void raiseEpoch(long leaseEpoch) {
        epoch = Math.max(epoch, leaseEpoch);
    }

    private void follow(BackupHeader parent, @Nullable String content, long stateBytes) {
        newestFirst.clear();
        Ancestor restored = new Ancestor(parent.id(), parent.sequence(), true);
        restored.content = content;
        restored.stateBytes = stateBytes;
        newestFirst.add(restored);
        for (BackupId ancestor : parent.ancestors()) {
            newestFirst.add(new Ancestor(ancestor, parent.sequence() - newestFirst.size(), true));
        }
        namedFrom = parent.namedFrom();
        guarded = parent.guarded();
        Before before = parent.before();
        if (before != null && before.isMoreThanTwice(stateBytes)) {
            protectBeforeShrink(new Guarded(before.id(), parent.createdAt()));
        }
        trim();
    }

    /** The header of the next backup. */
    public synchronized BackupHeader next(BackupId id, String name, Instant createdAt, String reason) {
        sequence++;
        guarded = guarded.stream().filter(guard -> guard.isInForce(createdAt)).toList();
        BackupHeader header = new BackupHeader(
                origin.application(),
                id,
                epoch,
                sequence,
                newestFirst.isEmpty() ? null : newestFirst.get(0).id,
                newestFirst.stream().map(ancestor -> ancestor.id).toList(),
                namedFrom,
                name,
                createdAt,
                reason,
                origin.site(),
                origin.instance(),
                origin.choice() != null ? origin.choice() : choice,
                guarded,
                lastStored(sequence).orElse(null));
        newestFirst.add(0, new Ancestor(id, sequence, false));
        trim();
        return header;
    }

    /** Notes what a sealed backup holds, and tells what follows from that. */
    public synchronized ContentChange note(BackupHeader sealed, String content, long stateBytes) {
        Optional<BackupId> equalParent = sealed.parentId()
                .flatMap(this::find)
                .filter(parent -> content.equals(parent.content))
                .map(parent -> parent.id);
        Optional<BackupId> beforeShrink = lastStored(sealed.sequence())
                .filter(before -> before.isMoreThanTwice(stateBytes))
                .map(Before::id);
        find(sealed.id()).ifPresent(own -> {
            own.content = content;
            own.stateBytes = stateBytes;
        });
        beforeShrink.ifPresent(id -> protectBeforeShrink(new Guarded(id, sealed.createdAt())));
        return new ContentChange(equalParent, beforeShrink);
    }

    /** At least one sink has verified it. */
    public synchronized void stored(BackupId id) {
        find(id).ifPresent(own -> own.isStored = true);
    }

    /** It was sealed and thrown away, so that nothing descends from it; its number is not used again. */
    public synchronized void discard(BackupHeader sealed) {
        newestFirst.removeIf(own -> own.id.equals(sealed.id()));
    }

    /** The operator knows that the state shrank after this backup: the next ones guard it no more. */
    public synchronized void acknowledge(BackupId id) {
        guarded = guarded.stream().filter(guard -> !guard.id().equals(id)).toList();
    }

    public synchronized Position position() {
        return new Position(epoch, sequence);
    }

    /** The first losses tell most, and the last one is the freshest: those between give way. */
    private void protectBeforeShrink(Guarded shrunk) {
        List<Guarded> all = new ArrayList<>(guarded);
        if (all.stream().noneMatch(guard -> guard.id().equals(shrunk.id()))) {
            if (all.size() == BackupHeader.MAX_GUARDED) {
                all.remove(all.size() - 1);
            }
            all.add(shrunk);
        }
        guarded = List.copyOf(all);
    }

    private Optional<Before> lastStored(long beforeSequence) {
        return newestFirst.stream()
                .filter(ancestor -> ancestor.isStored && ancestor.sequence < beforeSequence)
                .findFirst()
                .map(ancestor -> new Before(ancestor.id, ancestor.stateBytes));
    }

    private Optional<Ancestor> find(BackupId id) {
        return newestFirst.stream().filter(ancestor -> ancestor.id.equals(id)).findFirst();
    }

    /** However long nothing can be stored, what is stored stays named. */
    private void trim() {
        while (newestFirst.size() > BackupHeader.MAX_ANCESTORS) {
            List<Ancestor> unconfirmed =
                    newestFirst.stream().filter(ancestor -> !ancestor.isStored).toList();
            List<Ancestor> dispensable = unconfirmed.size() > UNCONFIRMED_KEPT ? unconfirmed : newestFirst;
            Ancestor dropped = dispensable.get(dispensable.size() - 1);
            newestFirst.remove(dropped);
            namedFrom = Math.max(namedFrom, dropped.sequence + 1);
        }
    }
}
