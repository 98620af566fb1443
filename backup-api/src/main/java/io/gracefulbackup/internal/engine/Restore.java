package io.gracefulbackup.internal.engine;

import io.gracefulbackup.BackupRejectedException;
import io.gracefulbackup.RestoreRefusedException;
import io.gracefulbackup.UnreadableBackupException;
import io.gracefulbackup.internal.config.BackupConfig;
import io.gracefulbackup.internal.engine.Answer.Copy;
import io.gracefulbackup.internal.engine.Pointers.Said;
import io.gracefulbackup.internal.engine.StartDecision.Candidate;
import io.gracefulbackup.internal.engine.StartDecision.Decision;
import io.gracefulbackup.internal.format.BackupReader;
import io.gracefulbackup.internal.format.BackupReader.Contents;
import io.gracefulbackup.internal.format.KeyRing;
import io.gracefulbackup.spi.BackupHeader;
import io.gracefulbackup.spi.BackupId;
import io.gracefulbackup.spi.Deadline;
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
final class Restore {
    private static final Duration SHORT_PATIENCE = Duration.ofSeconds(10);
    private static final Duration PAUSE = Duration.ofSeconds(1);
    private static final Duration STALL_LIMIT = Duration.ofSeconds(30);

    private final BackupConfig config;
    private final Catalog catalog;
    private final Pointers pointers;
    private final Map<String, String> brokenProviders;
    private final Fetch fetch;
    private final BackupReader reader;
    private final KeyRing keys;
    private final Sections sections;
    private final Console console;
    private final UnaryOperator<String> redact;
    private Said said = Said.NOTHING;
    private Deadline deadline = Deadline.after(Duration.ZERO);

    Restore(
            BackupConfig config,
            Catalog catalog,
            Pointers pointers,
            Map<String, String> brokenProviders,
            BackupReader reader,
            KeyRing keys,
            Console console,
            UnaryOperator<String> redact,
            ClassLoader contextClassLoader) {
        this.config = config;
        this.catalog = catalog;
        this.pointers = pointers;
        this.brokenProviders = Map.copyOf(brokenProviders);
        this.redact = redact;
        this.fetch = new Fetch(STALL_LIMIT, contextClassLoader);
        this.reader = reader;
        this.keys = keys;
        this.sections = new Sections(config.host().sources(), config.host().ignoredSections(), console, redact);
        this.console = console;
    }

    /**
     * How the start was settled.
     *
     * @param restored the restored backup, or null at an empty start
     * @param sink where it came from
     * @param contentDigest its content
     * @param stateBytes the bytes of its state
     * @param epoch the epoch of the backups to come
     * @param lastSequence the next backup has one more
     * @param explanation what was found and decided
     */
    record Settled(
            @Nullable BackupHeader restored,
            @Nullable String sink,
            @Nullable String contentDigest,
            long stateBytes,
            long epoch,
            long lastSequence,
            List<String> explanation) {}

    /**
     * Settles the start.
     *
     * @throws RestoreRefusedException if the application must not start
     */
    Settled run() throws InterruptedException {
        deadline = Deadline.after(config.startTimeout());
        said = pointers.latest(deadline);
        List<Answer> answers = ask(config.wanted().isPresent());
        Decision decision = decide(answers);
        while (decision instanceof Decision.Refuse refuse && refuse.mayPass() && !deadline.isExpired()) {
            TimeUnit.NANOSECONDS.sleep(deadline.atMost(PAUSE).remaining().toNanos());
            answers = ask(config.wanted().isPresent());
            decision = decide(answers);
        }
        if (decision instanceof Decision.Restore restore) {
            warnOfSilent(answers);
            return restore(restore, answers);
        }
        if (decision instanceof Decision.StartEmpty empty) {
            sections.startEmpty();
            Highest highest = highest(answers);
            return empty.newLine()
                    ? settled(null, null, null, 0, highest.epoch() + 1, highest.sequence(), empty.explanation())
                    : settled(null, null, null, 0, 1, 0, empty.explanation());
        }
        Decision.Refuse refuse = (Decision.Refuse) decision;
        throw refused(refuse.reason(), refuse.explanation());
    }

    /** What such a sink holds is passed over, and may be newer. */
    private void warnOfSilent(List<Answer> answers) {
        answers.stream()
                .filter(Answer::isUnreachable)
                .forEach(answer -> console.warn("⚠️ " + answer.sink() + " was unreachable: " + answer.why()
                        + ". If it holds a newer backup, that one is passed over"));
    }

    private Settled restore(Decision.Restore decision, List<Answer> answers) throws InterruptedException {
        List<String> story = new ArrayList<>(decision.explanation());
        Set<BackupId> tried = new HashSet<>();
        List<Answer> known = answers;
        boolean newLine = decision.newLine();
        Decision.Restore current = decision;
        while (true) {
            for (Candidate candidate : current.candidates()) {
                if (!tried.add(candidate.header().id())) {
                    continue;
                }
                Optional<Settled> settled = restore(candidate, newLine, known, story);
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
            known = ask(true);
            if (!(decide(known) instanceof Decision.Restore next)
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
    private Optional<Settled> restore(Candidate candidate, boolean newLine, List<Answer> answers, List<String> story)
            throws InterruptedException {
        BackupHeader header = candidate.header();
        Optional<String> unread = Optional.empty();
        for (Copy.Known copy : candidate.copies()) {
            String what =
                    header.name() + " (" + header.id() + ") in " + copy.sink().name();
            try {
                Contents contents = apply(copy);
                keys.adopt(contents.root());
                Highest highest = highest(answers);
                story.add("Restored " + what);
                if (config.wanted().isEmpty()) {
                    story.addAll(Forks.lines(answers, header, Instant.now()));
                }
                return Optional.of(settled(
                        header,
                        copy.sink().name(),
                        contents.contentDigest(),
                        contents.stateBytes(),
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

    /** Fetches, authenticates everything, and only then hands it out. Damage is believed when it is seen twice. */
    private Contents apply(Copy.Known copy) throws IOException, InterruptedException {
        try {
            return fetchAndApply(copy);
        } catch (UnreadableBackupException once) {
            return fetchAndApply(copy);
        }
    }

    private Contents fetchAndApply(Copy.Known copy) throws IOException, InterruptedException {
        try (Spool spool = fetch.fetch(copy)) {
            Contents contents = reader.verify(spool.newStream());
            if (!contents.header().equals(copy.header())) {
                throw new UnreadableBackupException.DamagedPayload(
                        "another backup, " + contents.header().id() + ", came when "
                                + copy.header().id() + " was fetched");
            }
            sections.check(contents);
            sections.apply(contents, handler -> reader.restore(spool.newStream(), contents, handler));
            return contents;
        }
    }

    private List<Answer> ask(boolean all) throws InterruptedException {
        List<Answer> answers = new ArrayList<>(catalog.ask(patience(), SHORT_PATIENCE, all));
        brokenProviders.forEach((name, why) -> answers.add(Answer.unreachable(name, "its provider is broken: " + why)));
        return answers;
    }

    /** Even when the start's time is over, a sink that answers at once is heard. */
    private Duration patience() {
        Duration left = deadline.remaining();
        return left.compareTo(PAUSE) > 0 ? left : PAUSE;
    }

    private Decision decide(List<Answer> answers) {
        return StartDecision.decide(answers, config.start(), config.wanted(), config.render(), said);
    }

    private void warn(List<String> story, String line) {
        story.add(line);
        console.warn("⚠️ " + line);
    }

    private Settled settled(
            @Nullable BackupHeader restored,
            @Nullable String sink,
            @Nullable String contentDigest,
            long stateBytes,
            long epoch,
            long lastSequence,
            List<String> story) {
        return new Settled(
                restored,
                sink,
                contentDigest,
                stateBytes,
                epoch,
                lastSequence,
                story.stream().map(redact).toList());
    }

    /** Without the cause: what a driver throws may hold secrets all the way down. */
    private RestoreRefusedException refused(String reason, List<String> story) {
        String found = story.isEmpty() ? "" : "\n   - " + String.join("\n   - ", story);
        return new RestoreRefusedException(redact.apply("Refusing to start: " + reason + found));
    }

    /** The highest numbers in any authenticated header, and in the pointers: the next one must beat those as well. */
    private Highest highest(List<Answer> answers) {
        long epoch = said.latest().map(Latest::epoch).orElse(0L);
        long sequence = said.latest().map(Latest::sequence).orElse(0L);
        for (Answer answer : answers) {
            for (Copy copy : answer.copies()) {
                if (copy instanceof Copy.Known known) {
                    epoch = Math.max(epoch, known.header().epoch());
                    sequence = Math.max(sequence, known.header().sequence());
                }
            }
        }
        return new Highest(epoch, sequence);
    }

    private record Highest(long epoch, long sequence) {}
}
