package io.gracefulbackup.internal.install;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.gracefulbackup.BackupHeader;
import io.gracefulbackup.BackupId;
import io.gracefulbackup.Deadline;
import io.gracefulbackup.RestoreRefusedException;
import io.gracefulbackup.internal.catalog.Catalog;
import io.gracefulbackup.internal.catalog.Lineage;
import io.gracefulbackup.internal.config.BackupConfig;
import io.gracefulbackup.internal.config.BuilderState;
import io.gracefulbackup.internal.config.ConfigurationProblems;
import io.gracefulbackup.internal.config.DiskLifetime;
import io.gracefulbackup.internal.config.SecretKeys;
import io.gracefulbackup.internal.config.Settings;
import io.gracefulbackup.internal.fixtures.Cell;
import io.gracefulbackup.internal.fixtures.MemoryPointers;
import io.gracefulbackup.internal.format.BackupReader;
import io.gracefulbackup.internal.format.BackupWriter;
import io.gracefulbackup.internal.format.BackupWriter.SectionSpec;
import io.gracefulbackup.internal.format.KeyRing;
import io.gracefulbackup.internal.format.QuickKeys;
import io.gracefulbackup.internal.pointers.Pointers;
import io.gracefulbackup.internal.report.Finding;
import io.gracefulbackup.internal.report.OperatorLog;
import io.gracefulbackup.internal.restore.CopyReader;
import io.gracefulbackup.internal.restore.SourceBinder;
import io.gracefulbackup.internal.restore.StartOutcome;
import io.gracefulbackup.internal.spool.SpoolPlaces;
import io.gracefulbackup.internal.support.Printable;
import io.gracefulbackup.internal.support.Threads;
import io.gracefulbackup.spi.PointerStore;
import io.gracefulbackup.spi.StoredBackup.Pointer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Sinks and pointers at one moment, and processes that start from them and save to them: the real start, from the settings to
 * the sources, over sinks in memory. What one process has after another is in here; what a process is told is {@link StartAs}.
 */
final class SituationWorld {
    static final String APPLICATION = "blockchain";
    static final String KEY = "a-key-for-tests-0123456789";
    static final String OTHER_KEY = "another-key-for-tests-0123456789";

    private static final AtomicInteger MOMENTS = new AtomicInteger();

    final List<SituationSink> sinks = new ArrayList<>();
    /** The only store of pointers; null if there is none. */
    @Nullable
    MemoryPointers pointers;
    /** What the pointer names; null if there is no pointer. */
    @Nullable
    BackupHeader pointed;

    DiskLifetime disk = DiskLifetime.LASTING;
    Duration startTimeout = Duration.ofSeconds(4);
    /** Runs before a key is derived. */
    Runnable derivation = () -> {};

    /** An explicit choice, as it is set. */
    record Choice(String setting, String value) {
        static Choice byId(BackupId id, String... despite) {
            return new Choice("BACKUP_RESTORE_ID", id.value() + despite(despite));
        }

        static Choice empty(String... despite) {
            return new Choice("BACKUP_START", "empty" + despite(despite));
        }

        private static String despite(String... what) {
            return String.join(
                    "", Arrays.stream(what).map(one -> ",despite:" + one).toList());
        }

        /** The same choice made anew, in view of that backup too. */
        Choice despite(BackupId also) {
            return new Choice(setting, value + despite(also.value()));
        }

        Optional<BackupId> target() {
            return setting.equals("BACKUP_RESTORE_ID")
                    ? Optional.of(new BackupId(value.split(",", -1)[0]))
                    : Optional.empty();
        }

        Set<String> despite() {
            return despiteIn(value);
        }

        static Set<String> despiteIn(String choice) {
            Set<String> all = new LinkedHashSet<>();
            for (String part : choice.split(",", -1)) {
                if (part.startsWith("despite:")) {
                    all.add(part.substring("despite:".length()));
                }
            }
            return all;
        }

        @Override
        public String toString() {
            return setting + "=" + value;
        }
    }

    /**
     * What a process is told.
     *
     * @param without the sinks that were taken out of the settings
     */
    record StartAs(
            String application,
            String key,
            boolean knowsOtherKey,
            @Nullable Choice choice,
            Set<String> without) {
        static final StartAs PLAIN = new StartAs(APPLICATION, KEY, false, null, Set.of());

        StartAs with(@Nullable Choice other) {
            return new StartAs(application, key, knowsOtherKey, other, without);
        }

        StartAs withOtherKey() {
            return new StartAs(application, key, true, choice, without);
        }

        StartAs without(String sink) {
            Set<String> more = new LinkedHashSet<>(without);
            more.add(sink);
            return new StartAs(application, key, knowsOtherKey, choice, more);
        }

        StartAs application(String other) {
            return new StartAs(other, key, knowsOtherKey, choice, without);
        }

        boolean opens(Saved saved) {
            return saved.key.equals(key) || knowsOtherKey;
        }

        @Override
        public String toString() {
            return (application.equals(APPLICATION) ? "" : "BACKUP_APP=" + application + " ")
                    + (knowsOtherKey ? "with the other key " : "")
                    + (without.isEmpty() ? "" : "without " + without + " ")
                    + (choice == null ? "no choice" : choice);
        }
    }

    /** How a start ended. */
    sealed interface Outcome {
        Duration took();

        /** Everything it said, findings and log. */
        List<String> lines();
    }

    /** It started; {@code restored} is null if it started empty. */
    record Started(
            @Nullable BackupHeader restored,
            List<Finding> findings,
            Duration took,
            List<String> lines,
            StartOutcome outcome,
            Components components)
            implements Outcome {
        @Override
        public String toString() {
            return (restored == null ? "started empty" : "restored " + restored.version() + "/" + restored.id())
                    + " after " + took.toMillis() + " ms, " + findings;
        }
    }

    /** It refused to start. */
    record Refused(String message, Duration took, List<String> lines) implements Outcome {
        @Override
        public String toString() {
            return "refused after " + took.toMillis() + " ms: " + message;
        }
    }

    /** It threw something else. */
    record Failed(Throwable thrown, Duration took, List<String> lines) implements Outcome {
        @Override
        public String toString() {
            return "threw " + thrown;
        }
    }

    /** The same sinks and pointers, so that nothing that is done there is seen here. */
    SituationWorld copy() {
        SituationWorld copy = new SituationWorld();
        sinks.forEach(sink -> copy.sinks.add(sink.copy()));
        if (pointers != null) {
            MemoryPointers store = new MemoryPointers();
            store.values.putAll(pointers.values);
            store.durable = pointers.durable;
            store.broken = pointers.broken;
            copy.pointers = store;
        }
        copy.pointed = pointed;
        copy.disk = disk;
        copy.startTimeout = startTimeout;
        copy.derivation = derivation;
        return copy;
    }

    /** What can come back by itself is back. */
    void heal() {
        for (SituationSink sink : sinks) {
            if (sink.answer.isUnreachable()) {
                sink.answer = SituationSink.Answer.LISTS;
            }
            sink.entries.forEach(entry -> entry.opening = SituationSink.Opening.OPENS);
        }
        if (pointers != null) {
            pointers.broken = false;
        }
    }

    List<SituationSink> configured(StartAs as) {
        return sinks.stream()
                .filter(sink -> !as.without().contains(sink.name()))
                .toList();
    }

    /** The backups whose header a process that is told this can read. */
    private List<Saved> seen(StartAs as) {
        return configured(as).stream()
                .filter(sink -> sink.answer == SituationSink.Answer.LISTS)
                .flatMap(sink -> sink.entriesOf(as.application()).stream())
                .filter(entry ->
                        entry.opening.givesTheHeader() && entry.damage.leavesTheHeader() && as.opens(entry.saved))
                .map(entry -> entry.saved)
                .distinct()
                .toList();
    }

    Outcome start(StartAs as) {
        List<String> lines = new CopyOnWriteArrayList<>();
        long began = System.nanoTime();
        try {
            Components components = components(as, lines);
            try {
                StartOutcome outcome = components.newRestore(true).run();
                return new Started(outcome.restored(), outcome.findings(), since(began), lines, outcome, components);
            } finally {
                components.close();
            }
        } catch (RestoreRefusedException refused) {
            return new Refused(String.valueOf(refused.getMessage()), since(began), lines);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return new Failed(interrupted, since(began), lines);
        } catch (RuntimeException | Error thrown) {
            return new Failed(thrown, since(began), lines);
        }
    }

    private static Duration since(long began) {
        return Duration.ofNanos(System.nanoTime() - began);
    }

    /** The process that started saves, and every configured sink that can be reached stores it. */
    Saved save(Started started, StartAs as, boolean followedChoice) {
        Components components = started.components();
        Saved parent = started.restored() == null
                ? null
                : sinks.stream()
                        .flatMap(sink -> sink.entries.stream())
                        .map(entry -> entry.saved)
                        .filter(saved -> saved.id().equals(started.restored().id()))
                        .findFirst()
                        .orElseThrow();
        Lineage lineage = new Lineage(components.origin());
        lineage.begin(
                started.outcome().parent(),
                started.outcome().position(),
                started.outcome().honoured(),
                started.outcome().choices());
        ByteArrayOutputStream sealed = new ByteArrayOutputStream();
        BackupHeader header = seal(components, lineage, sealed);
        Saved saved = new Saved(
                header,
                sealed.toByteArray(),
                as.key(),
                MOMENTS.incrementAndGet(),
                parent,
                followedChoice ? String.valueOf(as.choice()) : null,
                followedChoice ? Set.copyOf(seen(as)) : Set.of());
        List<SituationSink> stored = configured(as).stream()
                .filter(sink -> !sink.answer.isUnreachable())
                .toList();
        stored.forEach(sink -> sink.keep(saved));
        if (stored.stream().anyMatch(sink -> sink.durable)) {
            point(header, components);
        }
        return saved;
    }

    private static BackupHeader seal(Components components, Lineage lineage, ByteArrayOutputStream sealed) {
        try (BackupWriter writer = new BackupWriter(
                components.keys().sealingKey(),
                id -> lineage.next(id, "Auto-backup", Instant.now(), "SIGTERM"),
                List.of(new SectionSpec("text", 1)),
                sealed)) {
            writer.nextSection().write("state".getBytes(UTF_8));
            return writer.finish().header();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void point(BackupHeader header, Components components) {
        MemoryPointers store = pointers;
        if (store == null || store.broken) {
            return;
        }
        Pointer latest = new Pointer(
                PointerStore.BACKUP_LATEST, PointerStore.Latest.of(header).toString(), "");
        try {
            components.pointers().save(List.of(latest), header, Deadline.after(Duration.ofSeconds(10)));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (pointed == null || !pointed.version().isNewerThan(header.version())) {
            pointed = header;
        }
    }

    /** The pointer store names that backup. */
    void point(BackupHeader header) {
        MemoryPointers store = new MemoryPointers();
        store.values.put(
                PointerStore.BACKUP_LATEST, PointerStore.Latest.of(header).toString());
        pointers = store;
        pointed = header;
    }

    /** As {@link Components} does it, with quick keys and a log that is kept. */
    private Components components(StartAs as, List<String> lines) {
        BuilderState builder = new BuilderState();
        builder.isIsolated = true;
        builder.sources.add(new Cell("text").thatCanBeEmptied());
        builder.settings.put("SECRET_KEY", as.key());
        if (as.knowsOtherKey()) {
            builder.settings.put("SECRET_KEY_PREVIOUS", OTHER_KEY);
        }
        builder.settings.put("BACKUP_APP", as.application());
        builder.settings.put("BACKUP_START_TIMEOUT", startTimeout.toMillis() + "ms");
        if (as.choice() != null) {
            builder.settings.put(as.choice().setting(), as.choice().value());
        }
        ClassLoader classes = Components.contextClassLoader(Thread.currentThread());
        SinkLoader loader = SinkLoader.load(builder, classes, classes);
        for (SituationSink sink : configured(as)) {
            sink.askedBy(as.application());
            if (sink.answer == SituationSink.Answer.BROKEN) {
                loader.broken().put(sink.name(), "NoClassDefFoundError, password " + KEY);
            } else {
                builder.sinks.add(sink);
            }
        }
        return components(as, builder, loader, lines);
    }

    private Components components(StartAs as, BuilderState builder, SinkLoader loader, List<String> lines) {
        Settings settings = Settings.ofProcess(builder);
        UnaryOperator<String> redact = text -> {
            String line = Printable.text(settings.redactor().redact(text));
            lines.add(line);
            return line;
        };
        ConfigurationProblems problems = new ConfigurationProblems(settings.redactor());
        BackupConfig config = Records.with(BackupConfig.resolve(builder, settings, Set.of(), problems), "disk", disk);
        SecretKeys secrets = config.keys().orElseThrow();
        KeyRing keys = QuickKeys.of(secrets.current(), secrets.previous(), derivation);
        BackupReader reader = new BackupReader(keys, as.application());
        OperatorLog log = new OperatorLog(redact);
        Resources resources = new Resources(log);
        try {
            ClassLoader classes = Components.contextClassLoader(Thread.currentThread());
            Pointers all = new Pointers(as.application(), log, redact, new Threads(classes));
            if (pointers != null) {
                all.add(pointers);
            }
            loader.open(
                    config.registered().sinks(),
                    new EngineSinkContext(as.application(), false, settings, reader, all, log),
                    problems);
            problems.throwIfAny();
            return new Components(
                    settings,
                    config,
                    keys,
                    reader,
                    loader,
                    all,
                    new Catalog(loader.sinks(), reader, classes),
                    new CopyReader(reader, classes, log::warn, log.progress(), SpoolPlaces.ofSystem()),
                    new SourceBinder(config.registered().sources(), Set.of(), Map.of(), log, redact),
                    log,
                    redact,
                    classes,
                    resources);
        } catch (RuntimeException | Error failed) {
            resources.close();
            throw failed;
        }
    }

    /** Where everything is, line by line. */
    List<String> describe() {
        Map<String, String> parts = new LinkedHashMap<>();
        sinks.forEach(sink -> parts.put("sink " + sink.name(), sink.toString()));
        parts.put(
                "pointer",
                pointers == null
                        ? "no store"
                        : pointers.broken ? "store fails" : String.valueOf(pointers.values.values()));
        parts.put("disk", disk.toString());
        return parts.entrySet().stream()
                .map(part -> part.getKey() + ": " + part.getValue())
                .toList();
    }
}
