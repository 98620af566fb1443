package io.gracefulbackup.internal.restore;

import io.gracefulbackup.BackupException;
import io.gracefulbackup.BackupHeader;
import io.gracefulbackup.BackupId;
import io.gracefulbackup.BackupRejectedException;
import io.gracefulbackup.Deadline;
import io.gracefulbackup.RestoreRefusedException;
import io.gracefulbackup.UnreadableBackupException;
import io.gracefulbackup.internal.catalog.Ancestry;
import io.gracefulbackup.internal.catalog.Catalog;
import io.gracefulbackup.internal.catalog.ForkReport;
import io.gracefulbackup.internal.catalog.SinkInventory;
import io.gracefulbackup.internal.catalog.SinkInventory.CatalogEntry;
import io.gracefulbackup.internal.config.BackupConfig;
import io.gracefulbackup.internal.config.RestoreTarget;
import io.gracefulbackup.internal.config.StartPolicy;
import io.gracefulbackup.internal.format.BackupReader.Contents;
import io.gracefulbackup.internal.format.KeyRing;
import io.gracefulbackup.internal.pointers.Pointers;
import io.gracefulbackup.internal.pointers.Pointers.LatestPointer;
import io.gracefulbackup.internal.report.OperatorLog;
import io.gracefulbackup.internal.restore.StartDecision.Candidate;
import io.gracefulbackup.internal.restore.StartDecision.Decision;
import io.gracefulbackup.internal.support.Failures;
import io.gracefulbackup.spi.PointerStore.Latest;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The way of a restore: catalogue of all sinks, newest by its header, fetch to the spool, authenticate all of it, hand it
 * to the sources; damaged or rejected, the next copy, then the next older backup.
 */
public final class Restore {
    private static final Duration SHORT_PATIENCE = Duration.ofSeconds(10);
    private static final Duration PAUSE = Duration.ofSeconds(1);

    private final BackupConfig config;
    private final Catalog catalog;
    private final Pointers pointers;
    private final Map<String, String> brokenProviders;
    private final CopyReader fetch;
    private final KeyRing keys;
    private final SourceBinder sections;
    private final OperatorLog console;
    private final UnaryOperator<String> redact;
    private final boolean followsChoices;
    private LatestPointer pointer = LatestPointer.NOTHING;
    private List<SinkInventory> answers = List.of();
    private Deadline deadline = Deadline.after(Duration.ZERO);

    /**
     * Of use once.
     *
     * @param followsChoices whether the settings that choose a backup, or none, count: only for the first of a process
     */
    public Restore(
            BackupConfig config,
            Catalog catalog,
            Pointers pointers,
            Map<String, String> brokenProviders,
            CopyReader fetch,
            SourceBinder sections,
            KeyRing keys,
            OperatorLog console,
            UnaryOperator<String> redact,
            boolean followsChoices) {
        this.followsChoices = followsChoices;
        this.config = config;
        this.catalog = catalog;
        this.pointers = pointers;
        this.brokenProviders = Map.copyOf(brokenProviders);
        this.redact = redact;
        this.fetch = fetch;
        this.sections = sections;
        this.keys = keys;
        this.console = console;
    }

    /**
     * How the start was settled.
     *
     * @param contents what was restored, or null at an empty start
     * @param sink where it came from
     * @param epoch the epoch of the backups to come
     * @param lastSequence the next backup has one more
     * @param answers what the sinks had answered
     * @param explanation what was found and decided
     */
    public record StartOutcome(
            @Nullable Contents contents,
            @Nullable String sink,
            long epoch,
            long lastSequence,
            List<SinkInventory> answers,
            List<String> explanation) {
        public @Nullable BackupHeader restored() {
            return contents == null ? null : contents.header();
        }

        public @Nullable String contentDigest() {
            return contents == null ? null : contents.contentDigest();
        }

        public long stateBytes() {
            return contents == null ? 0 : contents.stateBytes();
        }

        public boolean isUnderPreviousKey() {
            return contents != null && !contents.root().isCurrent();
        }
    }

    /**
     * Settles the start.
     *
     * @throws RestoreRefusedException if the application must not start
     */
    public StartOutcome run() throws InterruptedException {
        return settle(decide());
    }

    /**
     * Settles the start with the backup that another instance left, which has everything that was acknowledged: with this one
     * or one that came of it. An explicit choice of the operator counts more.
     *
     * @param mayFallBack whether an older one will do when every copy is damaged: not while the other one could go on
     * @throws RestoreRefusedException if the application must not go on
     */
    public StartOutcome run(BackupId last, boolean mayFallBack) throws InterruptedException {
        Decision decision = decide();
        while (decision instanceof Decision.Restore found
                && found.mayFallBack()
                && isMissing(last, found)
                && !deadline.isExpired()) {
            TimeUnit.NANOSECONDS.sleep(deadline.atMost(PAUSE).remaining().toNanos());
            ask(true);
            decision = decideOnce();
        }
        if (decision instanceof Decision.StartEmpty empty && !empty.newEpoch()) {
            throw refused(
                    "the last instance left the backup " + last + ", but no sink shows it. BACKUP_START=empty starts"
                            + " without it",
                    empty.explanation());
        }
        if (!(decision instanceof Decision.Restore found) || !found.mayFallBack()) {
            return settle(decision);
        }
        List<Candidate> usable = from(last, found.candidates());
        if (usable.isEmpty() && !(mayFallBack && isDamagedEverywhere(last))) {
            throw refused(
                    "the last instance left the backup " + last
                            + ", but no sink gives an intact copy. BACKUP_RESTORE_ID" + " chooses another one",
                    found.explanation());
        }
        return settle(
                usable.isEmpty()
                        ? new Decision.Restore(found.candidates(), true, true, found.explanation())
                        : new Decision.Restore(usable, found.newEpoch(), mayFallBack, found.explanation()));
    }

    /** That one and what came of it; of another line is what an instance left that was gone for too long. */
    private static List<Candidate> from(BackupId last, List<Candidate> candidates) {
        Ancestry family =
                new Ancestry(candidates.stream().map(Candidate::header).toList());
        return candidates.stream()
                .filter(candidate -> candidate.header().id().equals(last)
                        || family.ancestorsOf(candidate.header()).contains(last))
                .toList();
    }

    private boolean isMissing(BackupId last, Decision.Restore found) {
        return from(last, found.candidates()).isEmpty() && !isDamagedEverywhere(last);
    }

    /** Whether what is there of it has been read and is damaged. */
    private boolean isDamagedEverywhere(BackupId last) {
        List<CatalogEntry> copies = answers.stream()
                .flatMap(answer -> answer.entries().stream())
                .filter(copy -> copy.stored()
                        .hinted()
                        .filter(hint -> hint.id().equals(last))
                        .isPresent())
                .toList();
        return !copies.isEmpty() && copies.stream().allMatch(CatalogEntry.Unreadable.class::isInstance);
    }

    /**
     * Sees whether what would be restored now is intact and fits the sources. Touches nothing.
     *
     * @throws RestoreRefusedException if it does not
     */
    public void preflight() throws IOException, InterruptedException {
        Decision decision = decide();
        if (decision instanceof Decision.Refuse refuse) {
            throw refused(refuse.reason(), refuse.explanation());
        }
        if (!(decision instanceof Decision.Restore found)) {
            return;
        }
        List<String> story = new ArrayList<>(found.explanation());
        for (Candidate candidate : found.candidates()) {
            for (CatalogEntry.Authenticated copy : candidate.copies()) {
                try (FetchedBackup fetched = fetch.fetch(copy)) {
                    sections.check(fetched.contents());
                    keys.adopt(fetched.contents().root());
                    return;
                } catch (UnreadableBackupException.WrongKey
                        | UnreadableBackupException.NewerFormat
                        | UnreadableBackupException.OtherApplication notDamaged) {
                    throw refused(String.valueOf(notDamaged.getMessage()), story);
                } catch (IOException | UnreadableBackupException unusable) {
                    story.add(copy.sink().name() + ": " + Failures.describe(unusable));
                }
            }
        }
        throw refused("no backup that was found can be used", story);
    }

    /** The highest epoch in any header that was read, and in the pointers. */
    public long highestEpoch() {
        return highest().epoch();
    }

    private StartOutcome settle(Decision decision) throws InterruptedException {
        if (decision instanceof Decision.Restore restore) {
            warnOfSilent();
            return restore(restore);
        }
        if (decision instanceof Decision.StartEmpty empty) {
            sections.startEmpty();
            Highest highest = highest();
            return empty.newEpoch()
                    ? settled(null, null, highest.epoch() + 1, highest.sequence(), empty.explanation())
                    : settled(null, null, 1, 0, empty.explanation());
        }
        Decision.Refuse refuse = (Decision.Refuse) decision;
        throw refused(refuse.reason(), refuse.explanation());
    }

    /** Asks all sinks, again while that may help and the start's time lasts, and decides. Touches nothing. */
    public Decision decide() throws InterruptedException {
        deadline = Deadline.after(config.startTimeout());
        pointer = pointers.latest(deadline);
        ask(wanted().isPresent());
        Decision decision = decideOnce();
        while (decision instanceof Decision.Refuse refuse && refuse.mayPass() && !deadline.isExpired()) {
            TimeUnit.NANOSECONDS.sleep(deadline.atMost(PAUSE).remaining().toNanos());
            ask(wanted().isPresent());
            decision = decideOnce();
        }
        return decision;
    }

    /** What such a sink holds is passed over, and may be newer. */
    private void warnOfSilent() {
        answers.stream()
                .filter(SinkInventory::isUnreachable)
                .forEach(answer -> console.warn("⚠️ " + answer.sink() + " was unreachable: " + answer.why()
                        + ". If it holds a newer backup, that one is passed over"));
    }

    private StartOutcome restore(Decision.Restore decision) throws InterruptedException {
        List<String> story = new ArrayList<>(decision.explanation());
        Set<BackupId> tried = new HashSet<>();
        boolean newLine = decision.newEpoch();
        Decision.Restore current = decision;
        while (true) {
            for (Candidate candidate : current.candidates()) {
                if (!tried.add(candidate.header().id())) {
                    continue;
                }
                Optional<StartOutcome> settled = restore(candidate, newLine, story);
                if (settled.isPresent()) {
                    return settled.get();
                }
                newLine = true;
                if (!decision.mayFallBack()) {
                    throw refused(
                            "the backup " + candidate.header().id() + " that was asked for cannot be used", story);
                }
                // What comes next may lie among the entries that have not been looked at yet.
                break;
            }
            ask(true);
            if (!(decideOnce() instanceof Decision.Restore next)
                    || next.candidates().stream()
                            .allMatch(candidate ->
                                    tried.contains(candidate.header().id()))) {
                throw refused(
                        "no backup that was found can be used; nothing has been changed. BACKUP_START=empty starts"
                                + " without one",
                        story);
            }
            current = next;
        }
    }

    /** Tries every copy of one backup; empty if all are damaged or rejected. */
    private Optional<StartOutcome> restore(Candidate candidate, boolean newLine, List<String> story)
            throws InterruptedException {
        BackupHeader header = candidate.header();
        Optional<String> unread = Optional.empty();
        for (CatalogEntry.Authenticated copy : candidate.copies()) {
            String what =
                    header.name() + " (" + header.id() + ") in " + copy.sink().name();
            try {
                Contents contents = apply(copy);
                keys.adopt(contents.root());
                Highest highest = highest();
                story.add("Restored " + what);
                if (wanted().isEmpty()) {
                    story.addAll(ForkReport.lines(answers, header, Instant.now()));
                }
                return Optional.of(settled(
                        contents,
                        copy.sink().name(),
                        newLine ? highest.epoch() + 1 : header.epoch(),
                        newLine ? highest.sequence() : header.sequence(),
                        story));
            } catch (UnreadableBackupException.WrongKey
                    | UnreadableBackupException.NewerFormat
                    | UnreadableBackupException.OtherApplication notDamaged) {
                throw refused("the backup " + what + " cannot be opened: " + notDamaged.getMessage(), story);
            } catch (UnreadableBackupException damaged) {
                warn(story, "The backup " + what + " is damaged: " + damaged.getMessage());
            } catch (BackupRejectedException rejected) {
                warn(story, "The backup " + what + " was rejected by the application: " + Failures.describe(rejected));
            } catch (RestoreRefusedException refused) {
                throw refused;
            } catch (BackupException notHere) {
                throw refused("the backup " + what + " cannot be opened here: " + notHere.getMessage(), story);
            } catch (IOException unavailable) {
                unread = Optional.of(what + ", could not be read: " + Failures.describe(unavailable));
                warn(story, "The backup " + unread.get());
            }
        }
        if (unread.isPresent()) {
            throw refused("the newest backup, " + unread.get() + ". Nothing has been changed; try again", story);
        }
        return Optional.empty();
    }

    /** Fetches, authenticates everything, and only then hands it out. */
    private Contents apply(CatalogEntry.Authenticated copy) throws IOException, InterruptedException {
        try (FetchedBackup fetched = fetch.fetch(copy)) {
            sections.check(fetched.contents());
            fetched.applyTo(sections);
            return fetched.contents();
        }
    }

    private void ask(boolean all) throws InterruptedException {
        List<SinkInventory> given = new ArrayList<>(catalog.ask(patience(), SHORT_PATIENCE, all));
        brokenProviders.forEach(
                (name, why) -> given.add(SinkInventory.unreachable(name, "its provider is broken: " + why)));
        answers = given;
    }

    /** Even when the start's time is over, a sink that answers at once is heard. */
    private Duration patience() {
        Duration left = deadline.remaining();
        return left.compareTo(PAUSE) > 0 ? left : PAUSE;
    }

    private Decision decideOnce() {
        return StartDecision.decide(
                answers,
                followsChoices ? config.start() : StartPolicy.AUTO,
                wanted(),
                config.requireAllSinks(),
                config.render(),
                pointer);
    }

    private Optional<RestoreTarget> wanted() {
        return followsChoices ? config.wanted() : Optional.empty();
    }

    private void warn(List<String> story, String line) {
        story.add(line);
        console.warn("⚠️ " + line);
    }

    private StartOutcome settled(
            @Nullable Contents contents, @Nullable String sink, long epoch, long lastSequence, List<String> story) {
        return new StartOutcome(
                contents,
                sink,
                epoch,
                lastSequence,
                answers,
                story.stream().map(redact).toList());
    }

    /** Without the cause: what a driver throws may hold secrets all the way down. */
    private RestoreRefusedException refused(String reason, List<String> story) {
        String found = story.isEmpty() ? "" : "\n   - " + String.join("\n   - ", story);
        return new RestoreRefusedException(redact.apply("Refusing to start: " + reason + found));
    }

    /** The highest numbers in any authenticated header, and in the pointers: the next one must beat those as well. */
    private Highest highest() {
        long epoch = pointer.latest().map(Latest::epoch).orElse(0L);
        long sequence = pointer.latest().map(Latest::sequence).orElse(0L);
        for (SinkInventory answer : answers) {
            for (CatalogEntry copy : answer.entries()) {
                if (copy instanceof CatalogEntry.Authenticated known) {
                    epoch = Math.max(epoch, known.header().epoch());
                    sequence = Math.max(sequence, known.header().sequence());
                }
            }
        }
        return new Highest(epoch, sequence);
    }

    private record Highest(long epoch, long sequence) {}
}
