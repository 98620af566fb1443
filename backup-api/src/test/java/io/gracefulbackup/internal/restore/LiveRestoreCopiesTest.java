package io.gracefulbackup.internal.restore;

import static io.gracefulbackup.internal.fixtures.App.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gracefulbackup.BackupException;
import io.gracefulbackup.BackupId;
import io.gracefulbackup.RestoreRefusedException;
import io.gracefulbackup.RestoreReport;
import io.gracefulbackup.internal.fixtures.App;
import io.gracefulbackup.internal.fixtures.MemorySink;
import io.gracefulbackup.internal.fixtures.SealedBackups;
import io.gracefulbackup.spi.StoredBackup.Hint;
import java.io.IOException;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A live restore uses any intact copy; without one it says what is wrong with each, and changes nothing. */
@Timeout(120)
class LiveRestoreCopiesTest {
    private static final String OTHER_KEY = "another-key-for-tests-0123456789";

    private final MemorySink first = new MemorySink("first");
    private final MemorySink second = new MemorySink("second");
    private final MemorySink third = new MemorySink("third");

    // ---- the next copy

    @Test
    void takesTheNextCopyWhenAPayloadIsDamaged() {
        try (App app = App.start(first, second)) {
            BackupId old = app.save("old").id().orElseThrow();
            app.save("new");
            first.damagePayload(old);

            assertThat(app.backup().restore(old).sink()).contains("second");

            assertThat(app.state).isEqualTo("old");
        }
    }

    @Test
    void takesTheThirdCopyWhenTheFirstIsDamagedAndTheSecondUnreachable() {
        try (App app = App.start(first, second, third)) {
            BackupId old = app.save("old").id().orElseThrow();
            app.save("new");
            first.damagePayload(old);
            second.list = () -> {
                throw new IOException("no route to host");
            };

            assertThat(app.backup().restore(old).sink()).contains("third");

            assertThat(app.state).isEqualTo("old");
        }
    }

    @Test
    void takesTheThirdCopyWhenTheFirstIsDamagedAndTheSecondCannotBeFetched() {
        try (App app = App.start(first, second, third)) {
            BackupId old = app.save("old").id().orElseThrow();
            app.save("new");
            first.damagePayload(old);
            second.open = () -> {
                throw new IOException("gateway 504");
            };

            assertThat(app.backup().restore(old).sink()).contains("third");
        }
    }

    @Test
    void findsTheCopyUnderAWrongHintWhenTheHintedOneIsDamaged() {
        try (App app = App.start(first, second)) {
            BackupId old = app.save("old").id().orElseThrow();
            for (int i = 0; i < 5; i++) {
                app.save("new " + i);
            }
            first.damagePayload(old);
            second.hints.computeIfPresent(old.value(), (location, hint) -> hintOf("f".repeat(32), hint));

            assertThat(app.backup().restore(old).sink()).contains("second");

            assertThat(app.state).isEqualTo("old");
        }
    }

    @Test
    void takesTheOtherCopyWhenOneIsUnderAnotherKey() {
        BackupId old;
        try (App app = App.start(first)) {
            old = app.save("old").id().orElseThrow();
        }
        byte[] foreign = sealedUnderAnotherKey();
        try (App app = App.start(first, second)) {
            app.save("new");
            second.copyFrom(first);
            first.bytes.put(old.value(), foreign);

            assertThat(app.backup().restore(old).sink()).contains("second");
        }
    }

    // ---- no copy

    @Test
    void tellsWhatHappenedInEachSink() {
        try (App app = App.start(first, second, third)) {
            BackupId old = app.save("old").id().orElseThrow();
            app.save("new");
            first.damagePayload(old);
            second.damage(old);
            AtomicInteger opened = new AtomicInteger();
            third.open = () -> {
                if (opened.getAndIncrement() > 0) {
                    throw new IOException("gateway 504");
                }
            };

            assertThatThrownBy(() -> app.backup().restore(old))
                    .isExactlyInstanceOf(BackupException.class)
                    .hasMessageContainingAll("nothing has changed", "first: ", "second: ", "third: ", "gateway 504");

            assertThat(app.state).isEqualTo("new");
        }
    }

    @Test
    void saysThatNothingHasChangedWhenEveryPayloadIsDamaged() {
        try (App app = App.start(first, second)) {
            BackupId old = app.save("old").id().orElseThrow();
            app.save("new");
            first.damagePayload(old);
            second.damagePayload(old);
            int before = first.bytes.size();

            assertThatThrownBy(() -> app.backup().restore(old))
                    .isExactlyInstanceOf(BackupException.class)
                    .hasMessageContainingAll("nothing has changed", "first: ", "second: ");

            assertThat(app.state).isEqualTo("new");
            assertThat(first.bytes).as("no pre-restore backup").hasSize(before);
        }
    }

    @Test
    void refusesABackupUnderAnotherKeyAndChangesNothing() {
        byte[] foreign = sealedUnderAnotherKey();
        try (App app = App.start(first, second)) {
            BackupId old = app.save("old").id().orElseThrow();
            app.save("new");
            first.bytes.put(old.value(), foreign);
            second.damagePayload(old);

            assertThatThrownBy(() -> app.backup().restore(old))
                    .isInstanceOf(RestoreRefusedException.class)
                    .hasMessageContainingAll("nothing has changed", "key", "first: ", "second: ")
                    .hasMessageNotContaining("Refusing to start");

            assertThat(app.state).isEqualTo("new");
        }
    }

    @Test
    void refusesABackupOfANewerFormatAndChangesNothing() throws Exception {
        try (App app = App.start(first)) {
            BackupId old = app.save("old").id().orElseThrow();
            app.save("new");
            byte[] newer = first.bytes.get(old.value());
            newer[3] = 99;
            System.arraycopy(sha256(Arrays.copyOf(newer, 75)), 0, newer, 75, 32);

            assertThatThrownBy(() -> app.backup().restore(old))
                    .isInstanceOf(RestoreRefusedException.class)
                    .hasMessageContainingAll("nothing has changed", "version 99");

            assertThat(app.state).isEqualTo("new");
        }
    }

    @Test
    void refusesASectionThatNobodyClaimsWithoutTalkingOfAStart() {
        BackupId other;
        try (App app = App.start(builder -> builder.source(text("more", () -> "x", read -> {})), second)) {
            other = app.save("old").id().orElseThrow();
        }
        try (App app = App.start(first)) {
            app.save("new");
            first.copyFrom(second);

            assertThatThrownBy(() -> app.backup().restore(other))
                    .isInstanceOf(RestoreRefusedException.class)
                    .hasMessageContainingAll("nothing has changed", "ignoreSection(\"more\")")
                    .hasMessageNotContaining("Refusing to start");

            assertThat(app.state).isEqualTo("new");
        }
    }

    @Test
    void anUnforeseenFailureSaysThatNothingHasChanged() {
        FailingClock clock = new FailingClock();
        try (App app = App.start(builder -> builder.clock(clock), first)) {
            BackupId old = app.save("old").id().orElseThrow();
            app.save("new");
            clock.fails = true;

            assertThatThrownBy(() -> app.backup().restore(old))
                    .isInstanceOf(BackupException.class)
                    .hasMessageContainingAll("nothing has changed", "no clock");

            clock.fails = false;
            assertThat(app.state).isEqualTo("new");
            assertThat(app.save("newer").isStored()).isTrue();
        }
    }

    @Test
    void aChangeThatDoesNotEndChangesNothing() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        try (App app = App.start(first)) {
            BackupId old = app.save("old").id().orElseThrow();
            app.save("new");
            Thread change = new Thread(() -> app.backup().write(() -> {
                begun.countDown();
                awaitUninterruptibly(goOn);
            }));
            change.start();
            begun.await();

            assertThatThrownBy(() -> app.backup().restore(old))
                    .isInstanceOf(BackupException.class)
                    .hasMessageContaining("nothing has changed");

            goOn.countDown();
            change.join();
            assertThat(app.state).isEqualTo("new");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void anExitEndsTheReadingAndChangesNothing(int hangsAtRead) throws Exception {
        CountDownLatch hanging = new CountDownLatch(1);
        CountDownLatch released = new CountDownLatch(1);
        try (App app = App.start(first)) {
            BackupId old = app.save("old").id().orElseThrow();
            app.save("new");
            AtomicInteger opened = new AtomicInteger();
            first.open = () -> {
                if (opened.incrementAndGet() == hangsAtRead) {
                    hanging.countDown();
                    awaitUninterruptibly(released);
                }
            };
            FutureTask<RestoreReport> restore =
                    new FutureTask<>(() -> app.backup().restore(old));
            new Thread(restore).start();
            hanging.await();

            Thread exit = new Thread(() -> app.backup().close());
            exit.start();

            assertThatThrownBy(() -> restore.get(8, TimeUnit.SECONDS))
                    .hasCauseInstanceOf(BackupException.class)
                    .hasMessageContainingAll("nothing has changed", "exit has begun");
            released.countDown();
            exit.join();
            assertThat(app.state).isEqualTo("new");
        }
    }

    // ---- how much is read

    @Test
    void readsOnlyWhatItNeeds() {
        try (App app = App.start(first)) {
            BackupId old = app.save("old").id().orElseThrow();
            for (int i = 0; i < 20; i++) {
                app.save("new " + i);
            }
            List<Integer> opened = new ArrayList<>();
            first.open = () -> opened.add(1);

            app.backup().restore(old);

            assertThat(opened)
                    .as("the newest three, the wanted one, and its payload")
                    .hasSizeLessThanOrEqualTo(5);
            assertThat(app.state).isEqualTo("old");
        }
    }

    @Test
    void readsAllHeadersWhenNoHintShowsTheBackup() {
        try (App app = App.start(first)) {
            BackupId old = app.save("old").id().orElseThrow();
            for (int i = 0; i < 6; i++) {
                app.save("new " + i);
            }
            first.hints.computeIfPresent(old.value(), (location, hint) -> hintOf("f".repeat(32), hint));

            app.backup().restore(old);

            assertThat(app.state).isEqualTo("old");
        }
    }

    @Test
    void staysAboveABackupThatCameSinceTheStart() {
        BackupId old;
        try (App app = App.start(first)) {
            old = app.save("old").id().orElseThrow();
            SealedBackups.store(first, 7, 90);
            app.backup().restore(old);
        }
        try (App again = App.start(first)) {
            assertThat(again.state).isEqualTo("old");
            assertThat(again.backup().restoreReport().restored().orElseThrow().epoch())
                    .isEqualTo(8);
        }
    }

    private static Hint hintOf(String id, Hint other) {
        return new Hint(new BackupId(id), other.epoch(), other.sequence(), other.size(), other.createdAt());
    }

    private byte[] sealedUnderAnotherKey() {
        MemorySink elsewhere = new MemorySink("elsewhere");
        try (App app = App.start(builder -> builder.setting("SECRET_KEY", OTHER_KEY), elsewhere)) {
            return elsewhere.bytes.get(app.save("foreign").id().orElseThrow().value());
        }
    }

    private static byte[] sha256(byte[] bytes) throws Exception {
        return MessageDigest.getInstance("SHA-256").digest(bytes);
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        while (latch.getCount() > 0) {
            try {
                latch.await();
            } catch (InterruptedException e) {
                // The test ends it.
            }
        }
    }

    private static final class FailingClock extends Clock {
        private volatile boolean fails;

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            if (fails) {
                throw new IllegalStateException("no clock");
            }
            return Instant.now();
        }
    }
}
