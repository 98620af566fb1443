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
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/**
 * A JVM of its own that runs a main class of the tests, to be stopped by a signal or killed. It runs on the same JDK and
 * the same class path as the test.
 *
 * <p>SIGINT, SIGHUP and SIGTERM have their default effect in it, even if the build was started in the background, where
 * they are ignored. Standard output and standard error are collected line by line; every failure shows them.
 *
 * <p>Needs a POSIX system with GNU {@code env}. Safe for use by several threads.
 */
public final class ForkedJvm implements AutoCloseable {
    private static final Duration AFTER_EXIT = Duration.ofSeconds(5);

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

    /** Describes a JVM that will run this class. */
    public static Builder of(Class<?> main) {
        return new Builder(main);
    }

    /** Its process id. */
    public long pid() {
        return process.pid();
    }

    /** Whether it still runs. */
    public boolean isAlive() {
        return process.isAlive();
    }

    /** The lines it has printed so far; those of standard output and of standard error each in their order. */
    public List<String> lines() {
        synchronized (monitor) {
            return List.copyOf(lines);
        }
    }

    /** What it has printed so far. */
    public String output() {
        return String.join("\n", lines());
    }

    /**
     * Waits for a line that contains a text.
     *
     * @return the first such line, which may have been printed already
     * @throws AssertionError if the JVM ends, or the time is over, without it
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

    /** Sends SIGKILL and waits for the end. */
    public void kill() {
        process.toHandle().destroyForcibly();
        awaitExit(AFTER_EXIT);
    }

    /**
     * Waits for the end and for the last line of output.
     *
     * @return the exit code as a shell shows it: 128 and the number of the signal if one killed it
     * @throws AssertionError if it still runs when the time is over; it is killed then
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

    /** Kills it if it still runs. */
    @Override
    public void close() {
        process.toHandle().destroyForcibly();
    }

    /** The process id and what was printed. */
    @Override
    public String toString() {
        return "JVM " + pid() + ":\n" + output().indent(4);
    }

    /** A JVM that hangs in its exit still answers SIGQUIT; where its threads are goes to its standard output. */
    private String threadDump() throws InterruptedException {
        signal("QUIT");
        try {
            awaitLine("JNI global refs", Duration.ofSeconds(3));
            return "";
        } catch (AssertionError e) {
            return "(no thread dump)";
        }
    }

    private AssertionError failure(String what) {
        return new AssertionError(what + "\n" + this);
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

    /** Describes a JVM. Not safe for use by several threads. */
    public static final class Builder {
        private final Class<?> main;
        private final List<String> jvmArguments = new ArrayList<>();
        private final List<String> arguments = new ArrayList<>();
        private final List<String> launcher = new ArrayList<>();
        private final Map<String, String> environment = new TreeMap<>();
        private Predicate<String> inherited = name -> true;
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
         * Starts it through a command that becomes the command after it, such as {@code unshare -U} or
         * {@code sh -c 'ulimit -n 256; exec "$@"' sh}: a signal goes to whatever that command has become.
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

        /** Takes back an environment variable that was set here. */
        public Builder withoutEnvironment(String name) {
            environment.remove(name);
            return this;
        }

        /** Which of the test's own environment variables it gets as well; all by default. */
        public Builder inheriting(Predicate<String> names) {
            inherited = names;
            return this;
        }

        /** Its working directory. */
        public Builder directory(Path path) {
            directory = path;
            return this;
        }

        /** Starts it. */
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
