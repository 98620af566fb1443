package io.gracefulbackup.it.hosts;

import io.gracefulbackup.BackupException;
import io.gracefulbackup.GracefulShutdown;
import io.gracefulbackup.testkit.InMemorySink;
import java.io.File;
import java.lang.reflect.InvocationTargetException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;

/**
 * Ends an installation in the ways of frameworks and containers. The first argument says how:
 *
 * <ul>
 *   <li>{@code try}: try-with-resources, then the end of {@code main}
 *   <li>{@code container}: waits for a signal; a shutdown hook of its own closes the handle, while the library's hook runs
 *   <li>{@code container-only}: the same, without the library's hook
 *   <li>{@code twice}: installs again, in this class loader and in another one, then ends
 *   <li>{@code second}: installs, and nothing else: what {@code twice} runs in another class loader
 *   <li>{@code without-exit-reason}: installs in a class loader that cannot load the class that finds the reason of the exit
 *   <li>{@code isolated}: uses only what the builder is given, then ends
 *   <li>{@code wait}: installs and waits for a signal
 * </ul>
 */
public final class LifeCycleHost {
    private LifeCycleHost() {}

    /** Runs it. */
    public static void main(String[] args) throws Exception {
        Counter counter = new Counter(1000);
        GracefulShutdown.Builder builder = GracefulShutdown.builder()
                .source(counter)
                .snapshotUnder(counter.lock().readLock());
        switch (args[0]) {
            case "try" -> {
                try (GracefulShutdown backup = start(builder, counter)) {
                    HostSupport.print("READY " + backup);
                }
            }
            case "container", "container-only" -> {
                GracefulShutdown backup =
                        start(args[0].equals("container") ? builder : builder.withoutShutdownHook(), counter);
                Runtime.getRuntime().addShutdownHook(new Thread(() -> {
                    backup.close();
                    HostSupport.print("CLOSED " + backup.state());
                }));
                HostSupport.print("READY " + backup);
                new CountDownLatch(1).await();
            }
            case "twice" -> {
                start(builder, counter);
                refused("same class loader", builder::install);
                refused("other class loader", () -> runIn(newLoader(""), "second"));
                counter.increment();
                HostSupport.print("READY count=" + counter.count());
            }
            case "without-exit-reason" -> runIn(newLoader("io.gracefulbackup.internal.hook.ExitReason"), "wait");
            case "second" -> builder.install();
            case "isolated" -> {
                builder.isolated().setting("SECRET_KEY", "0123456789abcdef").sink(new InMemorySink("memory"));
                HostSupport.print("READY " + start(builder, counter));
            }
            case "wait" -> {
                HostSupport.print("READY " + start(builder, counter));
                new CountDownLatch(1).await();
            }
            default -> throw new IllegalArgumentException(args[0]);
        }
    }

    private static GracefulShutdown start(GracefulShutdown.Builder builder, Counter counter) {
        GracefulShutdown backup = HostSupport.install(builder);
        HostSupport.print("RESTORED count=" + counter.count());
        backup.write(counter::increment);
        return backup;
    }

    private interface Attempt {
        void run() throws Exception;
    }

    private static void refused(String which, Attempt second) throws Exception {
        try {
            second.run();
            HostSupport.print("NOT REFUSED " + which);
        } catch (BackupException refused) {
            HostSupport.print("REFUSED " + which + ": " + refused.getMessage());
        } catch (InvocationTargetException thrown) {
            HostSupport.print("REFUSED " + which + ": " + thrown.getCause().getMessage());
        }
    }

    private static void runIn(ClassLoader loader, String mode) throws Exception {
        Thread.currentThread().setContextClassLoader(loader);
        loader.loadClass(LifeCycleHost.class.getName())
                .getMethod("main", String[].class)
                .invoke(null, (Object) new String[] {mode});
    }

    /** A class loader that loads everything anew, except one class, which it cannot find. */
    private static ClassLoader newLoader(String missing) {
        URL[] classPath = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .map(LifeCycleHost::url)
                .toArray(URL[]::new);
        return new URLClassLoader(classPath, ClassLoader.getPlatformClassLoader()) {
            @Override
            protected Class<?> findClass(String name) throws ClassNotFoundException {
                if (name.equals(missing)) {
                    throw new ClassNotFoundException(name + ", as after the jar was replaced");
                }
                return super.findClass(name);
            }
        };
    }

    private static URL url(String path) {
        try {
            return Path.of(path).toUri().toURL();
        } catch (MalformedURLException e) {
            throw new IllegalStateException(e);
        }
    }
}
