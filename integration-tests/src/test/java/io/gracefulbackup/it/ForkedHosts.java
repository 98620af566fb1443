package io.gracefulbackup.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.gracefulbackup.it.hosts.Counter;
import io.gracefulbackup.testkit.ForkedJvm;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * The forked hosts of a test and the directory that they share. After each test it searches their output and their files
 * for the secret key and for plaintext. If a test fails, it prints their output.
 */
final class ForkedHosts implements BeforeEachCallback, AfterEachCallback {
    /** The SECRET_KEY of every host unless a test sets another one. Must never appear in an output or a file. */
    static final String SECRET = "canary-Zx81-never-to-be-seen-Qv47";

    /** How long a host may take to become ready on a busy machine. */
    static final Duration START_LIMIT = Duration.ofSeconds(40);

    /** The deadline of an exit: far more than a save needs, even on a busy machine. */
    static final Duration EXIT_TIMEOUT = Duration.ofSeconds(25);

    /** The deadline for an exit that saves the file and lasts until the deadline. */
    static final Duration MEDIUM_TIMEOUT = Duration.ofSeconds(10);

    /** The deadline for an exit whose save cannot succeed. */
    static final Duration SHORT_TIMEOUT = Duration.ofSeconds(3);

    /** How long the exit of a JVM with {@link #EXIT_TIMEOUT} may take. */
    static final Duration EXIT_LIMIT = exitLimit(EXIT_TIMEOUT);

    /** Save the time of optimizing code that runs only once. */
    private static final String[] FAST_START_OPTIONS = {"-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"};

    private final List<ForkedJvm> jvms = new ArrayList<>();
    private Path directory = Path.of("");

    @Override
    public void beforeEach(ExtensionContext context) throws IOException {
        directory = Files.createTempDirectory("hosts");
        Files.createDirectory(temporary());
    }

    @Override
    public void afterEach(ExtensionContext context) throws IOException {
        boolean failed = context.getExecutionException().isPresent();
        try {
            jvms.forEach(ForkedJvm::close);
            if (failed) {
                printOutputs(context);
            } else {
                jvms.forEach(jvm -> assertThat(jvm.output()).doesNotContain(SECRET));
                assertNoFileContains(SECRET);
                assertNoFileContains(Counter.MARKER);
            }
        } finally {
            jvms.clear();
            deleteAll(directory);
        }
    }

    /** The working directory of all hosts. */
    Path directory() {
        return directory;
    }

    /** The newest backup of the file sink. */
    Path file() {
        return directory.resolve("blocks/blockchain_data.encrypted");
    }

    /** The {@code java.io.tmpdir} of all hosts. */
    Path temporary() {
        return directory.resolve("tmp");
    }

    /** How long the exit of a JVM with that deadline may take, with a margin for a busy machine. */
    static Duration exitLimit(Duration timeout) {
        return timeout.plusMillis(2500);
    }

    /** The settings of an application that stores to {@link #file()} only. */
    Map<String, String> settings() {
        return Map.of("SECRET_KEY", SECRET, "BACKUP_FILE", file().toString());
    }

    /**
     * Saves a count of 3, as an earlier life of a {@link io.gracefulbackup.it.hosts.CounterHost} would have done. Runs in
     * the test's JVM, which takes a tenth of the time of a fork.
     *
     * @return the saved file
     */
    byte[] saveEarlierState() {
        InProcessStart.save(settings(), 3);
        return readSavedFile();
    }

    /** Describes a host that has only the settings of this suite, in a JVM that starts fast. */
    ForkedJvm.Builder describe(Class<?> host, String... options) {
        return describeOptimizing(host, options).jvmArguments(FAST_START_OPTIONS);
    }

    /** Describes the same host in a JVM with all compilers, for large states and for measurements. */
    ForkedJvm.Builder describeOptimizing(Class<?> host, String... options) {
        return ForkedJvm.of(host)
                .directory(directory)
                .environment("SECRET_KEY", SECRET)
                .environment("BACKUP_TIMEOUT", EXIT_TIMEOUT.toSeconds() + "s")
                .environment("LC_ALL", "C.UTF-8")
                .jvmArguments(
                        "-Djava.io.tmpdir=" + temporary(), "-Dslf4j.provider=org.slf4j.simple.SimpleServiceProvider")
                .arguments(options);
    }

    /** Starts a host. */
    ForkedJvm start(Class<?> host, String... options) {
        return start(describe(host, options));
    }

    /** Starts a host with another deadline for its exit. */
    ForkedJvm startWithTimeout(Duration timeout, Class<?> host, String... options) {
        return start(describe(host, options).environment("BACKUP_TIMEOUT", timeout.toSeconds() + "s"));
    }

    /** Starts a host that was described. */
    ForkedJvm start(ForkedJvm.Builder description) {
        ForkedJvm jvm = description.start();
        jvms.add(jvm);
        return jvm;
    }

    /** The output of all hosts so far. */
    String output() {
        return jvms.stream().map(ForkedJvm::output).collect(Collectors.joining("\n"));
    }

    /** The bytes of the newest backup in the file sink. */
    byte[] readSavedFile() {
        try {
            return Files.readAllBytes(file());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Fails if a file of the hosts contains the text. */
    void assertNoFileContains(String text) throws IOException {
        for (Path file : filesUnder(directory)) {
            assertThat(contains(file, text.getBytes(StandardCharsets.US_ASCII)))
                    .as("%s contains %s", file, text)
                    .isFalse();
        }
    }

    /** All files under a directory, which another process may change meanwhile. */
    static List<Path> filesUnder(Path directory) {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.filter(Files::isRegularFile).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean contains(Path file, byte[] wanted) throws IOException {
        byte[] window = new byte[1 << 20];
        try (var in = Files.newInputStream(file)) {
            int kept = 0;
            for (int read; (read = in.readNBytes(window, kept, window.length - kept)) > 0; ) {
                int length = kept + read;
                if (new String(window, 0, length, StandardCharsets.ISO_8859_1)
                        .contains(new String(wanted, StandardCharsets.ISO_8859_1))) {
                    return true;
                }
                kept = Math.min(length, wanted.length);
                System.arraycopy(window, length - kept, window, 0, kept);
            }
            return false;
        } catch (NoSuchFileException e) {
            return false; // a temporary file that has been deleted meanwhile
        }
    }

    private void printOutputs(ExtensionContext context) {
        System.err.println("The hosts of " + context.getDisplayName() + " printed:");
        jvms.forEach(System.err::println);
        filesUnder(directory).forEach(file -> System.err.println("left: " + directory.relativize(file)));
    }

    /** Deletes a directory if it exists. */
    static void deleteAll(Path directory) throws IOException {
        if (Files.notExists(directory)) {
            return;
        }
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}
