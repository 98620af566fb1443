package io.gracefulbackup.internal.pointers;

import static org.assertj.core.api.Assertions.assertThat;

import io.gracefulbackup.BackupHeader;
import io.gracefulbackup.BackupId;
import io.gracefulbackup.BackupVersion;
import io.gracefulbackup.Deadline;
import io.gracefulbackup.internal.fixtures.MemoryPointers;
import io.gracefulbackup.internal.report.OperatorLog;
import io.gracefulbackup.internal.support.Threads;
import io.gracefulbackup.spi.PointerStore;
import io.gracefulbackup.spi.PointerStore.Latest;
import io.gracefulbackup.spi.StoredBackup.Pointer;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
class PointersTest {
    private static final String ID = "00000000000000000000000000000001";
    private static final Deadline LONG = Deadline.after(Duration.ofMinutes(1));

    private final MemoryPointers first = new MemoryPointers();
    private final MemoryPointers second = new MemoryPointers();
    private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
    private final OperatorLog log = new OperatorLog(line -> {
        lines.add(line);
        return line;
    });
    private final Pointers pointers =
            new Pointers("app", log, line -> line, new Threads(getClass().getClassLoader()));

    PointersTest() {
        pointers.add(first);
        pointers.add(second);
    }

    @Test
    void savesInEveryStoreAndSaysSo() throws Exception {
        assertThat(pointers.save(List.of(cid("bafy")), header(1, 1), LONG)).containsExactly("saved");
        assertThat(first.values).containsEntry("CID", "bafy");
        assertThat(second.values).containsEntry("CID", "bafy");
    }

    @Test
    void neverLeadsAPointerBack() throws Exception {
        first.values.put(PointerStore.BACKUP_LATEST, latest(2, 1));
        first.values.put("CID", "newer");
        pointers.save(List.of(cid("older")), header(1, 9), LONG);
        assertThat(first.values).containsEntry("CID", "newer");
        assertThat(second.values).containsEntry("CID", "older");
    }

    @Test
    void aStoreThatFailsIsOnlyAWarning() throws Exception {
        first.broken = true;
        assertThat(pointers.save(List.of(cid("bafy")), header(1, 1), LONG)).containsExactly("saved");
        assertThat(pointers.values("CID", LONG)).containsExactly("bafy");
    }

    @Test
    void saysNothingWhenOnlyAStoreHasItThatGoesWithTheInstance() throws Exception {
        first.broken = true;
        second.durable = false;
        assertThat(pointers.save(List.of(cid("bafy")), header(1, 1), LONG)).isEmpty();
    }

    @Test
    void givesTheValueOfTheStoreThatKnowsTheNewestFirst() throws Exception {
        first.values.put("CID", "old");
        first.values.put(PointerStore.BACKUP_LATEST, latest(1, 3));
        second.values.put("CID", "new");
        second.values.put(PointerStore.BACKUP_LATEST, latest(1, 4));
        assertThat(pointers.values("CID", LONG)).containsExactly("new", "old");
    }

    @Test
    void knowsTheHighestOfAllStores() throws Exception {
        first.values.put(PointerStore.BACKUP_LATEST, latest(1, 9));
        second.values.put(PointerStore.BACKUP_LATEST, latest(2, 1));
        assertThat(pointers.latest(LONG).latest())
                .hasValueSatisfying(said -> assertThat(said.epoch()).isEqualTo(2));
    }

    @Test
    void emptinessIsProvenOnlyWhenAllAnswerAndOneOutlivesTheInstance() throws Exception {
        assertThat(pointers.latest(LONG).provesEmptiness()).isTrue();
        second.broken = true;
        assertThat(pointers.latest(LONG).provesEmptiness()).isFalse();
        second.broken = false;
        first.durable = false;
        second.durable = false;
        assertThat(pointers.latest(LONG).provesEmptiness()).isFalse();
    }

    @Test
    void readsWhatItWrites() {
        Latest latest = Latest.of(header(3, 14));
        assertThat(Latest.parse(" " + latest + "\n")).contains(latest);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "1.2",
                "1.2.xyz",
                "a.2." + ID,
                "bafybeid",
                "-1.2." + ID,
                "1.-2." + ID,
                "+1.2." + ID,
                "1.9223372036854775807." + ID,
                "9223372036854775807.1." + ID,
                "1.9223372036854775808." + ID,
                "1.99999999999999999999." + ID,
                "1.2." + ID + ".",
                "1.2." + ID + ".two words",
                "1.2." + ID + ".line\nfeed"
            })
    void whatIsNoPointerIsNone(String text) {
        assertThat(Latest.parse(text)).isEqualTo(Optional.empty());
    }

    @ParameterizedTest
    @ValueSource(strings = {"app", "My.app_1-x", "a.b.c"})
    void namesTheApplication(String application) {
        assertThat(Latest.parse("3.14." + ID + "." + application))
                .contains(new Latest(3, 14, new BackupId(ID), application));
    }

    @Test
    void aValueWithoutAnApplicationIsOnesOwn() throws Exception {
        first.values.put(PointerStore.BACKUP_LATEST, "3.14." + ID);
        first.values.put("CID", "bafy");

        assertThat(pointers.latest(LONG).latest()).contains(new Latest(3, 14, new BackupId(ID)));
        assertThat(pointers.values("CID", LONG)).containsExactly("bafy");
        assertThat(pointers.save(List.of(cid("new")), header(4, 1), LONG)).containsExactly("saved");
    }

    // ---- other applications

    @Test
    void anotherApplicationsPointerIsNotOnesOwn() throws Exception {
        first.values.put(PointerStore.BACKUP_LATEST, "9.9." + ID + ".other");
        first.values.put("CID", "of the other");
        second.values.put(PointerStore.BACKUP_LATEST, latest(1, 2));
        second.values.put("CID", "own");

        assertThat(pointers.latest(LONG).latest()).map(Latest::epoch).contains(1L);
        assertThat(pointers.latest(LONG).otherApplications()).containsExactly("other");
        assertThat(pointers.values("CID", LONG)).containsExactly("own");
    }

    @Test
    void anotherApplicationsPointerIsLeftAndThatIsSaid() throws Exception {
        first.values.put(PointerStore.BACKUP_LATEST, "1.1." + ID + ".other");
        first.values.put("CID", "of the other");
        second.durable = false;

        assertThat(pointers.save(List.of(cid("own")), header(9, 9), LONG)).isEmpty();

        assertThat(first.values).containsEntry("CID", "of the other");
        assertThat(second.values).containsEntry("CID", "own");
        assertThat(lines.poll(20, TimeUnit.SECONDS)).contains("belong to the application \"other\"", "of \"app\"");
    }

    @Test
    void anotherApplicationInItsPlaceProvesNothing() throws Exception {
        first.values.put(PointerStore.BACKUP_LATEST, "1.1." + ID + ".other");

        assertThat(pointers.latest(LONG).latest()).isEmpty();
        assertThat(pointers.latest(LONG).provesEmptiness()).isFalse();
    }

    @Test
    void anotherApplicationInAPlaceOfItsOwnIsNamed() throws Exception {
        first.others = Set.of("app", "other", "third");

        assertThat(pointers.latest(LONG))
                .isEqualTo(new LatestPointer(Optional.empty(), true, Set.of("other", "third")));
    }

    private static Pointer cid(String value) {
        return new Pointer("CID", value, "saved");
    }

    private static String latest(long epoch, long sequence) {
        return Latest.of(header(epoch, sequence)).toString();
    }

    private static BackupHeader header(long epoch, long sequence) {
        return BackupHeader.builder(
                        "app", new BackupId(String.format("%032x", sequence)), new BackupVersion(epoch, sequence))
                .name("name")
                .reason("MANUAL")
                .instance("test")
                .build();
    }

    @Test
    void saysThatAStoreHasNoReceiptBecauseItHangs() throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        first.local = true;
        second.local = true;
        first.beforeSave = () -> {
            try {
                never.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        };

        pointers.save(new Receipt("me", Instant.EPOCH, null), Deadline.after(Duration.ofMillis(300)));

        assertThat(second.values).containsKey(Receipt.NAME);
        assertThat(lines.poll(20, TimeUnit.SECONDS)).isEqualTo("No receipt could be left in memory: no answer in time");
    }

    @Test
    void saysThatThereIsNoReceiptBecauseAnEarlierOneIsStillBeingWritten() throws Exception {
        CountDownLatch writing = new CountDownLatch(1);
        CountDownLatch mayEnd = new CountDownLatch(1);
        first.local = true;
        first.beforeSave = () -> {
            writing.countDown();
            try {
                mayEnd.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        };
        ReceiptWriter writer = new ReceiptWriter(pointers, "me", Clock.systemUTC());
        Thread starting = new Thread(() -> {
            try {
                writer.running(LONG);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        starting.setDaemon(true);
        starting.start();
        writing.await();

        writer.withdrawn(Deadline.after(Duration.ofMillis(100)));

        assertThat(lines.poll(20, TimeUnit.SECONDS)).contains("No receipt could be left in memory");
        mayEnd.countDown();
    }
}
