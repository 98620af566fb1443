package io.gracefulbackup.internal.format;

import static io.gracefulbackup.internal.format.Fixtures.APPLICATION;
import static io.gracefulbackup.internal.format.Fixtures.SECRET;
import static io.gracefulbackup.internal.format.Fixtures.key;
import static io.gracefulbackup.internal.format.Fixtures.ring;
import static io.gracefulbackup.internal.format.Fixtures.seal;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.gracefulbackup.BackupException;
import io.gracefulbackup.internal.format.BackupReader.Contents;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class KeyRingTest {
    private static byte[] sealedUnder(String secret) {
        return seal(ring(secret).sealingKey(), BodyCodec.NONE, Map.of("s", new byte[] {1}));
    }

    private static Contents verify(KeyRing ring, byte[] sealed) throws IOException {
        return new BackupReader(ring, APPLICATION).verify(new ByteArrayInputStream(sealed));
    }

    @Test
    void opensWithAPreviousKeyButDoesNotSealWithIt() throws IOException {
        KeyRing ring = ring("the new key", SECRET);
        RootKey found = verify(ring, sealedUnder(SECRET)).root();

        ring.adopt(found);

        assertThat(found.isCurrent()).isFalse();
        assertThat(ring.sealingKey().isCurrent()).isTrue();
        assertThat(ring.sealingKey()).isNotSameAs(found);
    }

    @Test
    void sealsUnderTheRootKeyOfTheRestoredBackup() throws IOException {
        KeyRing ring = ring(SECRET);
        RootKey found = verify(ring, sealedUnder(SECRET)).root();

        ring.adopt(found);

        assertThat(ring.sealingKey()).isSameAs(found);
    }

    @Test
    void usesARandomSaltIfNoRootKeyIsAdopted() {
        KeyRing ring = ring(SECRET);

        assertThat(ring.sealingKey()).isSameAs(ring.sealingKey());
        assertThat(ring(SECRET).sealingKey().keyId())
                .isNotEqualTo(ring.sealingKey().keyId());
    }

    @Test
    void refusesTheNinthDerivation() throws IOException {
        KeyRing ring = ring(SECRET);
        assertThat(ring.sealingKey()).isNotNull();
        byte[] first = sealedUnder(SECRET);
        verify(ring, first);
        for (int derivation = 3; derivation <= KeyRing.MAX_DERIVATIONS; derivation++) {
            verify(ring, sealedUnder(SECRET));
        }

        assertThatThrownBy(() -> verify(ring, sealedUnder(SECRET)))
                .isExactlyInstanceOf(BackupException.class)
                .hasMessageContaining("8")
                .hasMessageContaining("SECRET_KEY_PREVIOUS");
        assertThat(verify(ring, first).stateBytes()).isEqualTo(1);
    }

    @Test
    void canStillSealWhenForeignFilesUsedUpAllOtherDerivations() {
        AtomicInteger derivations = new AtomicInteger();
        KeyRing ring = new KeyRing(key(SECRET), List.of(key("previous key")), (secret, salt) -> {
            derivations.incrementAndGet();
            return Fixtures.cheapDerivation(secret, salt);
        });
        for (int file = 0; file < 10; file++) {
            assertThat(catchThrowable(() -> verify(ring, sealedUnder("the key of somebody else"))))
                    .isInstanceOf(BackupException.class);
        }

        assertThat(ring.sealingKey().isCurrent()).isTrue();
        assertThat(derivations).hasValue(KeyRing.MAX_DERIVATIONS);
    }

    @Test
    void derivesEachRootKeyOnceAndNeverTwoAtATime() throws Exception {
        AtomicInteger running = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        AtomicInteger derivations = new AtomicInteger();
        KeyRing ring = new KeyRing(key(SECRET), List.of(), (secret, salt) -> {
            most.accumulateAndGet(running.incrementAndGet(), Math::max);
            derivations.incrementAndGet();
            byte[] root = KeyDerivation.argon2id(secret, salt);
            running.decrementAndGet();
            return root;
        });
        KeyRing writer = new KeyRing(key(SECRET), List.of());
        byte[] one = seal(writer.sealingKey(), BodyCodec.NONE, Map.of());
        ExecutorService threads = Executors.newFixedThreadPool(6);
        try {
            List<Callable<Object>> work = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                work.add(() -> verify(ring, one));
                work.add(ring::sealingKey);
            }
            for (var done : threads.invokeAll(work)) {
                assertThat(done.get()).isNotNull();
            }
        } finally {
            threads.shutdownNow();
        }

        assertThat(derivations).hasValue(2);
        assertThat(most).hasValue(1);
    }

    @Test
    void copiesTheGivenKeys() throws IOException {
        byte[] secret = key(SECRET);
        KeyRing ring = new KeyRing(secret, List.of(), Fixtures::cheapDerivation);
        Arrays.fill(secret, (byte) 0);

        assertThat(verify(ring, sealedUnder(SECRET)).stateBytes()).isEqualTo(1);
    }

    @Test
    void showsNoSecret() throws IOException {
        KeyRing ring = ring(SECRET, SECRET + "-previous");
        RootKey root = ring.sealingKey();
        byte[] sealed = seal(root, BodyCodec.NONE, Map.of("s", "canary-3f9a-in-the-state".getBytes(ISO_8859_1)));
        byte[] tampered = sealed.clone();
        tampered[2000] ^= 1;

        List<String> shown = new ArrayList<>(List.of(
                ring.toString(), root.toString(), verify(ring, sealed).toString(), new String(sealed, ISO_8859_1)));
        for (byte[] wrong : List.of(sealedUnder("other"), tampered, new byte[9], Arrays.copyOf(sealed, 4300))) {
            Throwable refused = catchThrowable(() -> verify(ring, wrong));
            assertThat(refused).isInstanceOf(UnreadableBackupException.class);
            for (Throwable e = refused; e != null; e = e.getCause()) {
                shown.add(e.toString());
            }
        }
        assertThat(shown).noneMatch(text -> text.contains("canary-3f9a"));
    }
}
