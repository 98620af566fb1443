package io.gracefulbackup.internal.restore;

import io.gracefulbackup.BackupRejectedException;
import io.gracefulbackup.RestoreRefusedException;
import io.gracefulbackup.StateSource;
import io.gracefulbackup.internal.format.BackupReader.Contents;
import io.gracefulbackup.internal.format.BackupReader.SectionHandler;
import io.gracefulbackup.internal.format.Section;
import io.gracefulbackup.internal.json.JsonSection;
import io.gracefulbackup.internal.report.Messages;
import io.gracefulbackup.internal.report.OperatorLog;
import io.gracefulbackup.internal.support.Failures;
import java.io.IOException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.UnaryOperator;

/**
 * Binds the sections of a backup to the sources of the application, by name, for all restores of one installation. Knows
 * which sources are still as the application constructed them: only those may keep their state when a backup lacks their
 * section. Restores exclude each other; {@link #check} may be called at any time.
 *
 * <p>The messages of its exceptions are reasons, such as "the backup has …". The caller says what is refused.
 */
public final class SourceBinder {
    private final Map<String, StateSource> sources = new LinkedHashMap<>();
    private final Set<String> ignored;
    private final Map<String, Set<String>> drops;
    private final OperatorLog log;
    private final UnaryOperator<String> redact;
    private final AtomicBoolean begun = new AtomicBoolean();
    /** The names of the sources whose state may differ from what the application constructed. */
    private final Set<String> touched = ConcurrentHashMap.newKeySet();
    /** What the last restore has left out, by section. */
    private volatile Map<String, Set<String>> dropped = Map.of();

    /**
     * Binds backups to these sources.
     *
     * @param ignored the names of sections that need no source
     * @param drops the properties to leave out, by the names of JSON sections
     */
    public SourceBinder(
            List<StateSource> sources,
            Set<String> ignored,
            Map<String, Set<String>> drops,
            OperatorLog log,
            UnaryOperator<String> redact) {
        this.redact = redact;
        sources.forEach(source -> this.sources.put(source.name(), source));
        this.ignored = Set.copyOf(ignored);
        this.drops = drops;
        this.log = log;
    }

    /**
     * Checks that the sources can take a backup: every section, and the lack of a section. Calls none of them to change
     * its state.
     *
     * @throws RestoreRefusedException if a section has no source, or was written in a version that its source cannot read,
     *     or if a source without a section would have to be emptied and cannot be
     */
    void check(Contents contents) {
        for (Section section : contents.sections()) {
            StateSource source = sources.get(section.name());
            if (source == null && !ignored.contains(section.name())) {
                throw new RestoreRefusedException(Messages.unclaimedSection(
                        section.name(), contents.header().application()));
            }
            if (source != null && section.version() > source.version()) {
                throw new RestoreRefusedException(
                        Messages.newerSection(section.name(), section.version(), source.version()));
            }
        }
        requireThatTheyCanBeEmptied(withoutSection(contents));
    }

    /**
     * Hands every section to its source. Then empties the sources without a section, except those that are as the
     * application constructed them.
     *
     * @throws RestoreRefusedException if a source fails
     * @throws BackupRejectedException if a source rejects the backup
     */
    void apply(Contents contents, Pass pass) throws IOException {
        begin();
        Map<String, Set<String>> leftOut = new LinkedHashMap<>();
        pass.run((section, in) -> {
            StateSource source = sources.get(section.name());
            if (source != null) {
                touched.add(section.name());
                log.progress().step(Messages.sourceReads(section.name()));
                calling(source, "read its section", () -> source.readFrom(in, section.version()));
                if (source instanceof JsonSection json) {
                    json.takeNotices().forEach(notice -> log.warn(Messages.sourceNotice(source.name(), notice)));
                    leftOut.put(source.name(), Set.copyOf(json.droppedProperties()));
                }
            }
        });
        leftOut.values().removeIf(Set::isEmpty);
        dropped = Collections.unmodifiableMap(leftOut);
        for (StateSource source : withoutSection(contents)) {
            boolean empties = touched.contains(source.name());
            log.warn(Messages.sectionMissing(source.name(), empties));
            if (empties) {
                startEmpty(source);
            }
        }
        touched.addAll(sources.keySet());
    }

    /**
     * Empties every source.
     *
     * @throws RestoreRefusedException if a source fails, or a state that was restored before cannot be emptied
     */
    void startEmpty() {
        begin();
        requireThatTheyCanBeEmptied(List.copyOf(sources.values()));
        sources.values().forEach(this::startEmpty);
    }

    private void startEmpty(StateSource source) {
        touched.add(source.name());
        calling(source, "be emptied", source::startEmpty);
    }

    /** The properties that the last restore has left out, as {@code BACKUP_DROP} says, by section. */
    Map<String, Set<String>> dropped() {
        return dropped;
    }

    /** The properties that restores may leave out, by section. */
    Map<String, Set<String>> drops() {
        return drops;
    }

    /** Lets the sources note how the application has constructed them, and which properties to leave out, once. */
    private void begin() {
        if (begun.compareAndSet(false, true)) {
            drops.forEach((name, properties) -> {
                if (sources.get(name) instanceof JsonSection json) {
                    json.dropProperties(properties);
                }
            });
            sources.values()
                    .forEach(source -> calling(source, "prepare for the first restore", source::beforeFirstRestore));
        }
    }

    private List<StateSource> withoutSection(Contents contents) {
        return sources.values().stream()
                .filter(source -> contents.sections().stream()
                        .noneMatch(section -> section.name().equals(source.name())))
                .toList();
    }

    private void requireThatTheyCanBeEmptied(List<StateSource> candidates) {
        for (StateSource source : candidates) {
            if (touched.contains(source.name()) && !canStartEmpty(source)) {
                throw new RestoreRefusedException(Messages.cannotBeEmptied(source.name()));
            }
        }
    }

    private boolean canStartEmpty(StateSource source) {
        try {
            return source.canStartEmpty();
        } catch (RuntimeException | Error e) {
            throw failed(source, "say whether it can be emptied", e);
        }
    }

    /** A call that may change the state of a source. */
    @FunctionalInterface
    private interface Change {
        void run() throws IOException;
    }

    /**
     * Only a rejection says something about the backup; any other failure of a source refuses the restore. A source that says
     * itself that it refuses names the section and the way out.
     */
    private void calling(StateSource source, String what, Change change) {
        try {
            change.run();
        } catch (BackupRejectedException e) {
            throw e;
        } catch (RestoreRefusedException e) {
            throw new RestoreRefusedException(redact.apply(String.valueOf(e.getMessage())));
        } catch (IOException | RuntimeException | Error e) {
            throw failed(source, what, e);
        }
    }

    private RestoreRefusedException failed(StateSource source, String what, Throwable failure) {
        return new RestoreRefusedException(
                redact.apply(Messages.sourceFailed(source.name(), what, Failures.describe(failure))),
                Failures.withoutSecrets(failure, redact));
    }

    /** Reads an authenticated backup once more, section by section. */
    @FunctionalInterface
    interface Pass {
        void run(SectionHandler handler) throws IOException;
    }
}
