package io.gracefulbackup.file;

import io.gracefulbackup.BackupConfigurationException;
import io.gracefulbackup.spi.Listing;
import io.gracefulbackup.spi.StoredBackup;
import io.gracefulbackup.testkit.TestSinkContext;
import io.gracefulbackup.testkit.internal.SyntheticBackup;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** A process that uses the sink, and the program that it runs. Unlike ForkedJvm it has a standard input. */
final class ForkedSink implements AutoCloseable {
    private static final String JAVA =
            Path.of(System.getProperty("java.home"), "bin", "java").toString();
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final Process process;
    private final Path output;

    private ForkedSink(Process process, Path output) {
        this.process = process;
        this.output = output;
    }

    /** Runs {@link #main} with these arguments. */
    static ForkedSink run(String... arguments) throws IOException {
        return runUnder(List.of(), arguments);
    }

    /** The same, started through a command that runs the command after it. */
    static ForkedSink runUnder(List<String> prefix, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(prefix);
        command.addAll(List.of(
                JAVA,
                "-Xshare:auto",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                ForkedSink.class.getName()));
        command.addAll(List.of(arguments));
        return start(command);
    }

    /** Runs a shell script as root of a name space with its own mounts. In the script, {@code sink} runs {@link #main}. */
    static ForkedSink runWithMounts(String script, Path directory) throws IOException {
        return start(List.of(
                "unshare",
                "-Urm",
                "sh",
                "-c",
                "java=$1; path=$2; class=$3; dir=$4; sink() { \"$java\" -cp \"$path\" \"$class\" \"$@\"; }; " + script,
                "sh",
                JAVA,
                System.getProperty("java.class.path"),
                ForkedSink.class.getName(),
                directory.toString()));
    }

    /** Whether this machine permits a command. */
    static boolean isPermitted(String... command) {
        try (ForkedSink trial = start(List.of(command))) {
            return trial.exitCode() == 0;
        } catch (IOException | InterruptedException e) {
            return false;
        }
    }

    private static ForkedSink start(List<String> command) throws IOException {
        Path output = Files.createTempFile("forked-sink", ".out");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        return new ForkedSink(process, output);
    }

    List<String> lines() throws IOException {
        return Files.readAllLines(output);
    }

    List<String> await(Predicate<List<String>> seen) throws IOException, InterruptedException {
        long end = System.nanoTime() + LIMIT.toNanos();
        while (!seen.test(lines())) {
            if (System.nanoTime() > end || (process.waitFor(5, TimeUnit.MILLISECONDS) && !seen.test(lines()))) {
                throw new AssertionError("The awaited output did not come; the process printed " + lines());
            }
        }
        return lines();
    }

    /** Kills it after a while. */
    void killAfter(long micros) throws InterruptedException {
        boolean ended = process.waitFor(micros, TimeUnit.MICROSECONDS);
        process.destroyForcibly().waitFor();
        if (ended) {
            throw new AssertionError("It ended by itself with " + process.exitValue());
        }
    }

    /** Ends its standard input. */
    void release() throws IOException {
        process.getOutputStream().close();
    }

    int exitCode() throws IOException, InterruptedException {
        if (!process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
            throw new AssertionError("Still running; it printed " + lines());
        }
        return process.exitValue();
    }

    @Override
    public void close() throws IOException {
        process.destroyForcibly();
        Files.deleteIfExists(output);
    }

    /** {@code loop|many|hold|open|probe|probes|both|once <file> [number]}. */
    public static void main(String[] arguments) throws Exception {
        Path main = Path.of(arguments[1]);
        TestSinkContext context = new TestSinkContext(SyntheticBackup.APPLICATION, SyntheticBackup.INSPECTOR);
        FileSink sink = SinkTest.newSink(main, context);
        int number = arguments.length < 3 ? 0 : Integer.parseInt(arguments[2]);
        switch (arguments[0]) {
            case "loop" -> storeForEver(sink, main, number);
            case "many" -> storeMany(sink, number);
            case "hold" -> hold(main);
            case "open" -> open(context.set("BACKUP_FILE", main.toString()));
            case "probe" -> probe(sink);
            case "probes" -> probeForEver(sink);
            case "both" -> {
                probe(sink);
                storeOnce(sink, main, number);
            }
            default -> storeOnce(sink, main, number);
        }
        if (List.of("once", "probe", "both").contains(arguments[0])) {
            context.warnings().forEach(line -> System.out.println("warned: " + line));
        }
    }

    /** Stores backup after backup, and deletes the one before, as retention would. */
    private static void storeForEver(FileSink sink, Path main, int size) throws IOException {
        SyntheticBackup backup = SyntheticBackup.after(SinkTest.read(main), size);
        while (true) {
            sink.store(backup, SinkTest.enough());
            System.out.println("stored " + backup.header().sequence());
            for (StoredBackup entry : list(sink)) {
                if (!entry.location().equals(main.toString())) {
                    sink.delete(entry, SinkTest.enough());
                }
            }
            backup = backup.next(size);
        }
    }

    private static void storeMany(FileSink sink, int count) throws IOException {
        SyntheticBackup backup = SyntheticBackup.first();
        for (int i = 0; i < count; i++) {
            sink.store(backup, SinkTest.enough());
            System.out.println(backup.header().id());
            backup = backup.next();
        }
    }

    private static void hold(Path main) throws IOException {
        DirectoryLock turn = DirectoryLock.acquire(
                main.getParent().toRealPath().resolve(new FileNames(main.toString()).lockName()),
                new Shortcomings(line -> {}),
                SinkTest.enough());
        try (turn;
                InputStream in = System.in) {
            System.out.println("held");
            in.readAllBytes();
        }
    }

    private static void open(TestSinkContext context) {
        try {
            new FileSinkProvider().open(context);
            System.out.println("opened");
        } catch (BackupConfigurationException e) {
            System.out.println("refused: " + e.problems().get(0));
        }
    }

    private static void probe(FileSink sink) {
        try {
            sink.probe(SinkTest.enough());
            System.out.println("fine");
        } catch (IOException e) {
            System.out.println("failed: " + e.getMessage());
        }
    }

    private static void probeForEver(FileSink sink) {
        while (true) {
            probe(sink);
        }
    }

    private static void storeOnce(FileSink sink, Path main, int size) {
        try {
            SyntheticBackup backup =
                    Files.exists(main) ? SyntheticBackup.after(SinkTest.read(main), size) : SyntheticBackup.first();
            System.out.println("stored " + sink.store(backup, SinkTest.enough()).location());
        } catch (IOException e) {
            System.out.println("failed: " + e.getMessage());
        }
        try {
            System.out.println("holds " + SinkTest.read(main).sequence() + ", listed "
                    + list(sink).size());
        } catch (IOException e) {
            System.out.println("unreachable: " + e.getMessage());
        }
    }

    private static List<StoredBackup> list(FileSink sink) throws IOException {
        return ((Listing.Listed) sink.list(SinkTest.enough())).backups();
    }
}
