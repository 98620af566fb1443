package io.gracefulbackup.internal.format;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CompressionTest {
    /** Without workers is how a process compresses that can create no thread. */
    @ParameterizedTest
    @CsvSource({"0, 0", "0, 1", "0, 5000000", "2, 0", "2, 5000000"})
    void givesBackWhatWasCompressedWithAnyNumberOfWorkers(int workers, int size) throws IOException {
        byte[] state = new byte[size];
        new Random(size).nextBytes(state);
        ByteArrayOutputStream compressed = new ByteArrayOutputStream();
        try (OutputStream out = Compression.compress(compressed, workers)) {
            out.write(state);
        }

        try (InputStream in = Compression.decompress(new ByteArrayInputStream(compressed.toByteArray()))) {
            assertThat(in.readAllBytes()).isEqualTo(state);
        }
    }
}
