package io.gracefulbackup.internal.format;

import static io.gracefulbackup.internal.format.Fixtures.APPLICATION;
import static io.gracefulbackup.internal.format.Fixtures.SECRET;
import static io.gracefulbackup.internal.format.Fixtures.key;
import static io.gracefulbackup.internal.format.Fixtures.ring;
import static io.gracefulbackup.internal.format.Fixtures.seal;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.gracefulbackup.BackupException;
import io.gracefulbackup.internal.format.BackupReader.Contents;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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

    /** A derivation that takes two seconds by this clock. */
    private final AtomicLong clock = new AtomicLong();

    private final List<String> derived = new ArrayList<>();

    private KeyRing slowRing(String current, String... previous) {
        return new KeyRing(
                key(current),
                Stream.of(previous).map(Fixtures::key).toList(),
                (secret, salt) -> {
                    clock.addAndGet(Duration.ofSeconds(2).toNanos());
                    derived.add(HexFormat.of().formatHex(salt));
                    return Fixtures.cheapDerivation(secret, salt);
                },
                clock::get);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4, 20})
    void everyKeyMeetsEverySaltHoweverManyThereAre(int rotations) throws IOException {
        List<String> secrets = IntStream.range(0, rotations)
                .mapToObj(i -> "secret number " + i)
                .toList();
        KeyRing ring = ring("the current secret", secrets.toArray(String[]::new));

        for (String secret : secrets) {
            assertThat(verify(ring, sealedUnder(secret)).stateBytes()).isEqualTo(1);
        }
    }

    @Test
    void derivesToOpenWhileGrantedTimeIsLeft() {
        KeyRing ring = slowRing(SECRET);
        ring.grant(Duration.ofSeconds(61));

        List<Throwable> refused = openForeign(ring, 40);

        assertThat(derived).hasSize(31);
        assertThat(refused.subList(0, 31)).allMatch(UnreadableBackupException.WrongKey.class::isInstance);
        assertThat(refused.subList(31, 40))
                .allSatisfy(why -> assertThat(why)
                        .isExactlyInstanceOf(BackupException.class)
                        .hasMessageContainingAll("No time was left", "31 keys", "BACKUP_START_TIMEOUT"));
    }

    @Test
    void opensAnewAfterAnotherGrant() throws IOException {
        KeyRing ring = slowRing(SECRET);
        openForeign(ring, 40);

        ring.grant(Duration.ofSeconds(1));

        assertThat(verify(ring, sealedUnder(SECRET)).stateBytes()).isEqualTo(1);
    }

    @Test
    void aSmallerGrantTakesNothingAway() throws IOException {
        KeyRing ring = slowRing(SECRET);

        ring.grant(Duration.ZERO);

        assertThat(verify(ring, sealedUnder(SECRET)).stateBytes()).isEqualTo(1);
    }

    @Test
    void opensUnderADerivedKeyWithoutATimeGranted() throws IOException {
        KeyRing ring = slowRing(SECRET);
        byte[] own = sealedUnder(SECRET);
        verify(ring, own);
        openForeign(ring, 40);

        assertThat(verify(ring, own).stateBytes()).isEqualTo(1);
    }

    @Test
    void sealsThoughAllTimeIsSpentOnForeignFiles() {
        KeyRing ring = slowRing(SECRET, "previous key");
        openForeign(ring, 40);

        assertThat(ring.sealingKey().isCurrent()).isTrue();
    }

    @Test
    void aDerivationThatThrowsCostsNoTimeAndIsTriedAgain() throws IOException {
        AtomicInteger failures = new AtomicInteger(100);
        KeyRing ring = new KeyRing(
                key(SECRET),
                List.of(),
                (secret, salt) -> {
                    clock.addAndGet(Duration.ofSeconds(2).toNanos());
                    if (failures.decrementAndGet() >= 0) {
                        throw new IllegalStateException("provider");
                    }
                    return Fixtures.cheapDerivation(secret, salt);
                },
                clock::get);
        byte[] own = sealedUnder(SECRET);
        for (int i = 0; i < 100; i++) {
            assertThat(catchThrowable(() -> verify(ring, own))).isInstanceOf(IllegalStateException.class);
        }

        assertThat(verify(ring, own).stateBytes()).isEqualTo(1);
    }

    /** What opening files under other keys, each with a salt of its own, threw. */
    private static List<Throwable> openForeign(KeyRing ring, int files) {
        List<Throwable> refused = new ArrayList<>();
        for (int file = 0; file < files; file++) {
            refused.add(catchThrowable(() -> verify(ring, sealedUnder("the key of somebody else"))));
        }
        return refused;
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
