package io.gracefulbackup.internal.install;

import static org.assertj.core.api.Assertions.assertThat;

import io.gracefulbackup.GracefulShutdown;
import io.gracefulbackup.StateSource;
import io.gracefulbackup.internal.fixtures.App;
import io.gracefulbackup.internal.fixtures.MemorySink;
import java.io.File;
import java.lang.ref.WeakReference;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.core.type.TypeReference;

/** A container that reloads an application drops its class loader: neither a thread, nor a timer, nor a hook may keep it. */
@Timeout(120)
class UnloadTest {
    private static final Duration LIMIT = Duration.ofSeconds(40);

    /** One life of an application, in a class loader of its own. */
    public abstract static class Host implements Runnable {
        final Map<String, String> ledger = new ConcurrentHashMap<>();

        GracefulShutdown install() {
            GracefulShutdown backup = App.builder(new MemorySink("memory"))
                    .isolated()
                    .checkpointEvery(Duration.ofSeconds(1))
                    .drain("nothing", deadline -> {})
                    .source(StateSource.json(
                            "ledger", new TypeReference<Map<String, String>>() {}, () -> ledger, saved -> {
                                ledger.clear();
                                ledger.putAll(saved);
                            }))
                    .install();
            backup.write(() -> ledger.put("SN-1", "Asha Rao"));
            backup.backupNow("while it runs");
            return backup;
        }
    }

    public static final class ClosingHost extends Host {
        @Override
        public void run() {
            install().close();
        }
    }

    public static final class UninstallingHost extends Host {
        @Override
        public void run() {
            install().uninstall();
        }
    }

    @ParameterizedTest
    @ValueSource(classes = {ClosingHost.class, UninstallingHost.class})
    void nothingKeepsTheClassLoader(Class<? extends Host> host) throws Exception {
        // The JDK itself caches types softly; in the other JVM such a cache does not outlive a collection.
        Process jvm = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:SoftRefLRUPolicyMSPerMB=0",
                        "-Xmx256m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Main.class.getName(),
                        host.getName())
                .redirectErrorStream(true)
                .start();
        String output = new String(jvm.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(jvm.waitFor()).as(output).isZero();
        assertThat(output).contains("collected true, threads of the library []");
    }

    private record Displacing(String text) {}

    /** Runs a host in a class loader, and tells whether the loader is collected then. */
    static final class Main {
        public static void main(String[] args) throws Exception {
            WeakReference<ClassLoader> loader = new WeakReference<>(runIn(newLoader(), args[0]));
            // JDK 17 keeps the types of the last record that was linked, in java.lang.runtime.ObjectMethods.
            Displacing other = new Displacing("a");
            String displaced = other + " " + other.hashCode() + " " + other.equals(new Displacing("b"));
            long begun = System.nanoTime();
            while ((!loader.refersTo(null) || !threads().isEmpty()) && System.nanoTime() - begun < LIMIT.toNanos()) {
                System.gc();
                Thread.onSpinWait();
            }
            System.out.println(
                    "collected " + loader.refersTo(null) + ", threads of the library " + threads() + ", " + displaced);
        }
    }

    private static Set<String> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.startsWith("graceful-backup"))
                .collect(Collectors.toSet());
    }

    private static ClassLoader runIn(ClassLoader loader, String host) throws Exception {
        Runnable application =
                (Runnable) loader.loadClass(host).getDeclaredConstructor().newInstance();
        // A thread of its own: what libraries keep in a thread goes with it.
        Thread thread = new Thread(application, "host");
        Throwable[] failure = new Throwable[1];
        thread.setContextClassLoader(loader);
        thread.setUncaughtExceptionHandler((ended, why) -> failure[0] = why);
        thread.start();
        thread.join();
        assertThat(failure[0]).isNull();
        return loader;
    }

    private static ClassLoader newLoader() {
        URL[] classPath = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .map(UnloadTest::url)
                .toArray(URL[]::new);
        return new URLClassLoader(classPath, ClassLoader.getPlatformClassLoader());
    }

    private static URL url(String path) {
        try {
            return Path.of(path).toUri().toURL();
        } catch (MalformedURLException e) {
            throw new IllegalStateException(e);
        }
    }
}
