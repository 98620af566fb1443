package io.gracefulbackup.internal.engine;

import io.gracefulbackup.RetentionPolicy;
import io.gracefulbackup.spi.BackupId;
import io.gracefulbackup.spi.BackupSink;
import io.gracefulbackup.spi.Deadline;
import io.gracefulbackup.spi.Listing;
import io.gracefulbackup.spi.SealedBackup;
import io.gracefulbackup.spi.StoredBackup;
import io.gracefulbackup.spi.StoredBackup.Hint;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/** A sink that holds its backups in this process, and breaks as a test wants it to. */
final class MemorySink implements BackupSink {
    final Map<String, byte[]> bytes = new LinkedHashMap<>();
    final Map<String, Hint> hints = new LinkedHashMap<>();
    final List<String> deleted = new ArrayList<>();
    UnaryOperator<Hint> lie = hint -> hint;
    Failing store = () -> {};
    Failing list = () -> {};
    Failing open = () -> {};
    boolean durable = true;
    boolean canProtect = true;
    RetentionPolicy policy = RetentionPolicy.keepAll();
    private final String name;

    MemorySink(String name) {
        this.name = name;
    }

    @FunctionalInterface
    interface Failing {
        void check() throws IOException;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public synchronized StoredBackup store(SealedBackup backup, Deadline deadline) throws IOException {
        store.check();
        String location = backup.header().id().value();
        try (InputStream in = backup.newStream()) {
            bytes.put(location, in.readAllBytes());
        }
        hints.put(location, Hint.of(backup.header(), backup.size()));
        return new StoredBackup(location, hints.get(location), List.of("✅ " + name + " stored"));
    }

    @Override
    public synchronized Listing list(Deadline deadline) throws IOException {
        list.check();
        return Listing.of(bytes.keySet().stream()
                .map(location ->
                        StoredBackup.at(location, hints.containsKey(location) ? lie.apply(hints.get(location)) : null))
                .toList());
    }

    @Override
    public synchronized InputStream open(StoredBackup backup, Deadline deadline) throws IOException {
        open.check();
        return new ByteArrayInputStream(bytes.get(backup.location()));
    }

    @Override
    public synchronized void delete(StoredBackup backup, Deadline deadline) {
        bytes.remove(backup.location());
        hints.remove(backup.location());
        deleted.add(backup.location());
    }

    @Override
    public synchronized boolean protect(StoredBackup backup, boolean isProtected, Deadline deadline) {
        hints.computeIfPresent(backup.location(), (location, hint) -> hint.withProtection(isProtected));
        return canProtect;
    }

    @Override
    public RetentionPolicy defaultRetention() {
        return policy;
    }

    @Override
    public boolean outlivesInstance() {
        return durable;
    }

    synchronized boolean holds(BackupId id) {
        return bytes.containsKey(id.value());
    }

    /** Flips a bit in the middle of a backup. */
    synchronized void damage(BackupId id) {
        byte[] held = bytes.get(id.value());
        held[held.length / 2] ^= 1;
    }
}
