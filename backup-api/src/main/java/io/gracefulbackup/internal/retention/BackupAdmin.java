package io.gracefulbackup.internal.retention;

import io.gracefulbackup.BackupException;
import io.gracefulbackup.BackupHeader;
import io.gracefulbackup.BackupId;
import io.gracefulbackup.Deadline;
import io.gracefulbackup.ProtectionReport;
import io.gracefulbackup.RetentionPolicy;
import io.gracefulbackup.RetentionReport;
import io.gracefulbackup.internal.catalog.Catalog;
import io.gracefulbackup.internal.catalog.Lineage;
import io.gracefulbackup.internal.catalog.Lineage.ContentChange;
import io.gracefulbackup.internal.catalog.SinkInventory;
import io.gracefulbackup.internal.catalog.SinkInventory.CatalogEntry;
import io.gracefulbackup.internal.retention.RetentionPlan.Terms;
import io.gracefulbackup.internal.support.Failures;
import io.gracefulbackup.spi.BackupSink;
import io.gracefulbackup.spi.StoredBackup.Hint;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;

/** What an operator asks about the backups that are held: to protect one, and what retention makes of all. */
public final class BackupAdmin {
    private static final Duration SHORT_PATIENCE = Duration.ofSeconds(10);

    private final Catalog catalog;
    private final List<BackupSink> sinks;
    private final Map<String, RetentionPolicy> policies;
    private final Lineage lineage;
    private final Duration patience;
    private final InstantSource clock;
    private final UnaryOperator<String> redact;

    public BackupAdmin(
            Catalog catalog,
            List<BackupSink> sinks,
            Map<String, RetentionPolicy> policies,
            Lineage lineage,
            Duration patience,
            InstantSource clock,
            UnaryOperator<String> redact) {
        this.catalog = catalog;
        this.sinks = List.copyOf(sinks);
        this.policies = Map.copyOf(policies);
        this.lineage = lineage;
        this.patience = patience;
        this.clock = clock;
        this.redact = redact;
    }

    /**
     * Protects a backup in every sink that holds it, or lifts that; then a shrinking that it guards is acknowledged
     * too.
     */
    public ProtectionReport protect(BackupId id, boolean isProtected) throws InterruptedException {
        Deadline deadline = Deadline.after(patience);
        List<SinkInventory> answers = ask(false);
        if (answers.stream().noneMatch(answer -> holds(answer, id))) {
            answers = ask(true);
        }
        if (answers.stream().noneMatch(answer -> holds(answer, id))) {
            throw unknown(id, answers);
        }
        if (!isProtected) {
            lineage.acknowledge(id);
        }
        List<String> done = new ArrayList<>();
        Map<String, String> others = new LinkedHashMap<>();
        for (SinkInventory answer : answers) {
            if (answer.kind() != SinkInventory.Kind.LISTED) {
                others.put(answer.sink(), redact.apply(answer.why()));
            }
            for (CatalogEntry copy : answer.copies()) {
                if (id(copy).filter(id::equals).isPresent()) {
                    Optional<String> failure = protect(copy, isProtected, deadline);
                    failure.ifPresentOrElse(
                            why -> others.put(answer.sink(), redact.apply(why)), () -> done.add(answer.sink()));
                }
            }
        }
        return new ProtectionReport(id, done.stream().distinct().toList(), others);
    }

    private static Optional<String> protect(CatalogEntry copy, boolean isProtected, Deadline deadline) {
        try {
            return copy.sink().protect(copy.entry(), isProtected, deadline)
                    ? Optional.empty()
                    : Optional.of("this sink cannot protect single backups");
        } catch (IOException | RuntimeException failed) {
            return Optional.of(Failures.describe(failed));
        }
    }

    /** What retention would do in each sink if the newest backup there had just been stored. */
    public List<RetentionReport> retention() throws InterruptedException {
        return ask(true).stream().map(this::report).toList();
    }

    private RetentionReport report(SinkInventory answer) {
        RetentionPolicy policy = policies.getOrDefault(answer.sink(), defaultOf(answer.sink()));
        if (answer.kind() != SinkInventory.Kind.LISTED) {
            return new RetentionReport(answer.sink(), policy, List.of(), redact.apply(answer.why()));
        }
        Optional<CatalogEntry.Authenticated> newest = answer.copies().stream()
                .filter(CatalogEntry.Authenticated.class::isInstance)
                .map(CatalogEntry.Authenticated.class::cast)
                .max(Comparator.comparing(CatalogEntry.Authenticated::header, BackupHeader.OLDEST_FIRST));
        if (newest.isEmpty()) {
            return new RetentionReport(
                    answer.sink(), policy, List.of(), "there is no backup that can be read, so nothing is deleted");
        }
        long size = newest.get().entry().hinted().map(Hint::size).orElse(0L);
        Terms terms = new Terms(policy, newest.get().header(), size, ContentChange.PLAIN, clock.instant());
        List<RetentionReport.Entry> entries = new ArrayList<>();
        RetentionPlan.of(answer.copies(), terms, copy -> copy)
                .verdicts()
                .forEach((copy, verdict) -> entries.add(new RetentionReport.Entry(
                        copy.entry().location(),
                        copy instanceof CatalogEntry.Authenticated known ? known.header() : null,
                        verdict)));
        return new RetentionReport(answer.sink(), policy, entries, null);
    }

    private RetentionPolicy defaultOf(String name) {
        return sinks.stream()
                .filter(sink -> sink.name().equals(name))
                .findFirst()
                .map(BackupSink::defaultRetention)
                .orElse(RetentionPolicy.keepAll());
    }

    private List<SinkInventory> ask(boolean all) throws InterruptedException {
        return catalog.ask(patience, SHORT_PATIENCE, all);
    }

    private static boolean holds(SinkInventory answer, BackupId id) {
        return answer.copies().stream()
                .anyMatch(copy -> id(copy).filter(id::equals).isPresent());
    }

    /** By its header; by its hint if that was not read, which is enough to keep something. */
    private static Optional<BackupId> id(CatalogEntry copy) {
        return copy instanceof CatalogEntry.Authenticated known
                ? Optional.of(known.header().id())
                : copy.entry().hinted().map(Hint::id);
    }

    private BackupException unknown(BackupId id, List<SinkInventory> answers) {
        Set<String> ids = new TreeSet<>();
        answers.forEach(answer -> answer.copies().forEach(copy -> id(copy).ifPresent(known -> ids.add(known.value()))));
        String silent = String.join(
                "; ",
                answers.stream()
                        .filter(answer -> answer.kind() != SinkInventory.Kind.LISTED)
                        .map(answer -> answer.sink() + ": " + answer.why())
                        .toList());
        return new BackupException(redact.apply("No sink shows a backup " + id + "; there are " + ids
                + (silent.isEmpty() ? "" : ". Not seen: " + silent)));
    }
}
