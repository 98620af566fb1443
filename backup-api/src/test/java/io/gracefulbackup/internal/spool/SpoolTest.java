package io.gracefulbackup.internal.spool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SpoolTest {
    private static final int LIMIT = 200_000;
    private static final Path MISSING =
            Path.of("missing-directory", "for-spools").toAbsolutePath();

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 65_535, 65_536, 65_537, LIMIT - 1, LIMIT, LIMIT + 1, 3 * LIMIT})
    void givesBackWhatWasWritten(int size) throws Exception {
        byte[] bytes = bytes(size);
        try (Spool spool = filled(bytes)) {
            assertThat(spool.size()).isEqualTo(size);
            assertThat(spool.newStream().readAllBytes()).isEqualTo(bytes);
            assertThat(spool.sha256Hex())
                    .isEqualTo(HexFormat.of()
                            .formatHex(MessageDigest.getInstance("SHA-256").digest(bytes)));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {100_000, 3 * LIMIT})
    void severalReadersDoNotDisturbEachOther(int size) throws Exception {
        byte[] bytes = bytes(size);
        try (Spool spool = filled(bytes);
                InputStream first = spool.newStream();
                InputStream second = spool.newStream()) {
            byte[] half = first.readNBytes(size / 2);
            assertThat(second.readAllBytes()).isEqualTo(bytes);
            assertThat(half).isEqualTo(java.util.Arrays.copyOf(bytes, size / 2));
            assertThat(first.readAllBytes()).isEqualTo(java.util.Arrays.copyOfRange(bytes, size / 2, size));
        }
    }

    @Test
    void anInterruptedReaderDoesNotCloseTheFileForOthers() throws Exception {
        byte[] bytes = bytes(3 * LIMIT);
        try (Spool spool = filled(bytes)) {
            Thread.currentThread().interrupt();
            try {
                assertThat(spool.newStream().readAllBytes()).isEqualTo(bytes);
            } finally {
                assertThat(Thread.interrupted()).isTrue();
            }
            assertThat(spool.newStream().readAllBytes()).isEqualTo(bytes);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {100, 3 * LIMIT})
    void refusesReadsAndWritesAfterClose(int size) throws Exception {
        Spool spool = filled(bytes(size));
        InputStream reader = spool.newStream();
        spool.close();
        assertThatThrownBy(() -> reader.readNBytes(10)).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> spool.write(1)).isInstanceOf(IOException.class);
    }

    @Test
    void triesOneDirectoryAfterTheOther(@TempDir Path last) throws Exception {
        byte[] bytes = bytes(3 * LIMIT);
        List<Path> directories = List.of(MISSING, Path.of("/proc"), last);
        try (Spool spool = fill(new Spool(LIMIT, places(directories), () -> 0), bytes)) {
            assertThat(spool.newStream().readAllBytes()).isEqualTo(bytes);
        }
        assertThat(last).isEmptyDirectory();
    }

    @Test
    void staysInMemoryIfThereIsNoPlaceForAFile() throws Exception {
        byte[] bytes = bytes(3 * LIMIT);
        try (Spool spool = fill(new Spool(LIMIT, places(List.of(MISSING)), () -> Long.MAX_VALUE), bytes)) {
            assertThat(spool.newStream().readAllBytes()).isEqualTo(bytes);
        }
    }

    @Test
    void neverFillsTheHeapWhereThereIsNoPlaceForAFile() {
        Spool spool = new Spool(LIMIT, places(List.of(MISSING)), () -> 2L * Spool.MEMORY_LIMIT);

        assertThatThrownBy(() -> fill(spool, bytes(3 * LIMIT)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(MISSING.toString())
                .hasMessageContaining("java.io.tmpdir");
    }

    @Test
    void goesBesideTheBackupsWhereNothingElseCanBeWritten(@TempDir Path parent) throws Exception {
        byte[] bytes = bytes(3 * LIMIT);
        Path backups = parent.resolve("blocks");
        SpoolPlaces places = new SpoolPlaces(List.of(MISSING), Optional.of(backups));
        try (Spool spool = fill(new Spool(LIMIT, places, () -> 0), bytes)) {
            assertThat(spool.newStream().readAllBytes()).isEqualTo(bytes);
        }
        assertThat(backups).isEmptyDirectory();
    }

    @Test
    void aStateThatFitsIntoMemoryNeedsNoPlaceForAFile() {
        SpoolPlaces nowhere = places(List.of(MISSING));

        assertThat(nowhere.problem(Spool.MEMORY_LIMIT)).isEmpty();
        assertThat(nowhere.problem(Spool.MEMORY_LIMIT + 1L))
                .hasValueSatisfying(problem -> assertThat(problem).hasMessageContaining(MISSING.toString()));
    }

    @Test
    void aLargeStateIsNoProblemWhereAFileCanBeCreated(@TempDir Path directory) {
        assertThat(places(List.of(directory)).problem(Long.MAX_VALUE)).isEmpty();
        assertThat(directory).isEmptyDirectory();
    }

    private static SpoolPlaces places(List<Path> directories) {
        return new SpoolPlaces(directories, Optional.empty());
    }

    private static Spool filled(byte[] bytes) throws IOException {
        return fill(new Spool(LIMIT, SpoolPlaces.ofSystem(), () -> 0), bytes);
    }

    private static Spool fill(Spool spool, byte[] bytes) throws IOException {
        for (int at = 0; at < bytes.length; at += 10_007) {
            spool.write(bytes, at, Math.min(10_007, bytes.length - at));
        }
        return spool;
    }

    private static byte[] bytes(int size) {
        byte[] bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        return bytes;
    }
}
