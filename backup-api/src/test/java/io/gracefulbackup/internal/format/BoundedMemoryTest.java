package io.gracefulbackup.internal.format;

import static io.gracefulbackup.internal.format.ColdJvm.fork;
import static io.gracefulbackup.internal.format.Fixtures.SECRET;
import static io.gracefulbackup.internal.format.Fixtures.ring;
import static org.assertj.core.api.Assertions.assertThat;

import io.gracefulbackup.internal.format.BackupReader.Contents;
import io.gracefulbackup.internal.format.BackupWriter.SectionSpec;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Writing, verifying and restoring a state needs a heap of a fraction of its size. The JVM needs 16 MiB before the first
 * byte, because Java checks the signatures of the Bouncy Castle jar.
 */
class BoundedMemoryTest {
    @TempDir
    private Path directory;

    @Test
    void handlesAStateOfTwiceTheHeap() throws Exception {
        run(64);
    }

    @Test
    @Tag("slow")
    void handlesAGibibyteWithTheSameHeap() throws Exception {
        run(1024);
    }

    private void run(int mib) throws Exception {
        for (BodyCodec codec : BodyCodec.values()) {
            String file = directory.resolve(codec.name()).toString();
            assertThat(fork("-Xmx32m", BoundedMemoryTest.class, file, codec.name(), "" + mib))
                    .isEqualTo("%d bytes restored".formatted((long) mib << 20));
        }
    }

    /** The forked JVM: writes, verifies and restores. */
    public static void main(String[] args) throws IOException {
        CipherWarmUp.run();
        Path file = Path.of(args[0]);
        KeyRing ring = ring(SECRET);
        byte[] piece = Fixtures.noise(1 << 20);
        try (OutputStream out = Files.newOutputStream(file);
                BackupWriter writer = new BackupWriter(
                        ring.sealingKey(),
                        Fixtures::header,
                        List.of(new SectionSpec("s", 1)),
                        out,
                        FreshValues.atRandom(),
                        BodyCodec.valueOf(args[1]))) {
            OutputStream section = writer.nextSection();
            for (int i = 0; i < Integer.parseInt(args[2]); i++) {
                section.write(piece);
            }
            writer.finish();
        }
        BackupReader reader = new BackupReader(ring, Fixtures.APPLICATION);
        Contents contents = verify(reader, file);
        try (InputStream in = Files.newInputStream(file)) {
            reader.restore(
                    in,
                    contents,
                    (section, bytes) ->
                            System.out.print(bytes.transferTo(OutputStream.nullOutputStream()) + " bytes restored"));
        }
    }

    private static Contents verify(BackupReader reader, Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return reader.verify(in);
        }
    }
}
