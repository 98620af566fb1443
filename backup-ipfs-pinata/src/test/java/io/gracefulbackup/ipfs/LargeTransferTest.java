package io.gracefulbackup.ipfs;

import static org.assertj.core.api.Assertions.assertThat;

import io.gracefulbackup.Deadline;
import io.gracefulbackup.spi.BackupSinkProvider.Opening;
import io.gracefulbackup.spi.StoredBackup;
import io.gracefulbackup.testkit.ForkedJvm;
import io.gracefulbackup.testkit.TestSinkContext;
import io.gracefulbackup.testkit.fakes.FakePinata;
import io.gracefulbackup.testkit.internal.SyntheticBackup;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Memory does not grow with the backup: 256 MiB are stored and read back in a JVM that cannot hold half of them. */
@Tag("slow")
final class LargeTransferTest {
    private static final long SIZE = 256L << 20;
    private static final Duration LIMIT = Duration.ofMinutes(4);

    @Test
    void uploadsAndDownloadsDoNotPassThroughTheHeap() {
        try (FakePinata pinata = FakePinata.start()) {
            try (ForkedJvm jvm = ForkedJvm.of(Main.class)
                    .jvmArguments("-Xmx112m")
                    .arguments(pinata.apiUrl(), pinata.gatewayUrl(), pinata.apiKey(), pinata.secretKey())
                    .start()) {
                assertThat(jvm.awaitExit(LIMIT.multipliedBy(2))).as("%s", jvm).isZero();
                System.out.println(jvm.output());
            }
            assertThat(pinata.pins())
                    .singleElement()
                    .satisfies(pin -> assertThat(pin.size()).isEqualTo(SIZE));
        }
    }

    /** Runs the sink in a small heap. */
    static final class Main {
        private Main() {}

        public static void main(String[] arguments) throws IOException {
            TestSinkContext context = new TestSinkContext(SyntheticBackup.APPLICATION, SyntheticBackup.INSPECTOR);
            context.set("PINATA_API_URL", arguments[0]);
            context.set("PINATA_GATEWAY", arguments[1]);
            context.set("PINATA_API_KEY", arguments[2]);
            context.set("PINATA_SECRET_KEY", arguments[3]);
            PinataSink sink = (PinataSink) ((Opening.Configured) new PinataSinkProvider().open(context)).sink();
            SyntheticBackup backup = SyntheticBackup.of(1, SIZE);
            long begun = System.nanoTime();
            StoredBackup stored = sink.store(backup, Deadline.after(LIMIT));
            long up = System.nanoTime();
            boolean same = true;
            try (InputStream in = sink.open(stored, Deadline.after(LIMIT));
                    InputStream expected = backup.newStream()) {
                byte[] piece = new byte[1 << 16];
                for (int n = in.readNBytes(piece, 0, piece.length); n > 0; n = in.readNBytes(piece, 0, piece.length)) {
                    byte[] wanted = expected.readNBytes(n);
                    same &= java.util.Arrays.equals(piece, 0, n, wanted, 0, wanted.length);
                }
                same &= expected.read() < 0;
            }
            System.out.println("256 MiB with -Xmx112m: up in " + TimeUnit.NANOSECONDS.toMillis(up - begun)
                    + " ms, back in " + TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - up) + " ms");
            System.exit(same ? 0 : 1);
        }
    }
}
