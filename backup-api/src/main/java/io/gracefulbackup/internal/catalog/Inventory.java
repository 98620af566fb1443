package io.gracefulbackup.internal.catalog;

import io.gracefulbackup.BackupHeader;
import io.gracefulbackup.BackupHeader.Choice;
import io.gracefulbackup.BackupId;
import io.gracefulbackup.BackupVersion;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What all sinks answered at one moment.
 *
 * @param sinks an answer for each sink, in the order of the sinks
 */
public record Inventory(List<SinkInventory> sinks) {
    /** Before any sink has been asked. */
    public static final Inventory EMPTY = new Inventory(List.of());

    public Inventory {
        sinks = List.copyOf(sinks);
    }

    /** The same, with the answers of further sinks at the end. */
    public Inventory plus(List<SinkInventory> more) {
        List<SinkInventory> all = new ArrayList<>(sinks);
        all.addAll(more);
        return new Inventory(all);
    }

    /** All entries, sink by sink. */
    public Stream<CatalogEntry> entries() {
        return sinks.stream().flatMap(sink -> sink.entries().stream());
    }

    /** The entries whose header has been authenticated, sink by sink. */
    public Stream<CatalogEntry.Authenticated> authenticated() {
        return sinks.stream().flatMap(SinkInventory::authenticated);
    }

    /** The backups that have an authenticated copy, newest first; see {@link BackupHeader#OLDEST_FIRST}. */
    public List<BackupCopies> backups() {
        Map<BackupId, List<CatalogEntry.Authenticated>> byId = new LinkedHashMap<>();
        authenticated()
                .forEach(copy -> byId.computeIfAbsent(copy.header().id(), id -> new ArrayList<>())
                        .add(copy));
        return byId.values().stream()
                .map(copies -> new BackupCopies(copies.get(0).header(), copies))
                .sorted(Comparator.comparing(BackupCopies::header, BackupHeader.OLDEST_FIRST.reversed()))
                .toList();
    }

    /** One authenticated header of each backup, newest first. */
    public List<BackupHeader> headers() {
        return backups().stream().map(BackupCopies::header).toList();
    }

    /** The newest authenticated header, whether the payload can be used or not. */
    public Optional<BackupHeader> newestHeader() {
        return authenticated().map(CatalogEntry.Authenticated::header).max(BackupHeader.OLDEST_FIRST);
    }

    /** The choices that the newest backup has honoured, whether it can be used or not. */
    public List<Choice> honouredChoices() {
        return newestHeader().map(BackupHeader::choices).orElse(List.of());
    }

    /** The texts of these choices. */
    public List<String> honouredTexts() {
        return honouredChoices().stream().map(Choice::text).toList();
    }

    /** A backup with all its authenticated copies. */
    public Optional<BackupCopies> find(BackupId id) {
        List<CatalogEntry.Authenticated> copies = copiesOf(id);
        return copies.isEmpty()
                ? Optional.empty()
                : Optional.of(new BackupCopies(copies.get(0).header(), copies));
    }

    /** The authenticated copies of one backup, in the order of the sinks. */
    public List<CatalogEntry.Authenticated> copiesOf(BackupId id) {
        return authenticated().filter(copy -> copy.header().id().equals(id)).toList();
    }

    /**
     * The highest epoch and the highest sequence of all authenticated headers and of {@code floor}. The two may come from
     * different backups.
     */
    public BackupVersion highest(BackupVersion floor) {
        return authenticated().map(copy -> copy.header().version()).reduce(floor, Inventory::highest);
    }

    /** The higher epoch and the higher sequence of two versions. */
    public static BackupVersion highest(BackupVersion one, BackupVersion other) {
        return new BackupVersion(Math.max(one.epoch(), other.epoch()), Math.max(one.sequence(), other.sequence()));
    }

    /** Where the sinks keep backups, for messages. */
    public List<String> places() {
        return sinks.stream().map(SinkInventory::place).toList();
    }

    /** The sinks that did not answer, or failed. */
    public List<SinkInventory> unreachable() {
        return sinks.stream().filter(SinkInventory::isUnreachable).toList();
    }

    /** The sinks that gave no list, for whatever reason. */
    public List<SinkInventory> notListed() {
        return sinks.stream().filter(sink -> !sink.isListed()).toList();
    }

    /** Whether an entry of any sink is that backup, by its header or its hint. */
    public boolean shows(BackupId id) {
        return sinks.stream().anyMatch(sink -> sink.shows(id));
    }
}
