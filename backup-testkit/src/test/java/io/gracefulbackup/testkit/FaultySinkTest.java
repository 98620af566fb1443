package io.gracefulbackup.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gracefulbackup.Deadline;
import io.gracefulbackup.spi.Inspection;
import io.gracefulbackup.spi.Listing;
import io.gracefulbackup.spi.SealedBackup;
import io.gracefulbackup.spi.StoredBackup;
import io.gracefulbackup.testkit.FaultySink.Call;
import io.gracefulbackup.testkit.FaultySink.Fault;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(120)
class FaultySinkTest {
    private static final Duration LONG = Duration.ofSeconds(60);
    private static SealedBackups backups;

    private final InMemorySink inner = new InMemorySink("memory");
    private final FaultySink sink = new FaultySink(inner);

    @BeforeAll
    static void createBackups() throws IOException {
        backups = SealedBackups.of("faulty", "a key for sinks with faults");
    }

    @AfterAll
    static void removeBackups() throws IOException {
        backups.close();
    }

    private static Deadline enough() {
        return Deadline.after(LONG);
    }

    private static byte[] bytes(InputStream stream) throws IOException {
        try (stream) {
            return stream.readAllBytes();
        }
    }

    @Test
    void forwardsCallsWithoutAFault() throws IOException {
        SealedBackup backup = backups.next(1000);

        StoredBackup stored = sink.store(backup, enough());

        assertThat(bytes(sink.open(stored, enough()))).isEqualTo(bytes(backup.newStream()));
        assertThat(sink.list(enough())).isEqualTo(inner.list(enough()));
        sink.delete(stored, enough());
        assertThat(inner.list(enough())).isEqualTo(Listing.of(List.of()));
    }

    @ParameterizedTest
    @EnumSource(Call.class)
    void failsTheChosenCalls(Call call) throws IOException {
        StoredBackup stored = sink.store(backups.next(10), enough());
        sink.with(call, Fault.FAIL);
        assertThatIOException().isThrownBy(() -> make(call, stored)).withMessageContaining(call.name());
        sink.with(call, Fault.THROW_ERROR);
        assertThatThrownBy(() -> make(call, stored)).isInstanceOf(Error.class);

        sink.heal();

        make(call, stored);
    }

    private void make(Call call, StoredBackup stored) throws IOException {
        switch (call) {
            case STORE -> sink.store(backups.next(10), enough());
            case PROBE -> sink.probe(enough());
            case LIST -> sink.list(enough());
            case OPEN -> sink.open(stored, enough()).close();
            case DELETE -> sink.delete(stored, enough());
        }
    }

    @Test
    void hangsUntilHealed() throws Exception {
        sink.with(Call.LIST, Fault.HANG);
        Deadline over = Deadline.after(Duration.ZERO);
        TimedCall<Listing> call = TimedCall.start("list", over, () -> sink.list(over));
        while (sink.hanging() == 0) {
            Thread.onSpinWait();
        }

        sink.heal();

        assertThat(call.succeedsWithin(LONG)).isEqualTo(inner.list(over));
        assertThat(sink.hanging()).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 8192, 8193, 100_000})
    void changesOnlyTheLastByte(int size) throws IOException {
        byte[] whole = new byte[size];
        byte[] flipped = whole.clone();
        flipped[size - 1] = 1;

        assertThat(bytes(LastByteFilter.remove(new ByteArrayInputStream(whole))))
                .isEqualTo(Arrays.copyOf(whole, size - 1));
        assertThat(bytes(LastByteFilter.flip(new ByteArrayInputStream(whole)))).isEqualTo(flipped);
    }

    @Test
    void changesTheBytesThatAreRead() throws IOException {
        SealedBackup backup = backups.next(1000);
        StoredBackup stored = sink.store(backup, enough());
        byte[] whole = bytes(backup.newStream());

        assertThat(bytes(sink.with(Call.OPEN, Fault.CUT).open(stored, enough())))
                .hasSize(whole.length - 1);
        assertThat(bytes(sink.with(Call.OPEN, Fault.FLIP_LAST_BYTE).open(stored, enough())))
                .hasSameSizeAs(whole)
                .isNotEqualTo(whole);
        assertThat(bytes(sink.with(Call.OPEN, Fault.SLOW).open(stored, enough())))
                .isEqualTo(whole);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 4096, 1 << 20})
    void damagesThePayloadAndLeavesTheHeaderIntact(int piece) throws IOException {
        SealedBackup backup = backups.next(1000);
        StoredBackup stored = sink.store(backup, enough());
        byte[] whole = bytes(backup.newStream());

        byte[] damaged = inPieces(sink.with(Call.OPEN, Fault.FLIP_PAYLOAD).open(stored, enough()), piece);

        assertThat(Arrays.mismatch(whole, damaged)).isEqualTo(payloadBegin(whole));
        assertDamagedBehindTheHeader(damaged);
    }

    @Test
    void aSinkInMemoryDamagesThePayloadOfWhatItHolds() throws IOException {
        SealedBackup backup = backups.next(1000);
        StoredBackup stored = inner.store(backup, enough());

        inner.damagePayload(stored);

        byte[] damaged = bytes(inner.open(stored, enough()));
        assertThat(Arrays.mismatch(bytes(backup.newStream()), damaged))
                .isEqualTo(payloadBegin(bytes(backup.newStream())));
        assertDamagedBehindTheHeader(damaged);
    }

    @Test
    void damagesThePayloadOfWhatIsStored() throws IOException {
        sink.with(Call.STORE, Fault.FLIP_PAYLOAD);

        assertThatIOException().isThrownBy(() -> sink.store(backups.next(1000), enough()));
    }

    @Test
    void findsNoPayloadInAnotherFile() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> bytes(PayloadFilter.flip(new ByteArrayInputStream(new byte[5000]))))
                .withMessageContaining("not a sealed backup");
    }

    private static int payloadBegin(byte[] sealed) {
        int preamble = ((sealed[4] & 0xff) << 8) | (sealed[5] & 0xff);
        int header = ((sealed[8] & 0xff) << 8) | (sealed[9] & 0xff);
        return preamble + header + 32;
    }

    private static byte[] inPieces(InputStream stream, int piece) throws IOException {
        ByteArrayOutputStream read = new ByteArrayOutputStream();
        try (stream) {
            for (byte[] next = stream.readNBytes(piece); next.length > 0; next = stream.readNBytes(piece)) {
                read.write(next);
            }
        }
        return read.toByteArray();
    }

    private static void assertDamagedBehindTheHeader(byte[] sealed) throws IOException {
        TestSinkContext context = backups.context(Map.of());
        assertThat(context.inspectHeader(new ByteArrayInputStream(sealed))).isInstanceOf(Inspection.Intact.class);
        assertThat(context.inspect(new ByteArrayInputStream(sealed))).isInstanceOf(Inspection.Damaged.class);
    }

    @Test
    void refusesAFaultOfBytesForACallWithoutBytes() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> sink.with(Call.LIST, Fault.CUT))
                .withMessageContaining("STORE or OPEN");
    }
}
