package io.gracefulbackup.it;

import io.gracefulbackup.testkit.ForkedJvm;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A small disk of its own in the place of a directory, and another for its temporary files, for those who are started
 * within: each a {@code tmpfs} in a name space of user and mounts, which lives as long as the process that holds it. Root
 * is not above such a disk's limits.
 */
final class SmallDisk implements AutoCloseable {
    private static final String SIZE = "64m";

    private final Process holder;
    private final Path directory;

    /** Gives the directory such a disk, with all that is in it. */
    SmallDisk(Path directory) {
        this.directory = directory;
        // The working directory of the copying shell is still the one below.
        String mount = "mount -t tmpfs -o size=" + SIZE + " none \"$1\"";
        String script = "cd \"$1\" && " + mount + " && mkdir \"$1/tmp\" && " + mount
                + "/tmp && cp -a . \"$1/\" && echo mounted && cat";
        try {
            holder = new ProcessBuilder("unshare", "-Urm", "sh", "-c", script, "sh", directory.toString())
                    .redirectErrorStream(true)
                    .start();
            BufferedReader said =
                    new BufferedReader(new InputStreamReader(holder.getInputStream(), StandardCharsets.UTF_8));
            String line = said.readLine();
            if (!"mounted".equals(line)) {
                throw new IllegalStateException("No small disk in " + directory + ": " + line);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether this machine lets us. */
    static boolean isPermitted() {
        try {
            return new ProcessBuilder("unshare", "-Urm", "true").start().waitFor() == 0;
        } catch (IOException | InterruptedException e) {
            return false;
        }
    }

    /** Starts a host within. */
    ForkedJvm.Builder enterFrom(ForkedJvm.Builder host) {
        List<String> launcher = new ArrayList<>(enterCommand());
        launcher.addAll(List.of("sh", "-c", "cd \"$0\" && exec \"$@\"", directory.toString()));
        return host.launcher(launcher.toArray(String[]::new));
    }

    void fill() {
        run(
                "for d in \"$0\" \"$0/tmp\"; do cat /dev/zero > \"$d/filler\" 2>/dev/null; test -s \"$d/filler\" || exit 1; done");
    }

    /**
     * Waits for those who are just writing: the system refuses it as long as a file is open for that, or has lost its name.
     * For this reason the temporary files are left alone: a native library may be among them.
     */
    void makeReadOnly() {
        run("for i in $(seq 100); do mount -o remount,ro none \"$0\" 2>/dev/null && exit 0; sleep 0.01; done; exit 1");
    }

    /** Brings what it holds back to the directory below, and ends it. */
    @Override
    public void close() {
        try {
            run(List.of("cp", "-a", "/proc/" + holder.pid() + "/root" + directory + "/.", directory + "/"));
            run(List.of("rm", "-f", directory + "/filler", directory + "/tmp/filler"));
        } finally {
            holder.destroyForcibly();
        }
    }

    private List<String> enterCommand() {
        return List.of("nsenter", "-t", String.valueOf(holder.pid()), "-U", "-m", "--preserve-credentials");
    }

    private void run(String script) {
        List<String> command = new ArrayList<>(enterCommand());
        command.addAll(List.of("sh", "-c", script, directory.toString()));
        run(command);
    }

    private static void run(List<String> command) {
        try {
            int code = new ProcessBuilder(command).inheritIO().start().waitFor();
            if (code != 0) {
                throw new IllegalStateException(command + " ended with " + code);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
