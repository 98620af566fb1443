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
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * The forked hosts of one test and the directory that they share. After each test it looks through everything that they
 * printed and left for the secret key and for plaintext; when a test fails it shows what they printed.
 */
final class ForkedHosts implements BeforeEachCallback, AfterEachCallback {
    /** The SECRET_KEY of every host, unless a test sets another one. Must never show. */
    static final String SECRET = "canary-Zx81-never-to-be-seen-Qv47";

    /** How long a host may take until it is ready, on a busy machine. */
    static final Duration START_LIMIT = Duration.ofSeconds(40);

    /** The deadline of an exit: far more than a save needs, so that a busy machine does not matter. */
    static final Duration EXIT_TIMEOUT = Duration.ofSeconds(25);

    /** The deadline where the file is saved but the exit lasts until the deadline. */
    static final Duration MEDIUM_TIMEOUT = Duration.ofSeconds(10);

    /** The deadline where the save cannot succeed. */
    static final Duration SHORT_TIMEOUT = Duration.ofSeconds(3);

    /** By when a JVM must be gone, unless its deadline is another one. */
    static final Duration EXIT_LIMIT = exitLimit(EXIT_TIMEOUT);

    static final String[] FAST_START_OPTIONS = {"-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"};

    private final List<ForkedJvm> jvms = new ArrayList<>();
    private Path directory = Path.of("");

    @Override
    public void beforeEach(ExtensionContext context) throws IOException {
        directory = Files.createTempDirectory("forked-hosts");
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

    /** Where the file sink keeps the newest backup. */
    Path file() {
        return directory.resolve("blocks/blockchain_data.encrypted");
    }

    /** The {@code java.io.tmpdir} of all hosts. */
    Path temporary() {
        return directory.resolve("tmp");
    }

    /** By when a JVM with that deadline must be gone: what a busy machine needs comes on top. */
    static Duration exitLimit(Duration timeout) {
        return timeout.plusMillis(2500);
    }

    /** Describes a host that has only the settings of this suite. */
    ForkedJvm.Builder describe(Class<?> host, String... options) {
        return ForkedJvm.of(host)
                .directory(directory)
                .environment("SECRET_KEY", SECRET)
                .environment("BACKUP_TIMEOUT", EXIT_TIMEOUT.toSeconds() + "s")
                .environment("LC_ALL", "C.UTF-8")
                .jvmArguments(
                        "-Djava.io.tmpdir=" + temporary(), "-Dslf4j.provider=org.slf4j.simple.SimpleServiceProvider")
                .arguments(options);
    }

    /** Starts a host, in a JVM that saves the time of compiling what runs only once. */
    ForkedJvm start(Class<?> host, String... options) {
        return start(describe(host, options).jvmArguments(FAST_START_OPTIONS));
    }

    /** The same, with another deadline for its exit. */
    ForkedJvm startWithTimeout(Duration timeout, Class<?> host, String... options) {
        return start(describe(host, options)
                .jvmArguments(FAST_START_OPTIONS)
                .environment("BACKUP_TIMEOUT", timeout.toSeconds() + "s"));
    }

    /** Starts a host that was described. */
    ForkedJvm start(ForkedJvm.Builder description) {
        ForkedJvm jvm = description.start();
        jvms.add(jvm);
        return jvm;
    }

    /** What all hosts have printed so far. */
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

    /** Looks at every file that the hosts left. */
    void assertNoFileContains(String text) throws IOException {
        for (Path file : filesUnder(directory)) {
            assertThat(contains(file, text.getBytes(StandardCharsets.US_ASCII)))
                    .as("%s shows %s", file, text)
                    .isFalse();
        }
    }

    /** All files under a directory, which another process may be changing. */
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
            return false; // a temporary file that is gone
        }
    }

    private void printOutputs(ExtensionContext context) {
        System.err.println("The hosts of " + context.getDisplayName() + " printed:");
        jvms.forEach(System.err::println);
        filesUnder(directory).forEach(file -> System.err.println("left: " + directory.relativize(file)));
    }

    /** Deletes a directory if it is there. */
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
