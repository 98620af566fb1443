package io.gracefulbackup.testkit;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/**
 * A process with a JVM that runs a main class of the tests: to be stopped by a signal, to be killed, or to end by itself.
 * It uses the JDK and the class path of the test.
 *
 * <p>It starts from a clean environment. Of the test's own environment it inherits only what a process needs to run:
 * {@code PATH}, {@code HOME}, {@code USER}, {@code LOGNAME}, {@code JAVA_HOME}, {@code LD_LIBRARY_PATH}, {@code TMPDIR},
 * {@code TZ}, {@code LANG}, {@code LANGUAGE} and {@code LC_*}. Settings of the library and of the platform, such as
 * {@code SECRET_KEY}, {@code DATABASE_URL} or {@code RENDER}, and {@code JAVA_TOOL_OPTIONS} are there only if the test
 * {@linkplain Builder#environment sets} them.
 *
 * <p>SIGINT, SIGHUP and SIGTERM have their default effect in it, even if the build runs in the background of a shell, where
 * they are ignored. Its standard input is empty. Standard output and standard error are collected line by line, and every
 * failure shows them.
 *
 * <pre>{@code
 * try (ForkedJvm jvm = ForkedJvm.of(Main.class).environment("SECRET_KEY", "0123456789abcdef").start()) {
 *     jvm.awaitLine("ready", Duration.ofSeconds(30));
 *     jvm.signal("TERM");
 *     assertThat(jvm.awaitExit(Duration.ofSeconds(30))).isEqualTo(143);
 * }
 * }</pre>
 *
 * <p>Needs a POSIX system with GNU {@code env}. Safe for use by several threads.
 */
public final class ForkedJvm implements AutoCloseable {
    private static final Duration AFTER_EXIT = Duration.ofSeconds(5);

    /** What a process needs to run, and nothing that changes what the application in it does. */
    private static final Set<String> NEEDED_ENVIRONMENT = Set.of(
            "PATH", "HOME", "USER", "LOGNAME", "JAVA_HOME", "LD_LIBRARY_PATH", "TMPDIR", "TZ", "LANG", "LANGUAGE");

    private final Process process;
    private final List<Thread> readers;
    private final Object monitor = new Object();
    private final List<String> lines = new ArrayList<>();
    private int openStreams = 2;

    private ForkedJvm(Process process) {
        this.process = process;
        readers = List.of(
                reader("forked-out-", process.getInputStream()), reader("forked-err-", process.getErrorStream()));
        readers.forEach(Thread::start);
    }

    /**
     * Describes a JVM that will run a class.
     *
     * @param main a class with a {@code main} method, which may be a nested class of the test
     */
    public static Builder of(Class<?> main) {
        return new Builder(main);
    }

    /** The process id. */
    public long pid() {
        return process.pid();
    }

    /** Whether the process still runs. */
    public boolean isAlive() {
        return process.isAlive();
    }

    /**
     * The lines that were printed so far. Those of standard output are in order, and so are those of standard error; how the
     * two interleave is not defined.
     */
    public List<String> lines() {
        synchronized (monitor) {
            return List.copyOf(lines);
        }
    }

    /** The {@link #lines()} as one text. */
    public String output() {
        return String.join("\n", lines());
    }

    /**
     * Waits for a line that contains a text.
     *
     * @param text a part of the line
     * @param limit how long to wait
     * @return the first such line, which may have been printed before the call
     * @throws AssertionError if the process ends, or the limit is reached, without such a line
     */
    public String awaitLine(String text, Duration limit) {
        long end = System.nanoTime() + limit.toNanos();
        synchronized (monitor) {
            Optional<String> found = lineWith(text);
            try {
                while (found.isEmpty()) {
                    long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
                    if (openStreams == 0 || left <= 0) {
                        throw failure((openStreams == 0 ? "It ended without" : "It did not print within " + limit)
                                + " a line with \"" + text + "\"");
                    }
                    monitor.wait(left);
                    found = lineWith(text);
                }
            } catch (InterruptedException e) {
                throw interrupted(e);
            }
            return found.get();
        }
    }

    /**
     * Sends a signal.
     *
     * @param name the name without {@code SIG}, such as {@code TERM}
     */
    public void signal(String name) {
        if (name.equals("TERM")) {
            process.toHandle().destroy(); // at once: no other process has to be started for it
            return;
        }
        try {
            new ProcessBuilder("sh", "-c", "kill -s " + name + " " + pid())
                    .inheritIO()
                    .start()
                    .waitFor();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    /** Sends SIGKILL and waits until the process has ended. */
    public void kill() {
        process.toHandle().destroyForcibly();
        awaitExit(AFTER_EXIT);
    }

    /**
     * Waits until the process has ended and its output has been read.
     *
     * @param limit how long to wait
     * @return the exit code as a shell shows it: 128 plus the number of the signal if a signal ended the process
     * @throws AssertionError if it still runs when the limit is reached; the failure shows what its threads are doing, and
     *     the process is killed
     */
    public int awaitExit(Duration limit) {
        try {
            if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                String threads = threadDump();
                process.toHandle().destroyForcibly();
                throw failure("It still ran after " + limit + "\n" + threads);
            }
            for (Thread reader : readers) {
                reader.join(AFTER_EXIT.toMillis());
            }
            return process.exitValue();
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    /** Kills the process if it still runs. */
    @Override
    public void close() {
        process.toHandle().destroyForcibly();
    }

    /** The process id and the output. */
    @Override
    public String toString() {
        return "JVM " + pid() + ":\n" + output().indent(4);
    }

    /** SIGQUIT makes a JVM print its threads to standard output, even while it hangs in its exit. */
    private String threadDump() throws InterruptedException {
        signal("QUIT");
        try {
            awaitLine("JNI global refs", Duration.ofSeconds(3));
            return "";
        } catch (AssertionError e) {
            return "(no thread dump)";
        }
    }

    private AssertionError failure(String message) {
        return new AssertionError(message + "\n" + this);
    }

    private static AssertionError interrupted(InterruptedException e) {
        Thread.currentThread().interrupt();
        return new AssertionError("Interrupted while waiting for a forked JVM", e);
    }

    private Optional<String> lineWith(String text) {
        return lines.stream().filter(line -> line.contains(text)).findFirst();
    }

    private Thread reader(String name, InputStream stream) {
        Thread thread = new Thread(() -> read(stream), name + pid());
        thread.setDaemon(true);
        return thread;
    }

    private void read(InputStream stream) {
        try (BufferedReader reader = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                add(line);
            }
        } catch (IOException e) {
            add("(output lost: " + e + ")");
        } finally {
            synchronized (monitor) {
                openStreams--;
                monitor.notifyAll();
            }
        }
    }

    private void add(String line) {
        synchronized (monitor) {
            lines.add(line);
            monitor.notifyAll();
        }
    }

    /** Describes a JVM before it starts. Not safe for use by several threads. */
    public static final class Builder {
        private final Class<?> main;
        private final List<String> jvmArguments = new ArrayList<>();
        private final List<String> arguments = new ArrayList<>();
        private final List<String> launcher = new ArrayList<>();
        private final Map<String, String> environment = new TreeMap<>();
        private Predicate<String> inherited = Builder::isNeeded;
        private Path directory = Path.of("");

        private Builder(Class<?> main) {
            this.main = main;
        }

        /** Adds arguments of the main class. */
        public Builder arguments(String... values) {
            arguments.addAll(List.of(values));
            return this;
        }

        /** Adds arguments of the JVM, such as {@code -Xmx96m}. */
        public Builder jvmArguments(String... values) {
            jvmArguments.addAll(List.of(values));
            return this;
        }

        /**
         * Starts it through a command that replaces itself with the command that follows, such as {@code unshare -U} or
         * {@code sh -c 'ulimit -n 256; exec "$@"' sh}. Signals go to the process that this command was started as.
         */
        public Builder launcher(String... command) {
            launcher.addAll(List.of(command));
            return this;
        }

        /** Sets an environment variable. */
        public Builder environment(String name, String value) {
            environment.put(name, value);
            return this;
        }

        /** Removes a variable that {@link #environment} has set. */
        public Builder withoutEnvironment(String name) {
            environment.remove(name);
            return this;
        }

        /**
         * Inherits more of the test's own environment variables.
         *
         * @param names says by its name whether a variable is inherited as well
         */
        public Builder inheriting(Predicate<String> names) {
            inherited = inherited.or(names);
            return this;
        }

        private static boolean isNeeded(String name) {
            return NEEDED_ENVIRONMENT.contains(name) || name.startsWith("LC_");
        }

        /** Sets the working directory; that of the test by default. */
        public Builder directory(Path path) {
            directory = path;
            return this;
        }

        /**
         * Starts the JVM and returns at once.
         *
         * @throws UncheckedIOException if the process cannot be started
         */
        public ForkedJvm start() {
            List<String> command = new ArrayList<>(List.of("env", "--default-signal=INT,HUP,TERM"));
            command.addAll(launcher);
            command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
            command.addAll(jvmArguments);
            command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
            command.addAll(arguments);
            ProcessBuilder builder = new ProcessBuilder(command)
                    .directory(directory.toAbsolutePath().toFile());
            builder.environment().keySet().removeIf(inherited.negate());
            builder.environment().putAll(environment);
            try {
                Process process = builder.start();
                process.getOutputStream().close();
                return new ForkedJvm(process);
            } catch (IOException e) {
                throw new UncheckedIOException("Cannot start " + main.getName() + " in " + directory, e);
            }
        }
    }
}
