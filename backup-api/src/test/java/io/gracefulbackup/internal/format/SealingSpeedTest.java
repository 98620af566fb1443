package io.gracefulbackup.internal.format;

import static io.gracefulbackup.internal.format.ColdJvm.fork;
import static org.assertj.core.api.Assertions.assertThat;

import io.gracefulbackup.internal.format.BackupWriter.SectionSpec;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Locale;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Measures how fast an exit seals in a JVM that has done nothing but the warm-up. */
class SealingSpeedTest {
    private static final int MIB = 256;
    private static final double ENOUGH = 1024;
    private static final double SHARE_OF_A_WARM_LOOP = 0.4;

    @Test
    @Tag("slow")
    void sealsFastEnoughForAnExitAfterTheWarmUp() throws Exception {
        double best = 0;
        // Other work on the machine slows down caches and the compiler, so the best of a few JVMs counts.
        for (int attempt = 0; attempt < 5; attempt++) {
            String[] figures = fork("-Xmx64m", SealingSpeedTest.class, "warm").split(" ", -1);
            double sealed = Double.parseDouble(figures[0]);
            double loop = Double.parseDouble(figures[1]);
            System.out.printf(Locale.ROOT, "Sealing: %.0f MiB per CPU second; warm AES-GCM loop: %.0f%n", sealed, loop);
            best = Math.max(best, sealed / Math.min(ENOUGH, SHARE_OF_A_WARM_LOOP * loop));
        }
        System.out.println(
                "Sealing without warm-up, then the loop: " + fork("-Xmx64m", SealingSpeedTest.class, "cold"));

        assertThat(best).as("speed, as a share of the required one").isGreaterThanOrEqualTo(1);
    }

    /** The new JVM: prints MiB/s of sealing, then of the loop. */
    public static void main(String[] args) throws Exception {
        if (args[0].equals("warm")) {
            CipherWarmUp.run();
        }
        double sealing = seal();
        System.out.printf(Locale.ROOT, "%.0f %.0f", sealing, warmLoop());
    }

    private static double seal() throws IOException {
        byte[] piece = new byte[SegmentCipher.PLAIN_BYTES];
        RootKey root = new RootKey(new byte[32], new byte[16], true);
        long start = cpuTime();
        try (BackupWriter writer = new BackupWriter(
                root,
                Fixtures::header,
                List.of(new SectionSpec("s", 1)),
                OutputStream.nullOutputStream(),
                FreshValues.atRandom(),
                BodyCodec.NONE)) {
            OutputStream out = writer.nextSection();
            for (int i = 0; i < MIB * 16; i++) {
                out.write(piece);
            }
            writer.finish();
        }
        return mibPerSecond(start);
    }

    private static double warmLoop() throws Exception {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        byte[] plain = new byte[SegmentCipher.PLAIN_BYTES];
        byte[] sealed = new byte[SegmentCipher.SEALED_BYTES];
        byte[] nonce = new byte[12];
        double best = 0;
        for (int round = 0; round < 10; round++) {
            long start = cpuTime();
            for (int i = 0; i < MIB * 16; i++) {
                nonce[round] = (byte) i;
                nonce[11] = (byte) (i >> 8);
                cipher.init(
                        Cipher.ENCRYPT_MODE, new SecretKeySpec(new byte[32], "AES"), new GCMParameterSpec(128, nonce));
                cipher.doFinal(plain, 0, plain.length, sealed, 0);
            }
            best = Math.max(best, mibPerSecond(start));
        }
        return best;
    }

    private static double mibPerSecond(long start) {
        return MIB / ((cpuTime() - start) / 1e9);
    }

    /** The CPU time of this thread: independent of other work on the machine. */
    private static long cpuTime() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }
}
