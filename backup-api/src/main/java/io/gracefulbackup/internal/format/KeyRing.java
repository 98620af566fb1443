package io.gracefulbackup.internal.format;

import io.gracefulbackup.BackupException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BinaryOperator;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The keys of an application: one that seals, and others that only open. Safe for use by several threads.
 *
 * <p>Deriving a root key takes 64 MiB and half a second, and files that anyone may have written decide for which salts keys
 * are derived. So there is only one derivation at a time, and the derivations to open take no more time than was {@linkplain
 * #grant granted}. The key that seals is always derived.
 */
public final class KeyRing {
    /** For a reader that nobody grants anything: as long as a start lasts. */
    private static final Duration FIRST_GRANT = Duration.ofMinutes(1);

    private record Slot(int key, String salt) {}

    private final List<byte[]> keys = new ArrayList<>();
    private final BinaryOperator<byte[]> derivation;
    private final Map<Slot, RootKey> roots = new ConcurrentHashMap<>();
    private final Set<RootKey> confirmed = ConcurrentHashMap.newKeySet();
    private final LongSupplier nanoTime;
    private final AtomicLong nanosToOpen = new AtomicLong(FIRST_GRANT.toNanos());
    private volatile @Nullable RootKey sealing;

    /**
     * Copies the keys.
     *
     * @param current the key that seals and opens
     * @param previous keys that only open
     */
    public KeyRing(byte[] current, List<byte[]> previous) {
        this(current, previous, KeyDerivation::argon2id);
    }

    /** For tests that need many root keys. */
    KeyRing(byte[] current, List<byte[]> previous, BinaryOperator<byte[]> derivation) {
        this(current, previous, derivation, System::nanoTime);
    }

    /** For tests of the time that derivations take. */
    KeyRing(byte[] current, List<byte[]> previous, BinaryOperator<byte[]> derivation, LongSupplier nanoTime) {
        this.derivation = derivation;
        this.nanoTime = nanoTime;
        keys.add(current.clone());
        previous.forEach(key -> keys.add(key.clone()));
    }

    /**
     * Lets derivations to open take that much time from now on, in all, unless more is left of an earlier grant. An operation
     * grants the time that it has, so that salts which nobody's backups have cannot hold it up for longer.
     */
    public void grant(Duration time) {
        nanosToOpen.accumulateAndGet(nanos(time), Math::max);
    }

    private static long nanos(Duration time) {
        return time.compareTo(Duration.ofDays(1)) < 0
                ? time.toNanos()
                : Duration.ofDays(1).toNanos();
    }

    /**
     * Checks in some milliseconds that a key could be derived now. A first start opens nothing, and would find out at its exit.
     *
     * @throws TooLittleHeapException if not
     */
    public static void checkHeap() {
        KeyDerivation.checkHeap();
    }

    /**
     * The root key to seal under: the adopted one. If none was adopted, the first call derives one with a random salt, which
     * takes about half a second.
     *
     * @throws TooLittleHeapException if there is no room for the derivation
     */
    public RootKey sealingKey() {
        RootKey root = sealing;
        return root != null ? root : deriveSealingKey();
    }

    /**
     * The ids of the root keys that stored backups are sealed under, the one that seals first. Another process with the same
     * secrets has the same ids once it has seen the same backups.
     */
    public List<String> confirmedKeyIds() {
        RootKey own = sealing;
        return confirmed.stream()
                .sorted(Comparator.comparing(root -> root != own))
                .map(RootKey::keyId)
                .toList();
    }

    /** Records that a stored backup is sealed under this root key. */
    public void confirm(RootKey root) {
        confirmed.add(root);
    }

    /** Uses this root key for sealing from now on, if it was derived from the current key; has no effect otherwise. */
    public synchronized void adopt(RootKey root) {
        if (root.isCurrent()) {
            sealing = root;
        }
    }

    /**
     * Finds the root key that a backup was sealed under.
     *
     * @throws UnreadableBackupException.WrongKey if it was derived from none of the keys
     * @throws BackupException if the search would exceed the time granted for derivations
     * @throws TooLittleHeapException if there is no room for a derivation
     */
    RootKey find(Preamble preamble) {
        byte[] salt = preamble.salt();
        byte[] id = preamble.keyId();
        for (int key = 0; key < keys.size(); key++) {
            RootKey root = root(key, salt);
            if (MessageDigest.isEqual(root.id(), id)) {
                confirm(root);
                return root;
            }
        }
        String name = HexFormat.of().formatHex(id);
        throw new UnreadableBackupException.WrongKey(
                "The backup was sealed with the key of id " + name + ", which is none of the " + keys.size()
                        + " configured here. Set SECRET_KEY to the key that it was sealed with, or add that key to"
                        + " SECRET_KEY_PREVIOUS",
                name);
    }

    private RootKey root(int key, byte[] salt) {
        Slot slot = new Slot(key, HexFormat.of().formatHex(salt));
        RootKey known = roots.get(slot);
        return known != null ? known : deriveToOpen(slot, salt);
    }

    private synchronized RootKey deriveToOpen(Slot slot, byte[] salt) {
        RootKey known = roots.get(slot);
        if (known != null) {
            return known;
        }
        if (nanosToOpen.get() <= 0) {
            throw new BackupException("No time was left to derive the key of this backup: " + roots.size()
                    + " keys were derived for the backups found before it. Move backups of other applications or keys away"
                    + " from the place where this application keeps its own, shorten SECRET_KEY_PREVIOUS, or raise"
                    + " BACKUP_START_TIMEOUT");
        }
        long begin = nanoTime.getAsLong();
        RootKey root = derive(slot, salt);
        nanosToOpen.addAndGet(begin - nanoTime.getAsLong());
        return root;
    }

    private synchronized RootKey deriveSealingKey() {
        RootKey root = sealing;
        if (root == null) {
            byte[] salt = new byte[KeyDerivation.SALT_BYTES];
            new SecureRandom().nextBytes(salt);
            root = derive(new Slot(0, HexFormat.of().formatHex(salt)), salt);
            sealing = root;
        }
        return root;
    }

    private RootKey derive(Slot slot, byte[] salt) {
        RootKey root = new RootKey(derivation.apply(keys.get(slot.key()), salt), salt, slot.key() == 0);
        roots.put(slot, root);
        return root;
    }

    @Override
    public String toString() {
        return "KeyRing[" + keys.size() + " keys]";
    }
}
