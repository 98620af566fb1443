package io.gracefulbackup.testkit;

import io.gracefulbackup.Deadline;
import io.gracefulbackup.RetentionPolicy;
import io.gracefulbackup.spi.BackupSink;
import io.gracefulbackup.spi.Listing;
import io.gracefulbackup.spi.SealedBackup;
import io.gracefulbackup.spi.StoredBackup;
import io.gracefulbackup.spi.StoredBackup.Hint;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;

/**
 * Keeps backups in the heap of this process. For tests of applications: pass it to
 * {@link io.gracefulbackup.GracefulShutdown.Builder#sink}; the next {@code install()} with the same sink restores what was
 * saved. It passes {@link BackupSinkContract}, protection of single backups included.
 *
 * <p>Safe for use by several threads.
 */
public final class InMemorySink implements BackupSink {
    private static final int PIECE = 8 << 10;

    private final String name;
    private final Map<String, Held> place;

    /**
     * Makes an empty sink.
     *
     * @param name the name in settings and reports
     */
    public InMemorySink(String name) {
        this.name = name;
        this.place = new ConcurrentHashMap<>();
    }

    /** The bytes of a backup, and its hint in the listing. */
    private static final class Held {
        private final byte[] bytes;
        private final Hint hint;

        Held(byte[] bytes, Hint hint) {
            this.bytes = bytes;
            this.hint = hint;
        }
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public StoredBackup store(SealedBackup backup, Deadline deadline) throws IOException {
        byte[] bytes = read(backup, deadline);
        if (!Digests.sha256(bytes).equals(backup.sha256())) {
            throw new IOException("The bytes of backup " + backup.header().id()
                    + " do not have the digest that it names; " + name + " has stored nothing");
        }
        String location = backup.header().id().value();
        Hint hint = Hint.of(backup.header(), bytes.length);
        place.merge(
                location,
                new Held(bytes, hint),
                (there, again) -> new Held(bytes, hint.withProtection(there.hint.isProtected())));
        return StoredBackup.stored(location, hint, List.of("✅ " + title() + " backup stored in memory"));
    }

    private static byte[] read(SealedBackup backup, Deadline deadline) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        byte[] piece = new byte[PIECE];
        try (InputStream in = backup.newStream()) {
            for (int n = in.read(piece); n >= 0; n = in.read(piece)) {
                bytes.write(piece, 0, n);
                if (deadline.isExpired()) {
                    throw new InterruptedIOException("The deadline expired after " + bytes.size() + " bytes");
                }
            }
        }
        return bytes.toByteArray();
    }

    @Override
    public Listing list(Deadline deadline) {
        return Listing.of(place.entrySet().stream()
                .map(held -> StoredBackup.at(held.getKey(), held.getValue().hint))
                .toList());
    }

    @Override
    public InputStream open(StoredBackup backup, Deadline deadline) throws IOException {
        Held held = place.get(backup.location());
        if (held == null) {
            throw new IOException(name + " holds no backup " + backup.location());
        }
        return new ByteArrayInputStream(held.bytes);
    }

    @Override
    public void delete(StoredBackup backup, Deadline deadline) throws IOException {
        Held held =
                place.computeIfPresent(backup.location(), (location, there) -> there.hint.isProtected() ? there : null);
        if (held != null) {
            throw new IOException(backup.location() + " is protected; lift the protection before it is deleted");
        }
    }

    @Override
    public boolean protect(StoredBackup backup, boolean isProtected, Deadline deadline) throws IOException {
        Held held = place.computeIfPresent(
                backup.location(), (location, there) -> new Held(there.bytes, there.hint.withProtection(isProtected)));
        if (held == null) {
            throw new IOException(name + " holds no backup " + backup.location());
        }
        return true;
    }

    @Override
    public RetentionPolicy defaultRetention() {
        return RetentionPolicy.keepAll();
    }

    /**
     * Changes the bytes of a stored backup, as a failing disk would. Does nothing if the backup is gone.
     *
     * @param backup an entry of {@link #list}, or what {@link #store} returned
     * @param change receives a copy of the bytes and returns the new ones
     */
    public void damage(StoredBackup backup, UnaryOperator<byte[]> change) {
        place.computeIfPresent(
                backup.location(), (location, held) -> new Held(change.apply(held.bytes.clone()), held.hint));
    }

    /**
     * Flips one bit of the payload of a stored backup, behind its header. The header can still be read, so the backup is
     * taken for intact until it is restored. Does nothing if the backup is gone.
     *
     * @param backup an entry of {@link #list}, or what {@link #store} returned
     * @throws IllegalArgumentException if it is not a sealed backup
     */
    public void damagePayload(StoredBackup backup) {
        damage(backup, bytes -> {
            bytes[PayloadFilter.payloadBegin(ByteBuffer.wrap(bytes))] ^= 1;
            return bytes;
        });
    }
}
