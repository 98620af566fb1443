package io.gracefulbackup.internal.retention;

import io.gracefulbackup.BackupException;
import io.gracefulbackup.BackupId;
import io.gracefulbackup.Deadline;
import io.gracefulbackup.ProtectionReport;
import io.gracefulbackup.RetentionPolicy;
import io.gracefulbackup.RetentionReport;
import io.gracefulbackup.internal.catalog.Catalog;
import io.gracefulbackup.internal.catalog.CatalogEntry;
import io.gracefulbackup.internal.catalog.Inventory;
import io.gracefulbackup.internal.catalog.Lineage;
import io.gracefulbackup.internal.catalog.Lineage.ContentChange;
import io.gracefulbackup.internal.catalog.SinkInventory;
import io.gracefulbackup.internal.report.Messages;
import io.gracefulbackup.internal.retention.RetentionPlan.Terms;
import io.gracefulbackup.internal.support.Failures;
import io.gracefulbackup.internal.support.Timeouts;
import io.gracefulbackup.spi.BackupSink;
import io.gracefulbackup.spi.StoredBackup.Hint;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
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
     * Protects a backup in every sink that shows it, or ends that. Ending it also acknowledges that the state shrank after
     * that backup.
     */
    public ProtectionReport protect(BackupId id, boolean isProtected) throws InterruptedException {
        Deadline deadline = Deadline.after(patience);
        Inventory inventory = inventoryShowing(id);
        if (!isProtected) {
            lineage.acknowledge(id);
        }
        Set<String> done = new LinkedHashSet<>();
        Map<String, String> others = new LinkedHashMap<>();
        for (SinkInventory sink : inventory.sinks()) {
            if (!sink.isListed()) {
                others.put(sink.sink(), redact.apply(sink.why()));
            }
            for (CatalogEntry entry : sink.entries()) {
                if (entry.idIfKnown().filter(id::equals).isPresent()) {
                    Optional<String> failure = protect(entry, isProtected, deadline);
                    failure.ifPresentOrElse(
                            why -> others.put(sink.sink(), redact.apply(why)), () -> done.add(sink.sink()));
                }
            }
        }
        return new ProtectionReport(id, List.copyOf(done), others);
    }

    /** Reads all headers if no hint shows the backup: the hints may be wrong. */
    private Inventory inventoryShowing(BackupId id) throws InterruptedException {
        Inventory byHints = ask(false);
        if (byHints.shows(id)) {
            return byHints;
        }
        Inventory byHeaders = ask(true);
        if (!byHeaders.shows(id)) {
            throw notFound(id, byHeaders);
        }
        return byHeaders;
    }

    private static Optional<String> protect(CatalogEntry entry, boolean isProtected, Deadline deadline) {
        try {
            return entry.sink().protect(entry.stored(), isProtected, deadline)
                    ? Optional.empty()
                    : Optional.of(Messages.CANNOT_PROTECT);
        } catch (IOException | RuntimeException e) {
            return Optional.of(Failures.describe(e));
        }
    }

    /** What retention would do in each sink if the newest backup there had just been stored. */
    public List<RetentionReport> retention() throws InterruptedException {
        return ask(true).sinks().stream().map(this::report).toList();
    }

    private RetentionReport report(SinkInventory sink) {
        RetentionPolicy policy = policies.getOrDefault(sink.sink(), defaultOf(sink.sink()));
        if (!sink.isListed()) {
            return new RetentionReport(sink.sink(), policy, List.of(), redact.apply(sink.why()));
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

    private Inventory ask(boolean readAll) throws InterruptedException {
        return catalog.ask(patience, Timeouts.REMAINING_SINKS, readAll);
    }

    private BackupException notFound(BackupId id, Inventory inventory) {
        Set<String> found = new TreeSet<>();
        inventory
                .entries()
                .map(CatalogEntry::idIfKnown)
                .flatMap(Optional::stream)
                .forEach(known -> found.add(known.value()));
        List<String> notSeen = inventory.notListed().stream()
                .map(sink -> Messages.notListed(sink.sink(), sink.why()))
                .toList();
        return new BackupException(redact.apply(Messages.noSuchBackup(id, found, notSeen)));
    }
}
