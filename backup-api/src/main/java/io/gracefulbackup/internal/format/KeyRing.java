package io.gracefulbackup.internal.format;

import io.gracefulbackup.BackupException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BinaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The keys of an application: one that seals, and others that only open. Safe for use by several threads.
 *
 * <p>Deriving a root key takes 64 MiB and half a second, and files that anyone may have written decide for which salts keys
 * are derived. So there is only one derivation at a time, and a ring derives at most {@value #MAX_DERIVATIONS} keys, one of
 * which is reserved for sealing.
 */
public final class KeyRing {
    static final int MAX_DERIVATIONS = 8;

    private record Slot(int key, String salt) {}

    private final List<byte[]> keys = new ArrayList<>();
    private final BinaryOperator<byte[]> derivation;
    private final Map<Slot, RootKey> roots = new ConcurrentHashMap<>();
    private final Set<RootKey> confirmed = ConcurrentHashMap.newKeySet();
    private int derivations;
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
        this.derivation = derivation;
        keys.add(current.clone());
        previous.forEach(key -> keys.add(key.clone()));
    }

    /**
     * The root key to seal under: the adopted one. If none was adopted, the first call derives one with a random salt, which
     * takes about half a second.
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
     * @throws BackupException if the search would exceed the number of derivations
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
        int limit = sealing == null ? MAX_DERIVATIONS - 1 : MAX_DERIVATIONS;
        if (derivations >= limit) {
            throw new BackupException("Backups under too many different salts: " + derivations
                    + " keys were derived since the start; the limit is " + MAX_DERIVATIONS
                    + ", one of them reserved for sealing. Move backups of other applications or keys away from the place"
                    + " where this application keeps its own, or shorten SECRET_KEY_PREVIOUS, and start again");
        }
        return derive(slot, salt);
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
        derivations++;
        RootKey root = new RootKey(derivation.apply(keys.get(slot.key()), salt), salt, slot.key() == 0);
        roots.put(slot, root);
        return root;
    }

    @Override
    public String toString() {
        return "KeyRing[" + keys.size() + " keys]";
    }
}
