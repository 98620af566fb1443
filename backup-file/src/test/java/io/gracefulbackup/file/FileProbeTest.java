package io.gracefulbackup.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.gracefulbackup.Deadline;
import io.gracefulbackup.testkit.internal.SyntheticBackup;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What a probe finds, and that it leaves nothing behind. Full and read-only disks are in {@link HostileDiskTest}. */
class FileProbeTest extends SinkTest {

    @Test
    void leavesNothingInAnEmptyDirectory() throws IOException {
        sink.probe(enough());

        assertThat(everything()).isEmpty();
    }

    @Test
    void leavesTheBackupsAsTheyAre() throws IOException {
        SyntheticBackup old = SyntheticBackup.first();
        store(old);
        store(old.next());
        List<String> before = everything();

        sink.probe(enough());

        assertThat(everything()).isEqualTo(before);
        assertThat(list()).hasSize(2);
    }

    @Test
    void removesTheDirectoriesThatItCreated() throws IOException {
        newSink(directory.resolve("a/b/data.enc"), context).probe(enough());

        assertThat(everything()).isEmpty();
    }

    @Test
    void keepsADirectoryThatWasEmptyBefore() throws IOException {
        Files.createDirectory(directory.resolve("a"));

        newSink(directory.resolve("a/b/data.enc"), context).probe(enough());

        assertThat(everything()).containsExactly("a");
    }

    @Test
    void removesTheUpperDirectoriesIfALowerOneCannotBeCreated() throws IOException {
        FileSink deep = newSink(directory.resolve("a/" + "b".repeat(300) + "/data.enc"), context);

        assertThatIOException().isThrownBy(() -> deep.probe(enough())).withMessageContaining("cannot be saved");

        assertThat(everything()).isEmpty();
    }

    @Test
    void failsIfAFileIsWhereTheDirectoryShouldBe() throws IOException {
        Files.createFile(directory.resolve("blocks"));

        assertThatIOException()
                .isThrownBy(() ->
                        newSink(directory.resolve("blocks/data.enc"), context).probe(enough()))
                .withMessageContaining(directory.resolve("blocks") + " is a file")
                .withMessageContaining("needs a directory there");
    }

    @Test
    void failsIfADirectoryIsWhereTheFileShouldBe() throws IOException {
        Files.createDirectory(main);

        assertThatIOException()
                .isThrownBy(() -> sink.probe(enough()))
                .withMessageContaining(main + " is a directory")
                .withMessageContaining("point BACKUP_FILE at a file in it");
        assertThat(everything()).containsExactly("data.enc");
    }

    @Test
    void failsIfTheFileIsALinkOrTheDirectoryALinkToNowhere() throws IOException {
        Files.createSymbolicLink(main, directory.resolve("elsewhere"));
        Files.createSymbolicLink(directory.resolve("volume"), directory.resolve("not-mounted"));

        assertThatIOException()
                .isThrownBy(() -> sink.probe(enough()))
                .withMessageContaining(main + " is a symbolic link to");
        assertThatIOException()
                .isThrownBy(() ->
                        newSink(directory.resolve("volume/data.enc"), context).probe(enough()))
                .withMessageContaining("which does not exist; mount or create it");
        assertThat(everything()).containsExactly("data.enc", "volume");
    }

    @Test
    void failsIfTheNamesOfTheOtherFilesAreTooLong() throws IOException {
        String name = "n".repeat(220);
        Files.createFile(directory.resolve(name));

        assertThatIOException()
                .isThrownBy(() -> newSink(directory.resolve(name), context).probe(enough()))
                .withMessageContaining("its name is too long")
                .withMessageContaining("shorten it in BACKUP_FILE");
        assertThat(everything()).containsExactly(name);
    }

    @Test
    void failsIfThereIsNoSpaceForAnotherBackup() throws IOException {
        long more = Files.getFileStore(directory).getUsableSpace() + (1L << 30);
        try (FileChannel sparse = FileChannel.open(
                main, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, StandardOpenOption.SPARSE)) {
            sparse.write(ByteBuffer.allocate(1), more);
        }

        assertThatIOException()
                .isThrownBy(() -> sink.probe(enough()))
                .withMessageContaining("the disk is too full: a new backup takes about " + (more + 1) + " bytes")
                .withMessageContaining("are free; make room");
    }

    @Test
    void leavesTheFilesOfOthersAlone() throws IOException {
        store(SyntheticBackup.first());
        Files.writeString(
                directory.resolve(".data.enc.0123456789abcdef0123456789abcdef.tmp"), "a writer is writing this");
        Files.writeString(directory.resolve("note"), "mine");
        List<String> before = everything();

        sink.probe(enough());

        assertThat(everything()).isEqualTo(before);
    }

    @Test
    void passesWhileAnotherProcessStores() throws Exception {
        store(SyntheticBackup.first());
        try (ForkedSink writer = ForkedSink.run("hold", main.toString())) {
            writer.await(lines -> lines.contains("held"));

            sink.probe(enough());

            assertThat(everything()).containsExactly(".data.enc.lock", "data.enc");
        }
    }

    @Test
    void endsAtItsDeadline() throws IOException {
        Deadline over = Deadline.after(Duration.ZERO);

        assertThatIOException().isThrownBy(() -> sink.probe(over)).isInstanceOf(InterruptedIOException.class);

        assertThat(everything()).isEmpty();
    }

    @Test
    void probesAndStoresDoNotDisturbEachOther() throws Exception {
        disturb(10);
    }

    @Test
    @Tag("slow")
    void manyProbesAndStoresDoNotDisturbEachOther() throws Exception {
        disturb(300);
    }

    /** Each round begins without the directory, which probes create and remove and stores create and keep. */
    private void disturb(int rounds) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(6);
        try (ForkedSink other =
                ForkedSink.run("probes", directory.resolve("a/b/data.enc").toString())) {
            other.await(lines -> !lines.isEmpty());
            for (int round = 0; round < rounds; round++) {
                Path file = directory.resolve("a/b/data.enc");
                List<Callable<String>> calls = new ArrayList<>();
                for (int i = 0; i < 4; i++) {
                    FileSink prober = newSink(file, context);
                    calls.add(() -> {
                        prober.probe(enough());
                        return "fine";
                    });
                }
                SyntheticBackup backup = SyntheticBackup.first();
                calls.add(() -> newSink(file, context).store(backup, enough()).location());
                for (Future<String> call : threads.invokeAll(calls)) {
                    assertThat(call.get()).isIn("fine", file.toString());
                }
                assertThat(read(file)).isEqualTo(backup.header());
                Files.delete(file);
                Files.delete(file.resolveSibling(".data.enc.lock"));
            }
            assertThat(other.lines()).containsOnly("fine");
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void aKilledProbeLeavesOnlyWhatTheNextStoreRemoves() throws Exception {
        kill(5);
    }

    @Test
    @Tag("slow")
    void probesKilledAtManyInstantsLeaveOnlyWhatTheNextStoreRemoves() throws Exception {
        kill(100);
    }

    private void kill(int rounds) throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        SyntheticBackup backup = SyntheticBackup.first();
        store(backup);
        for (int round = 0; round < rounds; round++) {
            try (ForkedSink prober = ForkedSink.run("probes", main.toString())) {
                prober.await(lines -> !lines.isEmpty());
                prober.killAfter((long) (random.nextDouble() * 20_000));
                assertThat(prober.lines()).as("seed %s", seed).containsOnly("fine");
            }
            assertThat(list()).as("round %s of seed %s", round, seed).hasSize(1);
            assertThat(read(main)).isEqualTo(backup.header());
        }

        store(backup);

        assertThat(everything()).containsExactly(".data.enc.lock", "data.enc");
    }

    /** The paths of all files and directories below the directory. */
    private List<String> everything() throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.filter(file -> !file.equals(directory))
                    .map(file -> directory.relativize(file).toString())
                    .sorted()
                    .toList();
        }
    }
}
