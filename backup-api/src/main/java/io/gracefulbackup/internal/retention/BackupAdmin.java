package io.gracefulbackup.internal.retention;

import io.gracefulbackup.BackupException;
import io.gracefulbackup.BackupId;
import io.gracefulbackup.Deadline;
import io.gracefulbackup.ProtectionReport;
import io.gracefulbackup.RetentionPolicy;
import io.gracefulbackup.RetentionReport;
import io.gracefulbackup.internal.catalog.Catalog;
import io.gracefulbackup.internal.catalog.CatalogEntry;
import io.gracefulbackup.internal.catalog.Lineage;
import io.gracefulbackup.internal.catalog.Lineage.ContentChange;
import io.gracefulbackup.internal.catalog.SinkInventory;
import io.gracefulbackup.internal.report.Messages;
import io.gracefulbackup.internal.retention.ProtectionRequest.Answer;
import io.gracefulbackup.internal.retention.RetentionPlan.Terms;
import io.gracefulbackup.internal.support.Threads;
import io.gracefulbackup.internal.support.Timeouts;
import io.gracefulbackup.spi.BackupSink;
import io.gracefulbackup.spi.StoredBackup.Hint;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;

/** The operator's view of stored backups: protects single backups, and tells what retention would do. */
public final class BackupAdmin {
    private final Catalog catalog;
    private final List<BackupSink> sinks;
    private final Map<String, RetentionPolicy> policies;
    private final Lineage lineage;
    private final Threads threads;
    private final Duration patience;
    private final InstantSource clock;
    private final UnaryOperator<String> redact;

    public BackupAdmin(
            Catalog catalog,
            List<BackupSink> sinks,
            Map<String, RetentionPolicy> policies,
            Lineage lineage,
            Threads threads,
            Duration patience,
            InstantSource clock,
            UnaryOperator<String> redact) {
        this.catalog = catalog;
        this.sinks = List.copyOf(sinks);
        this.policies = Map.copyOf(policies);
        this.lineage = lineage;
        this.threads = threads;
        this.patience = patience;
        this.clock = clock;
        this.redact = redact;
    }

    /**
     * Protects a backup in every sink that shows it, or ends that. Ending it also acknowledges that the state shrank after
     * that backup.
     *
     * @throws BackupException if no sink shows the backup
     */
    public ProtectionReport protect(BackupId id, boolean isProtected) throws InterruptedException {
        List<Answer> answers =
                new ProtectionRequest(catalog, threads, id, isProtected, Deadline.after(patience)).ask(sinks);
        if (answers.stream().noneMatch(Answer::isShown)) {
            throw notFound(id, answers);
        }
        if (!isProtected) {
            lineage.acknowledge(id);
        }
        List<String> done = new ArrayList<>();
        Map<String, String> others = new LinkedHashMap<>();
        for (Answer answer : answers) {
            String failure = answer.failure();
            if (failure != null) {
                others.put(answer.sink().name(), redact.apply(failure));
            } else if (answer.isShown()) {
                done.add(answer.sink().name());
            }
        }
        return new ProtectionReport(id, List.copyOf(done), others);
    }

    /** What retention would do in each sink if the newest backup there had just been stored. */
    public List<RetentionReport> retention() throws InterruptedException {
        return catalog.ask(patience, Timeouts.REMAINING_SINKS, true).sinks().stream()
                .map(this::report)
                .toList();
    }

    private RetentionReport report(SinkInventory sink) {
        RetentionPolicy policy = policies.getOrDefault(sink.sink(), defaultOf(sink.sink()));
        if (!sink.isListed()) {
            return new RetentionReport(sink.sink(), policy, List.of(), redact.apply(sink.why()));
        }
        if (sink.entries().stream().anyMatch(CatalogEntry.Unread.class::isInstance)) {
            // What is not read may be kept or deleted: half a list would be a wrong one.
            return new RetentionReport(sink.sink(), policy, List.of(), Messages.NO_ANSWER_IN_TIME);
        }
        Optional<CatalogEntry.Authenticated> newest = sink.newest();
        if (newest.isEmpty()) {
            return new RetentionReport(sink.sink(), policy, List.of(), Messages.NOTHING_READABLE_SO_NOTHING_DELETED);
        }
        long size = newest.get().hint().map(Hint::size).orElse(0L);
        Terms terms = new Terms(policy, newest.get().header(), size, ContentChange.NONE, clock.instant());
        List<RetentionReport.Entry> entries = new ArrayList<>();
        RetentionPlan.of(sink.entries(), terms, entry -> entry)
                .verdicts()
                .forEach((entry, verdict) -> entries.add(new RetentionReport.Entry(
                        entry.location(), entry.headerIfAuthenticated().orElse(null), verdict)));
        return new RetentionReport(sink.sink(), policy, entries, null);
    }

    private RetentionPolicy defaultOf(String name) {
        return sinks.stream()
                .filter(sink -> sink.name().equals(name))
                .findFirst()
                .map(BackupSink::defaultRetention)
                .orElse(RetentionPolicy.keepAll());
    }

    private BackupException notFound(BackupId id, List<Answer> answers) {
        Set<String> found = new TreeSet<>();
        List<String> notSeen = new ArrayList<>();
        for (Answer answer : answers) {
            answer.ids().forEach(known -> found.add(known.value()));
            String failure = answer.failure();
            if (failure != null) {
                notSeen.add(Messages.notListed(answer.sink().name(), failure));
            }
        }
        return new BackupException(redact.apply(Messages.noSuchBackup(id, found, notSeen)));
    }
}
