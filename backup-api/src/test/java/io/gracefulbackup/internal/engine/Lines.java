package io.gracefulbackup.internal.engine;

import io.gracefulbackup.spi.BackupHeader;
import io.gracefulbackup.spi.BackupId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Grows lines of backups as processes do. */
final class Lines {
    static final Instant NOW = Instant.parse("2026-01-14T15:30:45Z");

    private final AtomicLong drawn;
    private final Lineage lineage;
    private final String name;
    private @Nullable BackupHeader last;

    private Lines(
            AtomicLong drawn,
            String name,
            @Nullable BackupHeader parent,
            @Nullable String choice,
            long epoch,
            long lastSequence) {
        this.drawn = drawn;
        this.name = name;
        this.last = parent;
        this.lineage = new Lineage(new Lineage.Origin("app", null, name, choice), parent, null, 0, epoch, lastSequence);
    }

    /** A process that started empty. */
    static Lines root(String name) {
        return new Lines(new AtomicLong((long) name.hashCode() << 32 & Long.MAX_VALUE), name, null, null, 1, 0);
    }

    /** Another process that has restored the same backup. */
    Lines fork() {
        return last == null
                ? new Lines(drawn, name, null, null, 1, 0)
                : new Lines(drawn, name, last, null, last.epoch(), last.sequence());
    }

    /** A process that has restored it by choice, in view of one more backup. */
    Lines chosen(@Nullable String choice) {
        return new Lines(drawn, name, last, choice, last.epoch() + 1, last.sequence() + 1);
    }

    BackupHeader next() {
        return next(NOW);
    }

    BackupHeader next(Instant createdAt) {
        BackupHeader sealed = unstored(createdAt);
        lineage.stored(sealed.id());
        return sealed;
    }

    BackupHeader unstored(Instant createdAt) {
        last = lineage.next(new BackupId(String.format("%032x", drawn.incrementAndGet())), name, createdAt, "MANUAL");
        return last;
    }

    List<BackupHeader> grow(int count) {
        List<BackupHeader> grown = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            grown.add(next());
        }
        return grown;
    }

    List<BackupHeader> unstored(int count) {
        List<BackupHeader> grown = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            grown.add(unstored(NOW));
        }
        return grown;
    }
}
