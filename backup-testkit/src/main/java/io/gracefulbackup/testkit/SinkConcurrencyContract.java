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

/** The promises of a sink about deadlines, interrupts and concurrent calls. */
abstract class SinkConcurrencyContract extends SinkIntegrityContract {
    private static final int MIB = 1 << 20;
    private static final int AT_ONCE = 6;

    @Test
    void leavesNoPartialBackupWhenTheDeadlineExpires() throws Exception {
        BackupSink sink = sink();
        SealedBackup before = small();
        SealedBackup backup = supply.ours().next(MIB);
        store(sink, before);
        Deadline.Controller time = Deadline.controlled(patience());
        Deadline deadline = time.deadline();
        CountDownLatch expired = new CountDownLatch(1);
        SealedBackup expiring = throttled(backup, MIB / 2, () -> {
            time.expire();
            expired.countDown();
        });

        TimedCall<StoredBackup> storing = TimedCall.start("store", deadline, () -> sink.store(expiring, deadline));

        assertThat(expired.await(patience().toMillis(), TimeUnit.MILLISECONDS))
                .as("the sink reads the backup")
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
        SealedBackup backup = supply.ours().next(MIB);
        store(sink, before);
        Deadline over = Deadline.after(Duration.ZERO);
        SealedBackup slow = throttled(backup, 0, () -> {});

        TimedCall.start("store", over, () -> sink.store(slow, over)).failsWithin(reaction());

        assertHolds(before);
        store(sink, backup);
        assertHolds(before, backup);
    }

    @Test
    void endsEveryCallSoonAfterTheDeadline() throws Exception {
        BackupSink sink = sink();
        SealedBackup older = small();
        SealedBackup newest = small();
        store(sink, older);
        store(sink, newest);
        StoredBackup entry = entryOf(sink, older.header().id());
        Deadline over = Deadline.after(Duration.ZERO);

        TimedCall.start("probe", over, () -> probe(sink, over)).endsWithin(reaction());
        TimedCall.start("list", over, () -> sink.list(over)).endsWithin(reaction());
        TimedCall.start("open", over, () -> read(sink, entry, over)).endsWithin(reaction());
        TimedCall.start("delete", over, () -> delete(sink, entry, over)).endsWithin(reaction());

        assertThat(inspect(sink, entryOf(sink, newest.header().id()))).isInstanceOf(Inspection.Intact.class);
    }

    @Test
    void reportsTheTruthOnAnInterruptedThread() throws Exception {
        BackupSink sink = sink();
        SealedBackup before = small();
        SealedBackup backup = supply.ours().next(MIB);
        store(sink, before);

        TimedCall.startInterrupted("list", enough(), () -> entries(sink))
                .endsWithin(patience())
                .ifPresent(found -> assertThat(found).hasSize(1));
        Optional<StoredBackup> stored = TimedCall.startInterrupted("store", enough(), () -> store(sink, backup))
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
    void storesDifferentBackupsConcurrently() throws Exception {
        List<BackupSink> processes = List.of(sink(), sink());
        List<SealedBackup> backups = new ArrayList<>();
        List<TimedCall<StoredBackup>> calls = new ArrayList<>();
        StreamBarrier barrier = new StreamBarrier(AT_ONCE);
        for (int i = 0; i < AT_ONCE; i++) {
            BackupSink sink = processes.get(i % processes.size());
            SealedBackup backup = supply.ours().next(100_000L * i);
            backups.add(backup);
            calls.add(TimedCall.start("store " + i, enough(), () -> store(sink, barrier.wrap(backup))));
        }
        for (TimedCall<StoredBackup> call : calls) {
            call.succeedsWithin(patience());
        }

        assertHolds(backups.toArray(SealedBackup[]::new));
    }

    @Test
    void storesTheSameBackupConcurrently() throws Exception {
        List<BackupSink> processes = List.of(sink(), sink());
        SealedBackup backup = supply.ours().next(MIB);
        List<TimedCall<StoredBackup>> calls = new ArrayList<>();
        StreamBarrier barrier = new StreamBarrier(AT_ONCE);
        for (int i = 0; i < AT_ONCE; i++) {
            BackupSink sink = processes.get(i % processes.size());
            calls.add(TimedCall.start("store " + i, enough(), () -> store(sink, barrier.wrap(backup))));
        }
        for (TimedCall<StoredBackup> call : calls) {
            call.succeedsWithin(patience());
        }

        assertHolds(backup);
    }

    @Test
    void closesWithoutWaitingForAStore() throws Exception {
        BackupSink sink = open(contextWith(settings()));
        SealedBackup before = small();
        SealedBackup backup = supply.ours().next(MIB);
        store(sink, before);
        CountDownLatch storing = new CountDownLatch(1);
        Deadline.Controller time = Deadline.controlled(patience());
        Deadline deadline = time.deadline();
        SealedBackup slow = throttled(backup, MIB / 2, storing::countDown);
        TimedCall<StoredBackup> call =
                TimedCall.start("store while closed", deadline, () -> sink.store(slow, deadline));
        assertThat(storing.await(patience().toMillis(), TimeUnit.MILLISECONDS)).isTrue();

        TimedCall.start("close", enough(), () -> {
                    close(sink);
                    return true;
                })
                .succeedsWithin(reaction());
        time.expire();
        call.endsWithin(patience());

        assertHolds(before);
    }

    private static SealedBackup throttled(SealedBackup backup, long fast, Runnable action) {
        return ForwardingBackup.withStreams(backup, in -> new ThrottledStream(in, fast, action));
    }

    private static boolean probe(BackupSink sink, Deadline deadline) throws IOException {
        sink.probe(deadline);
        return true;
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
