package io.gracefulbackup.internal.install;

import io.gracefulbackup.BackupHeader;
import io.gracefulbackup.BackupId;
import io.gracefulbackup.Deadline;
import io.gracefulbackup.RetentionPolicy;
import io.gracefulbackup.spi.BackupSink;
import io.gracefulbackup.spi.Listing;
import io.gracefulbackup.spi.PermanentFailureException;
import io.gracefulbackup.spi.SealedBackup;
import io.gracefulbackup.spi.StoredBackup;
import io.gracefulbackup.spi.StoredBackup.Hint;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.SequenceInputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A sink of a {@link Situation}: keeps its entries in memory, and answers as the situation says. */
final class SituationSink implements BackupSink {
    /** How it answers when it is asked for its entries. */
    enum Answer {
        LISTS,
        NOT_LISTABLE,
        /** Fails in a way that may pass. */
        DOWN,
        /** Fails in a way that does not pass. */
        REFUSES,
        /** Does not answer. */
        HANGS,
        /** Its provider could not be loaded. */
        BROKEN;

        boolean isUnreachable() {
            return this != LISTS && this != NOT_LISTABLE;
        }

        boolean mayPass() {
            return this == DOWN || this == HANGS;
        }
    }

    /** What happens when an entry is opened. */
    enum Opening {
        OPENS,
        FAILS,
        REFUSES,
        HANGS,
        /** Gives the header, and fails before the end. */
        BREAKS;

        /** Whether the header can be read. */
        boolean givesTheHeader() {
            return this == OPENS || this == BREAKS;
        }
    }

    /** How the bytes of an entry differ from what was sealed. */
    enum Damage {
        NONE,
        MAGIC,
        PREAMBLE,
        HEADER,
        PAYLOAD,
        CUT_IN_HEADER,
        CUT_IN_PAYLOAD,
        NOTHING_LEFT;

        byte[] of(byte[] sealed) {
            return switch (this) {
                case NONE -> sealed;
                case MAGIC -> flipped(sealed, 0);
                case PREAMBLE -> flipped(sealed, 20);
                case HEADER -> flipped(sealed, 300);
                case PAYLOAD -> flipped(sealed, sealed.length - 1);
                case CUT_IN_HEADER -> Arrays.copyOf(sealed, 600);
                case CUT_IN_PAYLOAD -> Arrays.copyOf(sealed, sealed.length - 5);
                case NOTHING_LEFT -> new byte[0];
            };
        }

        private static byte[] flipped(byte[] sealed, int at) {
            sealed[at] ^= 1;
            return sealed;
        }

        boolean leavesTheHeader() {
            return this == NONE || this == PAYLOAD || this == CUT_IN_PAYLOAD;
        }
    }

    /** What the catalogue of a sink says of its entries. */
    enum Hints {
        TRUE,
        NONE,
        /** The newest is called the oldest. */
        REVERSED,
        /** All are called the same old backup. */
        ONE_FOR_ALL;

        boolean lie() {
            return this == REVERSED || this == ONE_FOR_ALL;
        }
    }

    /** Which backups it keeps. */
    enum Keeps {
        ALL,
        LAST_TEN,
        NEWEST
    }

    /** One entry. */
    static final class Entry {
        final String location;
        final Saved saved;
        final Damage damage;
        final @Nullable Hint hint;
        /** The application that the catalogue says it belongs to; null if the sink lists it to any. */
        final @Nullable String catalogued;

        Opening opening;

        Entry(
                String location,
                Saved saved,
                Damage damage,
                @Nullable Hint hint,
                @Nullable String catalogued,
                Opening opening) {
            this.location = location;
            this.saved = saved;
            this.damage = damage;
            this.hint = hint;
            this.catalogued = catalogued;
            this.opening = opening;
        }

        StoredBackup stored() {
            return StoredBackup.at(location, hint);
        }

        @Override
        public String toString() {
            return saved
                    + (damage == Damage.NONE ? "" : " damaged " + damage)
                    + (opening == Opening.OPENS ? "" : " " + opening)
                    + (hint == null
                            ? ""
                            : hint.id().equals(saved.id()) && hint.version().equals(saved.header.version())
                                    ? " (true hint)"
                                    : " (hint " + hint.version() + ")")
                    + (catalogued == null ? "" : " [" + catalogued + "]");
        }
    }

    private static final BackupId OLD = new BackupId("0123456789abcdef0123456789abcdef");

    final List<Entry> entries = new ArrayList<>();
    Answer answer;
    final Keeps keeps;
    final Hints hints;
    final boolean durable;
    private final String name;
    final AtomicInteger opened = new AtomicInteger();
    /** What every call to open an entry takes. */
    Duration openingTakes = Duration.ZERO;
    /** The application that asks. */
    private volatile String application = SituationWorld.APPLICATION;

    private int placed;

    SituationSink(String name, Answer answer, Keeps keeps, Hints hints, boolean durable) {
        this.name = name;
        this.answer = answer;
        this.keeps = keeps;
        this.hints = hints;
        this.durable = durable;
    }

    void askedBy(String who) {
        application = who;
    }

    /** Puts an entry there as it is. */
    void put(Saved saved, Damage damage, Opening opening, @Nullable String catalogued) {
        entries.add(new Entry(name + "-" + ++placed, saved, damage, hint(saved), catalogued, opening));
    }

    /** Stores a new backup, and keeps what the sink keeps. Only an intact ancestor gives way. */
    void keep(Saved saved) {
        put(saved, Damage.NONE, Opening.OPENS, saved.header.application());
        int kept = keeps == Keeps.NEWEST ? 1 : keeps == Keeps.LAST_TEN ? 10 : Integer.MAX_VALUE;
        List<Entry> ancestors = entries.stream()
                .filter(entry -> entry.damage == Damage.NONE && saved.descendsFrom(entry.saved))
                .toList();
        entries.removeAll(ancestors.subList(0, Math.max(0, ancestors.size() + 1 - kept)));
    }

    private @Nullable Hint hint(Saved saved) {
        BackupHeader header = saved.header;
        long size = saved.bytes().length;
        return switch (hints) {
            case TRUE -> Hint.of(header, size);
            case NONE -> null;
            case REVERSED ->
                new Hint(header.id(), 90 - header.epoch(), 90 - header.sequence(), size, header.createdAt());
            case ONE_FOR_ALL -> new Hint(OLD, 1, 1, size, Instant.EPOCH);
        };
    }

    /** The same, with entries of its own. */
    SituationSink copy() {
        SituationSink copy = new SituationSink(name, answer, keeps, hints, durable);
        entries.forEach(entry -> copy.entries.add(
                new Entry(entry.location, entry.saved, entry.damage, entry.hint, entry.catalogued, entry.opening)));
        copy.placed = placed;
        return copy;
    }

    /** What it lists to that application. */
    List<Entry> entriesOf(String who) {
        return entries.stream()
                .filter(entry -> entry.catalogued == null || entry.catalogued.equals(who))
                .toList();
    }

    /** What it holds of others. */
    List<Entry> othersThan(String who) {
        return entries.stream()
                .filter(entry -> entry.catalogued != null && !entry.catalogued.equals(who))
                .toList();
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Listing list(Deadline deadline) throws IOException {
        return switch (answer) {
            case LISTS ->
                Listing.of(entriesOf(application).stream().map(Entry::stored).toList());
            case NOT_LISTABLE -> new Listing.NotListable("the key may only upload");
            case DOWN, BROKEN -> throw new IOException("connection refused, password " + SituationWorld.KEY);
            case REFUSES -> throw new PermanentFailureException("the password " + SituationWorld.KEY + " is wrong");
            case HANGS -> throw hang(deadline);
        };
    }

    @Override
    public List<StoredBackup> listOthers(Deadline deadline) {
        return othersThan(application).stream().map(Entry::stored).toList();
    }

    @Override
    public InputStream open(StoredBackup backup, Deadline deadline) throws IOException {
        opened.incrementAndGet();
        wait(openingTakes);
        Entry entry = entries.stream()
                .filter(held -> held.location.equals(backup.location()))
                .findFirst()
                .orElseThrow(() -> new IOException("no " + backup.location()));
        return switch (entry.opening) {
            case OPENS -> new ByteArrayInputStream(entry.damage.of(entry.saved.bytes()));
            case FAILS -> throw new IOException("timed out, password " + SituationWorld.KEY);
            case REFUSES -> throw new PermanentFailureException("may not read, password " + SituationWorld.KEY);
            case HANGS -> throw hang(deadline);
            case BREAKS -> breaking(entry.damage.of(entry.saved.bytes()));
        };
    }

    /** A stream that fails instead of its last byte. */
    private static InputStream breaking(byte[] bytes) {
        InputStream failing = new InputStream() {
            @Override
            public int read() throws IOException {
                throw new IOException("connection reset, password " + SituationWorld.KEY);
            }

            @Override
            public int read(byte[] into, int from, int length) throws IOException {
                return read();
            }
        };
        return new SequenceInputStream(new ByteArrayInputStream(bytes, 0, Math.max(0, bytes.length - 1)), failing);
    }

    /** Waits until the library gives this call up; a second longer than it was told to, if the library does not. */
    private static IOException hang(Deadline deadline) throws IOException {
        wait(deadline.remaining().plusSeconds(1));
        return new IOException("given up");
    }

    /** Takes that much time, unless interrupted. */
    static void wait(Duration time) throws InterruptedIOException {
        try {
            if (new CountDownLatch(1).await(time.toNanos(), TimeUnit.NANOSECONDS)) {
                throw new IllegalStateException("nobody counts it down");
            }
        } catch (InterruptedException givenUp) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("given up");
        }
    }

    @Override
    public boolean outlivesInstance() {
        return durable;
    }

    @Override
    public StoredBackup store(SealedBackup backup, Deadline deadline) throws IOException {
        throw new IOException("situations store by themselves");
    }

    @Override
    public void delete(StoredBackup backup, Deadline deadline) throws IOException {
        throw new IOException("situations delete by themselves");
    }

    @Override
    public RetentionPolicy defaultRetention() {
        return RetentionPolicy.keepAll();
    }

    @Override
    public String toString() {
        return name + (durable ? "" : ", not durable") + ", " + answer + ": " + entries;
    }
}
