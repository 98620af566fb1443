package io.gracefulbackup.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.gracefulbackup.Deadline;
import io.gracefulbackup.spi.BackupSink;
import io.gracefulbackup.spi.Inspection;
import io.gracefulbackup.spi.SealedBackup;
import io.gracefulbackup.spi.StoredBackup;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The promises of a sink about damaged bytes and unreachable places. */
abstract class SinkIntegrityContract extends SinkFixture {
    private static final Duration BRIEF = Duration.ofSeconds(2);

    /** The ways in which stored bytes are damaged. */
    enum Damage implements UnaryOperator<byte[]> {
        ONE_BIT,
        LAST_BYTE,
        SECOND_HALF_LOST,
        LAST_BYTE_LOST,
        ONE_BYTE_MORE;

        @Override
        public byte[] apply(byte[] bytes) {
            return switch (this) {
                case ONE_BIT -> flipped(bytes, bytes.length / 2);
                case LAST_BYTE -> flipped(bytes, bytes.length - 1);
                case SECOND_HALF_LOST -> Arrays.copyOf(bytes, bytes.length / 2);
                case LAST_BYTE_LOST -> Arrays.copyOf(bytes, bytes.length - 1);
                case ONE_BYTE_MORE -> Arrays.copyOf(bytes, bytes.length + 1);
            };
        }

        private static byte[] flipped(byte[] bytes, int at) {
            byte[] changed = bytes.clone();
            changed[at] ^= 1;
            return changed;
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = FaultySink.Fault.class,
            names = {"CUT", "FLIP_LAST_BYTE"})
    void refusesBytesWithAnotherDigest(FaultySink.Fault fault) throws Exception {
        BackupSink sink = sink();
        SealedBackup before = small();
        SealedBackup backup = supply.ours().next(1 << 20);
        store(sink, before);
        BackupSink faulty = new FaultySink(sink).with(FaultySink.Call.STORE, fault);

        TimedCall.start("store of bytes that were changed in transit", enough(), () -> store(faulty, backup))
                .failsWithin(patience());

        assertHolds(before);
        store(sink, backup);
        assertHolds(before, backup);
    }

    @Test
    void verifiesTheStoredBytes() throws Exception {
        BackupSink sink = sink();
        SealedBackup before = small();
        SealedBackup backup = small();
        store(sink, before);
        corruptStorage();

        TimedCall.start("store on storage that flips a bit", enough(), () -> store(sink, backup))
                .failsWithin(patience());

        assertThat(inspect(sink(), entryOf(sink(), before.header().id()))).isInstanceOf(Inspection.Intact.class);
    }

    @ParameterizedTest
    @EnumSource(Damage.class)
    void listsDamagedEntries(Damage damage) throws Exception {
        BackupSink sink = sink();
        SealedBackup whole = small();
        SealedBackup damaged = small();
        store(sink, whole);
        store(sink, damaged);
        damage(entryOf(sink, damaged.header().id()), damage);

        List<StoredBackup> entries = entries(sink());

        assertThat(entries).as("damaged entries are listed too").hasSize(2);
        for (StoredBackup entry : entries) {
            assertThat(inspectOrRefused(entry)).isNotEqualTo(Optional.of(new Inspection.Intact(damaged.header())));
        }
        assertThat(inspect(sink, entryOf(sink, whole.header().id()))).isInstanceOf(Inspection.Intact.class);
    }

    private Optional<Inspection> inspectOrRefused(StoredBackup entry) throws Exception {
        BackupSink sink = sink();
        return TimedCall.start("open of " + entry.location(), enough(), () -> inspect(sink, entry))
                .endsWithin(patience());
    }

    @ParameterizedTest
    @EnumSource(Damage.class)
    void doesNotReportADamagedBackupOfTheSameIdAsStored(Damage damage) throws Exception {
        BackupSink sink = sink();
        SealedBackup backup = small();
        store(sink, backup);
        damage(entryOf(sink, backup.header().id()), damage);

        Optional<StoredBackup> again = TimedCall.start(
                        "store over a damaged backup of the same id", enough(), () -> store(sink, backup))
                .endsWithin(patience());

        if (again.isPresent()) {
            assertThat(digest(sink(), again.get())).isEqualTo(backup.sha256());
        }
    }

    @Test
    void failsWhenThePlaceIsUnreachable() throws Exception {
        BackupSink sink = closing(openUnreachable());
        SealedBackup backup = small();

        // Sinks may try again until the deadline, so a short one saves time.
        assertKeepsSecrets(sink, "list", () -> sink.list(Deadline.after(BRIEF)));
        assertKeepsSecrets(sink, "store", () -> sink.store(backup, Deadline.after(BRIEF)));
    }

    /** Asserts that a call throws an {@code IOException}, and that neither its stack trace nor the sink shows a secret. */
    private void assertKeepsSecrets(BackupSink sink, String what, Callable<?> call) {
        assertThat(catchThrowable(call::call))
                .as("the exception of %s when the place cannot be reached", what)
                .isInstanceOf(IOException.class)
                .satisfies(failure -> {
                    StringWriter all = new StringWriter();
                    failure.printStackTrace(new PrintWriter(all));
                    String shown = all + sink.toString() + sink.detectedLine();
                    assertThat(secrets()).allSatisfy(secret -> assertThat(shown).doesNotContain(secret));
                });
    }
}
