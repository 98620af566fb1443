package io.gracefulbackup.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.gracefulbackup.Deadline;
import io.gracefulbackup.spi.BackupSink;
import io.gracefulbackup.spi.SealedBackup;
import io.gracefulbackup.spi.StoredBackup;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** The promises of {@link BackupSink#probe}. */
abstract class SinkProbeContract extends SinkConcurrencyContract {
    private static final Duration BRIEF = Duration.ofSeconds(2);
    private static final int AT_ONCE = 4;

    @Test
    void aProbeOfAnEmptyPlaceLeavesNothingBehind() throws Exception {
        Object before = contents();

        probe(sink());

        assertThat(contents()).as("the contents after a probe").isEqualTo(before);
        assertHolds();
    }

    @Test
    void preparationsAddNoBackupAndLeaveTheOnesThatAreThere() throws Exception {
        BackupSink sink = sink();
        sink.prepare(Deadline.after(Duration.ofSeconds(30)));
        assertHolds();
        SealedBackup stored = small();
        store(sink, stored);

        sink.prepare(Deadline.after(Duration.ofSeconds(30)));

        assertHolds(stored);
    }

    @Test
    void probesLeaveTheBackupsAsTheyAre() throws Exception {
        BackupSink sink = sink();
        SealedBackup older = small();
        SealedBackup newest = small();
        store(sink, older);
        store(sink, newest);
        Object before = contents();

        probe(sink);
        probe(sink);
        probe(sink());

        assertThat(contents()).as("the contents after three probes").isEqualTo(before);
        assertHolds(older, newest);
        SealedBackup next = small();
        store(sink, next);
        assertHolds(older, newest, next);
    }

    @Test
    void aProbePassesWhileABackupIsBeingStored() throws Exception {
        BackupSink sink = sink();
        SealedBackup before = small();
        SealedBackup backup = supply.ours().next(1 << 20);
        store(sink, before);
        CountDownLatch storing = new CountDownLatch(1);
        CountDownLatch probed = new CountDownLatch(1);
        TimedCall<StoredBackup> call = TimedCall.start(
                "store",
                enough(),
                () -> store(sink, ForwardingBackup.withStreams(backup, in -> new Paused(in, storing, probed))));
        try {
            assertThat(storing.await(patience().toMillis(), TimeUnit.MILLISECONDS))
                    .as("the sink reads the backup")
                    .isTrue();

            startProbe(sink).succeedsWithin(patience());
            startProbe(sink()).succeedsWithin(patience());
        } finally {
            probed.countDown();
        }
        call.succeedsWithin(patience());

        assertHolds(before, backup);
    }

    @Test
    void probesAtTheSameTimeDoNotDisturbEachOther() throws Exception {
        Object before = contents();
        List<BackupSink> processes = List.of(sink(), sink());
        List<TimedCall<Boolean>> calls = new ArrayList<>();
        for (int i = 0; i < AT_ONCE; i++) {
            calls.add(startProbe(processes.get(i % processes.size())));
        }
        for (TimedCall<Boolean> call : calls) {
            call.succeedsWithin(patience());
        }

        assertThat(contents()).as("the contents after probes at the same time").isEqualTo(before);
    }

    @Test
    void aProbeFailsWhenThePlaceIsUnreachable() throws Exception {
        needsProbe();

        assertFindsTheFaultOf(closing(openUnreachable()));
    }

    @Test
    void aProbeFailsWhenTheCredentialsAreRefused() throws Exception {
        needsProbe();

        assertFindsTheFaultOf(closing(openRefused()));
    }

    @Test
    void aProbeFailsWhenThePlaceRefusesWrites() throws Exception {
        needsProbe();
        SealedBackup before = small();
        store(sink(), before);
        refuseWrites();

        // As a process that starts now would: a connection that is open may still write.
        assertFindsTheFaultOf(sink());
        assertHolds(before);
    }

    /** Asserts that a probe fails, with a reason that shows no secret, and that a store would fail. */
    private void assertFindsTheFaultOf(BackupSink sink) {
        // Sinks may try again until the deadline, so a short one saves time.
        Throwable failure = failureOf("probe", sink, () -> sink.probe(Deadline.after(BRIEF)));
        assertThat(failure.getMessage()).as("the reason of a probe").isNotBlank();
        SealedBackup backup = small();
        failureOf("store", sink, () -> sink.store(backup, Deadline.after(BRIEF)));
    }

    private Throwable failureOf(String what, BackupSink sink, ThrowingCallable call) {
        Throwable failure = catchThrowable(call);
        assertThat(failure)
                .as("the exception of %s by %s, where no backup can be stored", what, sink.name())
                .isInstanceOf(IOException.class);
        StringWriter all = new StringWriter();
        failure.printStackTrace(new PrintWriter(all));
        assertThat(secrets())
                .allSatisfy(secret -> assertThat(all.toString())
                        .as("the exception of %s", what)
                        .doesNotContain(secret));
        return failure;
    }

    private void probe(BackupSink sink) throws Exception {
        startProbe(sink).succeedsWithin(patience());
    }

    private TimedCall<Boolean> startProbe(BackupSink sink) {
        return TimedCall.start("probe", enough(), () -> {
            sink.probe(enough());
            return true;
        });
    }

    private void needsProbe() {
        Assumptions.assumeTrue(canProbe(), "skipped: canProbe() is false");
    }

    /** A stream that waits in the middle, once. */
    private static final class Paused extends FilterInputStream {
        private final CountDownLatch reached;
        private final CountDownLatch released;

        Paused(InputStream in, CountDownLatch reached, CountDownLatch released) {
            super(in);
            this.reached = reached;
            this.released = released;
        }

        @Override
        public int read() throws IOException {
            pause();
            return super.read();
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            pause();
            return super.read(bytes, offset, length);
        }

        private void pause() throws IOException {
            reached.countDown();
            try {
                released.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw (IOException) new InterruptedIOException("interrupted while reading").initCause(e);
            }
        }
    }
}
