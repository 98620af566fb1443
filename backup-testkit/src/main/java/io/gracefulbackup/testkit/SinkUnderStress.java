package io.gracefulbackup.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.gracefulbackup.Deadline;
import io.gracefulbackup.spi.BackupSink;
import io.gracefulbackup.spi.Inspection;
import io.gracefulbackup.spi.SealedBackup;
import io.gracefulbackup.spi.StoredBackup;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What a sink promises when time runs out, threads are interrupted and calls come at once. */
abstract class SinkUnderStress extends SinkIntegrity {
    private static final int MIB = 1 << 20;
    private static final int AT_ONCE = 6;

    @Test
    void aDeadlineThatExpiresInTheMiddleLeavesNothingHalf() throws Exception {
        BackupSink sink = sink();
        SealedBackup before = small();
        SealedBackup backup = lines.ours().next(MIB);
        store(sink, before);
        Deadline deadline = Deadline.after(patience());
        CountDownLatch expired = new CountDownLatch(1);
        SealedBackup expiring = paced(backup, MIB / 2, () -> {
            deadline.expire();
            expired.countDown();
        });

        Attempt<StoredBackup> storing = Attempt.start("store", deadline, () -> sink.store(expiring, deadline));

        assertThat(expired.await(patience().toMillis(), TimeUnit.MILLISECONDS))
                .as("the sink reads what it is given")
                .isTrue();
        storing.failsWithin(reaction());
        assertHolds(before);
        store(sink, backup);
        assertHolds(before, backup);
    }

    @Test
    void storesNothingWhenNoTimeIsLeft() throws Exception {
        BackupSink sink = sink();
        SealedBackup before = small();
        SealedBackup backup = lines.ours().next(MIB);
        store(sink, before);
        Deadline over = Deadline.after(Duration.ZERO);
        SealedBackup slow = paced(backup, 0, () -> {});

        Attempt.start("store", over, () -> sink.store(slow, over)).failsWithin(reaction());

        assertHolds(before);
        store(sink, backup);
        assertHolds(before, backup);
    }

    @Test
    void everyCallEndsSoonWhenNoTimeIsLeft() throws Exception {
        BackupSink sink = sink();
        SealedBackup older = small();
        SealedBackup newest = small();
        store(sink, older);
        store(sink, newest);
        StoredBackup entry = entryOf(sink, older.header().id());
        Deadline over = Deadline.after(Duration.ZERO);

        Attempt.start("list", over, () -> sink.list(over)).endsWithin(reaction());
        Attempt.start("open", over, () -> read(sink, entry, over)).endsWithin(reaction());
        Attempt.start("delete", over, () -> delete(sink, entry, over)).endsWithin(reaction());

        assertThat(inspect(sink, entryOf(sink, newest.header().id()))).isInstanceOf(Inspection.Intact.class);
    }

    @Test
    void anInterruptedThreadIsNoReasonToLie() throws Exception {
        BackupSink sink = sink();
        SealedBackup before = small();
        SealedBackup backup = lines.ours().next(MIB);
        store(sink, before);

        Attempt.startInterrupted("list", enough(), () -> entries(sink))
                .endsWithin(patience())
                .ifPresent(found -> assertThat(found).hasSize(1));
        Optional<StoredBackup> stored = Attempt.startInterrupted("store", enough(), () -> store(sink, backup))
                .endsWithin(patience());

        if (stored.isPresent()) {
            assertHolds(before, backup);
        } else {
            assertHolds(before);
        }
        store(sink, backup);
        assertHolds(before, backup);
    }

    @Test
    void storesDifferentBackupsAtOnce() throws Exception {
        List<BackupSink> processes = List.of(sink(), sink());
        List<SealedBackup> backups = new ArrayList<>();
        List<Attempt<StoredBackup>> attempts = new ArrayList<>();
        Meeting meeting = new Meeting(AT_ONCE);
        for (int i = 0; i < AT_ONCE; i++) {
            BackupSink sink = processes.get(i % processes.size());
            SealedBackup backup = lines.ours().next(100_000L * i);
            backups.add(backup);
            attempts.add(Attempt.start("store " + i, enough(), () -> store(sink, meeting.of(backup))));
        }
        for (Attempt<StoredBackup> attempt : attempts) {
            attempt.succeedsWithin(patience());
        }

        assertHolds(backups.toArray(SealedBackup[]::new));
    }

    @Test
    void storesTheSameBackupAtOnce() throws Exception {
        List<BackupSink> processes = List.of(sink(), sink());
        SealedBackup backup = lines.ours().next(MIB);
        List<Attempt<StoredBackup>> attempts = new ArrayList<>();
        Meeting meeting = new Meeting(AT_ONCE);
        for (int i = 0; i < AT_ONCE; i++) {
            BackupSink sink = processes.get(i % processes.size());
            attempts.add(Attempt.start("store " + i, enough(), () -> store(sink, meeting.of(backup))));
        }
        for (Attempt<StoredBackup> attempt : attempts) {
            attempt.succeedsWithin(patience());
        }

        assertHolds(backup);
    }

    @Test
    void closesAtOnceAlsoWhileItStores() throws Exception {
        BackupSink sink = open(contextWith(settings()));
        SealedBackup before = small();
        SealedBackup backup = lines.ours().next(MIB);
        store(sink, before);
        CountDownLatch storing = new CountDownLatch(1);
        Deadline deadline = Deadline.after(patience());
        SealedBackup slow = paced(backup, MIB / 2, storing::countDown);
        Attempt<StoredBackup> attempt = Attempt.start("store while closed", deadline, () -> sink.store(slow, deadline));
        assertThat(storing.await(patience().toMillis(), TimeUnit.MILLISECONDS)).isTrue();

        Attempt.start("close", enough(), () -> {
                    close(sink);
                    return true;
                })
                .succeedsWithin(reaction());
        deadline.expire();
        attempt.endsWithin(patience());

        assertHolds(before);
    }

    private static SealedBackup paced(SealedBackup backup, long quick, Runnable then) {
        return ForwardingBackup.withStreams(backup, in -> new PacedStream(in, quick, then));
    }

    private static String read(BackupSink sink, StoredBackup entry, Deadline deadline) throws IOException {
        try (InputStream sealed = sink.open(entry, deadline)) {
            return Digests.sha256(sealed);
        }
    }

    private static boolean delete(BackupSink sink, StoredBackup entry, Deadline deadline) throws IOException {
        sink.delete(entry, deadline);
        return true;
    }
}
