package io.gracefulbackup.internal.catalog;

import io.gracefulbackup.BackupHeader;
import io.gracefulbackup.BackupHeader.Before;
import io.gracefulbackup.BackupHeader.Choice;
import io.gracefulbackup.BackupHeader.Guarded;
import io.gracefulbackup.BackupId;
import io.gracefulbackup.BackupVersion;
import io.gracefulbackup.internal.format.BackupReader.Contents;
import io.gracefulbackup.internal.format.Section;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The ancestors of the backups that this process makes: gives each new backup its version and names its ancestors. Every
 * sealed backup is an ancestor of the next, stored or not, because the next state comes from the same memory. Safe for use by
 * several threads.
 */
public final class Lineage {
    /** Before a first backup: the version of the first one has this epoch and the next sequence. */
    public static final BackupVersion BEFORE_FIRST = new BackupVersion(1, 0);

    /**
     * The reason in the header of a backup that somebody asked for by name, with {@code backupNow(name)}. It means something to
     * that person, so it does not give way to a successor with the same content.
     */
    public static final String REASON_BY_NAME = "MANUAL";

    /** A store without a reply may have succeeded, so this many of the newest unconfirmed backups stay named. */
    private static final int UNCONFIRMED_KEPT = 8;

    private static final int LONGEST_SECTION_NAMES = 2_000;

    /** Of a choice that stays honoured although no ancestor followed it: so this line left nothing behind by it. */
    private static final BackupVersion ON_ANOTHER_LINE = new BackupVersion(0, 0);

    private final Origin origin;
    private BackupVersion position;
    private long namedFrom;
    /** What the next backup has honoured, oldest first. */
    private List<Choice> choices = List.of();
    /** What this process follows since its last restore and its backups show, or will show from the next one on. */
    private List<String> followed = List.of();

    private final List<Ancestor> newestFirst = new ArrayList<>();
    private List<Guarded> guarded = List.of();

    /** What all headers of this process have in common. */
    public record Origin(String application, @Nullable String site, String instance) {}

    /**
     * The backup that the application has restored.
     *
     * @param contentDigest the digest of its content, or null if it cannot be compared
     * @param sections the sections of its state
     */
    public record RestoredParent(
            BackupHeader header, @Nullable String contentDigest, List<Section> sections) {
        /** Copies the list. */
        public RestoredParent {
            sections = List.copyOf(sections);
        }

        public static RestoredParent of(Contents contents) {
            return new RestoredParent(contents.header(), contents.contentDigest(), contents.sections());
        }
    }

    /**
     * How the content of a sealed backup compares with the backups before it.
     *
     * @param equalParent its parent, if that has the same content
     * @param beforeShrink the last stored backup before it, if the state or a section of it has shrunk by more than half
     *     since
     */
    public record ContentChange(Optional<BackupId> equalParent, Optional<BackupId> beforeShrink) {
        /** The content differs from the parent's, and has not shrunk. */
        public static final ContentChange NONE = new ContentChange(Optional.empty(), Optional.empty());
    }

    /** A backup that the next one descends from. */
    private static final class Ancestor {
        final BackupId id;
        /** Its sequence; of one that was only named in a header, the highest that it can have. */
        final long sequence;

        boolean isStored;

        @Nullable
        String content;

        List<Section> sections = List.of();

        Ancestor(BackupId id, long sequence, boolean isStored) {
            this.id = id;
            this.sequence = sequence;
            this.isStored = isStored;
        }
    }

    /** Of a process that has not restored anything yet; {@link #begin} comes first. */
    public Lineage(Origin origin) {
        this(origin, null, new BackupVersion(0, 0));
    }

    /**
     * Starts from what a start has restored.
     *
     * @param parent the restored backup, or null at an empty start
     * @param position the next backup has its epoch and the next sequence
     */
    public Lineage(Origin origin, @Nullable RestoredParent parent, BackupVersion position) {
        this.origin = origin;
        this.position = position;
        begin(parent, position, List.of(), List.of());
    }

    /**
     * Continues from another backup, which the running application has restored by an explicit choice. What the process has
     * honoured before stays honoured, since its settings may still ask for it.
     */
    public synchronized void restart(RestoredParent parent, BackupVersion position) {
        this.position = position;
        List<Choice> before = choices;
        follow(parent);
        before.forEach(this::note);
        choose(HonouredChoices.live(parent.header().id()));
    }

    /**
     * Continues from what a start has restored.
     *
     * @param honoured the choices of the newest backup that was seen, which stay honoured whichever one was restored
     * @param chosen the choices that the start follows, now or as an earlier start did
     */
    public synchronized void begin(
            @Nullable RestoredParent parent, BackupVersion position, List<Choice> honoured, List<String> chosen) {
        this.position = position;
        followed = List.copyOf(chosen);
        choices = List.of();
        if (parent == null) {
            newestFirst.clear();
            guarded = List.of();
            namedFrom = 0;
        } else {
            follow(parent);
        }
        honoured.forEach(choice -> note(new Choice(choice.text(), ON_ANOTHER_LINE)));
    }

    /** Every backup from now on has this epoch, if it is higher. */
    public synchronized void raiseEpoch(long leaseEpoch) {
        position = new BackupVersion(Math.max(position.epoch(), leaseEpoch), position.sequence());
    }

    private void follow(RestoredParent restoredParent) {
        BackupHeader parent = restoredParent.header();
        newestFirst.clear();
        Ancestor restored = new Ancestor(parent.id(), parent.sequence(), true);
        restored.content = restoredParent.contentDigest();
        restored.sections = restoredParent.sections();
        newestFirst.add(restored);
        for (BackupId ancestor : parent.ancestors()) {
            newestFirst.add(new Ancestor(ancestor, parent.sequence() - newestFirst.size(), true));
        }
        namedFrom = parent.namedFrom();
        choices = parent.choices();
        guarded = parent.guarded();
        parent.before()
                .filter(before -> isShrunk(before, restored.sections))
                .ifPresent(before -> protectBeforeShrink(new Guarded(before.id(), parent.createdAt())));
        trim();
    }

    /** The header of the next backup. */
    public synchronized BackupHeader next(BackupId id, String name, Instant createdAt, String reason) {
        position = new BackupVersion(position.epoch(), position.sequence() + 1);
        guarded = guarded.stream().filter(guard -> guard.isInForce(createdAt)).toList();
        followed.forEach(text -> note(new Choice(text, position)));
        BackupHeader header = BackupHeader.builder(origin.application(), id, position)
                .parent(newestFirst.isEmpty() ? null : newestFirst.get(0).id)
                .ancestors(newestFirst.stream().map(ancestor -> ancestor.id).toList())
                .namedFrom(namedFrom)
                .name(name)
                .createdAt(createdAt)
                .reason(reason)
                .site(origin.site())
                .instance(origin.instance())
                .choices(choices)
                .guarded(guarded)
                .before(lastStored(position.sequence()).orElse(null))
                .build();
        newestFirst.add(0, new Ancestor(id, position.sequence(), false));
        trim();
        return header;
    }

    /** Notes the content of a sealed backup, and compares it with the backups before. */
    public synchronized ContentChange note(BackupHeader sealed, String content, List<Section> sections) {
        Optional<BackupId> equalParent = sealed.parent()
                .flatMap(this::find)
                .filter(parent -> content.equals(parent.content))
                .map(parent -> parent.id);
        Optional<BackupId> beforeShrink = lastStored(sealed.sequence())
                .filter(before -> isShrunk(before, sections))
                .map(Before::id);
        find(sealed.id()).ifPresent(own -> {
            own.content = content;
            own.sections = List.copyOf(sections);
        });
        beforeShrink.ifPresent(id -> protectBeforeShrink(new Guarded(id, sealed.createdAt())));
        return new ContentChange(equalParent, beforeShrink);
    }

    /** Notes that at least one sink has verified a backup. */
    public synchronized void stored(BackupId id) {
        find(id).ifPresent(own -> own.isStored = true);
    }

    /** Notes that a sealed backup was thrown away, so nothing descends from it; its sequence is not used again. */
    public synchronized void discard(BackupHeader sealed) {
        newestFirst.removeIf(own -> own.id.equals(sealed.id()));
    }

    /** Notes an explicit choice that later headers show. */
    public synchronized void choose(String explicitChoice) {
        List<String> all = new ArrayList<>(followed);
        all.add(explicitChoice);
        followed = List.copyOf(all);
    }

    private void note(Choice choice) {
        choices = HonouredChoices.with(choices, choice, followed);
    }

    /** Later headers guard this backup: retention keeps it for {@link BackupHeader#GUARDED_FOR}. */
    public synchronized void guard(BackupId id, Instant since) {
        protectBeforeShrink(new Guarded(id, since));
    }

    /** Notes that the operator knows that the state shrank after this backup: later headers guard it no more. */
    public synchronized void acknowledge(BackupId id) {
        guarded = guarded.stream().filter(guard -> !guard.id().equals(id)).toList();
    }

    /** The next backup has this epoch and the next sequence. */
    public synchronized BackupVersion position() {
        return position;
    }

    /** The first losses tell most, and the last is the freshest, so the ones between give way. */
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
                .map(ancestor -> new Before(
                        ancestor.id, Section.totalLength(ancestor.sections), sectionBytes(ancestor.sections)));
    }

    /** A header has limited space, so sections with long names are compared together only. */
    private static Map<String, Long> sectionBytes(List<Section> sections) {
        int names =
                sections.stream().mapToInt(section -> section.name().length()).sum();
        return names <= LONGEST_SECTION_NAMES ? SectionSizes.of(sections) : Map.of();
    }

    /** Whether the state has lost more than half of its bytes, or a section of it has. */
    private static boolean isShrunk(Before before, List<Section> sections) {
        return before.isMoreThanTwice(Section.totalLength(sections))
                || !SectionSizes.shrunk(before.sectionBytes(), SectionSizes.of(sections))
                        .isEmpty();
    }

    private Optional<Ancestor> find(BackupId id) {
        return newestFirst.stream().filter(ancestor -> ancestor.id.equals(id)).findFirst();
    }

    /** Drops unconfirmed backups first, so that stored ones stay named however long nothing can be stored. */
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
