package io.gracefulbackup.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.gracefulbackup.GracefulShutdown;
import io.gracefulbackup.StateSource;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.core.type.TypeReference;

/** The exit needs no class that is not loaded when {@code install()} returns: the class path may be gone by then. */
@Timeout(120)
class ChangedClassPathTest {
    @TempDir
    Path directory;

    /** An application with a JSON state, which waits to be stopped. */
    public static final class Host implements Runnable {
        public static void main(String[] args) throws InterruptedException {
            new Host().run();
            System.out.println("READY");
            new CountDownLatch(1).await();
        }

        @Override
        public void run() {
            Map<String, String> ledger = new ConcurrentHashMap<>();
            GracefulShutdown backup = GracefulShutdown.install(
                    StateSource.json("ledger", new TypeReference<Map<String, String>>() {}, () -> ledger, saved -> {
                        ledger.clear();
                        ledger.putAll(saved);
                    }));
            System.out.println("RESTORED " + ledger.size());
            backup.write(() -> ledger.put("k" + ledger.size(), "v"));
        }
    }

    /** Runs the host in a class loader that it closes, as containers do that were told to unload it. */
    public static final class ClosingLauncher {
        public static void main(String[] args) throws Exception {
            URL jar = Path.of(args[0]).toUri().toURL();
            URLClassLoader loader = new URLClassLoader(new URL[] {jar}, ClassLoader.getPlatformClassLoader());
            Thread.currentThread().setContextClassLoader(loader);
            ((Runnable) loader.loadClass(args[1]).getDeclaredConstructor().newInstance()).run();
            loader.close();
            System.out.println("READY");
            System.exit(0);
        }
    }

    private interface Change {
        void happens() throws IOException;
    }

    /** Starts the application, changes what it was started from, ends it, and returns what it printed. */
    private String endsAfter(Change change, String... command) throws Exception {
        List<String> all = new ArrayList<>(List.of(
                "env",
                "--default-signal=TERM",
                Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        all.addAll(List.of(command));
        ProcessBuilder builder =
                new ProcessBuilder(all).directory(directory.toFile()).redirectErrorStream(true);
        builder.environment().keySet().removeIf(name -> name.matches("(BACKUP|PINATA|RENDER|DATABASE|JAVA_TOOL).*"));
        builder.environment().put("SECRET_KEY", "a-key-for-tests-0123456789");
        builder.environment()
                .put("BACKUP_FILE", directory.resolve("state.encrypted").toString());
        Process process = builder.start();
        StringBuilder output = new StringBuilder();
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                output.append(line).append('\n');
                if (line.equals("READY")) {
                    break;
                }
            }
            change.happens();
            process.toHandle().destroy(); // Process.destroy() would close the streams as well.
            output.append(lines.lines().collect(Collectors.joining("\n")));
        }
        process.waitFor();
        return output.toString();
    }

    private static void overwrite(Path jar) throws IOException {
        byte[] rubbish = new byte[(int) Files.size(jar)];
        new Random(1).nextBytes(rubbish);
        try (FileChannel file = FileChannel.open(jar, StandardOpenOption.WRITE)) {
            file.write(ByteBuffer.wrap(rubbish));
        }
    }

    private void assertSaved(String output) throws Exception {
        assertThat(output).contains("READY").contains("File backup saved to");
        assertThat(endsAfter(() -> {}, "-cp", System.getProperty("java.class.path"), Host.class.getName()))
                .contains("RESTORED 1");
    }

    @Test
    void savesAfterItsJarWasOverwrittenInPlace() throws Exception {
        Path jar = PackedApplication.ofClassPath().asJar(directory.resolve("app.jar"));

        assertSaved(endsAfter(() -> overwrite(jar), "-cp", jar.toString(), Host.class.getName()));
    }

    @Test
    void savesAfterItsDirectoryWasDeleted() throws Exception {
        Path classes = PackedApplication.ofClassPath().asDirectory(directory.resolve("classes"));

        assertSaved(
                endsAfter(() -> PackedApplication.delete(classes), "-cp", classes.toString(), Host.class.getName()));
    }

    @Test
    void savesAfterItsClassLoaderWasClosed() throws Exception {
        Path jar = PackedApplication.ofClassPath().asJar(directory.resolve("app.jar"));
        Path launcher = Files.createDirectories(directory.resolve("launcher"));
        String name = ClosingLauncher.class.getName().replace('.', '/') + ".class";
        Files.createDirectories(launcher.resolve(name).getParent());
        try (var in = ClassLoader.getSystemResourceAsStream(name)) {
            Files.copy(in, launcher.resolve(name));
        }

        assertSaved(endsAfter(
                () -> {},
                "-cp",
                launcher.toString(),
                ClosingLauncher.class.getName(),
                jar.toString(),
                Host.class.getName()));
    }

    @Test
    void theBuildListsEveryClass() throws IOException {
        assumeThat(PackedApplication.builtIndex("file"))
                .as("compiled by the build")
                .isNotEmpty();

        PackedApplication packed = PackedApplication.ofClassPath();
        assertThat(PackedApplication.builtIndex("file")).isEqualTo(packed.index("file"));
        assertThat(PackedApplication.builtIndex("engine")).isEqualTo(packed.index("engine"));
    }
}
