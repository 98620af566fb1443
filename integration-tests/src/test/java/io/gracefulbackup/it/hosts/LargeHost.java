package io.gracefulbackup.it.hosts;

import io.gracefulbackup.GracefulShutdown;
import io.gracefulbackup.StateSource;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import java.util.zip.CRC32C;

/**
 * Has a state that it never keeps in memory: {@code bytes} pseudo-random bytes that depend on {@code seed}, after {@link
 * Counter#MARKER}. Prints the number of bytes that it writes or reads, and their checksum.
 */
public final class LargeHost {
    private static final int PIECE = 8192;

    private LargeHost() {}

    /** Runs it. */
    public static void main(String[] args) {
        Options options = new Options(args);
        long seed = options.number("seed", 0);
        long bytes = options.number("bytes", 0);
        HostSupport.install(GracefulShutdown.builder()
                .source(StateSource.of(
                        "large",
                        out -> HostSupport.print("WROTE " + write(out, seed, bytes)),
                        in -> HostSupport.print("READ " + read(in)))));
        HostSupport.print("READY");
        HostSupport.hang();
    }

    private static String write(OutputStream out, long seed, long bytes) throws IOException {
        Checksum sum = new Checksum();
        SplittableRandom random = new SplittableRandom(seed);
        byte[] piece = Counter.MARKER.repeat(10).getBytes(StandardCharsets.US_ASCII);
        sum.add(piece, piece.length);
        out.write(piece);
        for (byte[] next = new byte[PIECE]; sum.bytes < bytes; ) {
            random.nextBytes(next);
            sum.add(next, next.length);
            out.write(next);
        }
        return sum.toString();
    }

    private static String read(InputStream in) throws IOException {
        Checksum sum = new Checksum();
        byte[] piece = new byte[PIECE];
        for (int length = in.read(piece); length >= 0; length = in.read(piece)) {
            sum.add(piece, length);
        }
        return sum.toString();
    }

    private static final class Checksum {
        private final CRC32C crc = new CRC32C();
        private long bytes;

        void add(byte[] piece, int length) {
            crc.update(piece, 0, length);
            bytes += length;
        }

        @Override
        public String toString() {
            return "bytes=" + bytes + " crc=" + Long.toHexString(crc.getValue());
        }
    }
}
