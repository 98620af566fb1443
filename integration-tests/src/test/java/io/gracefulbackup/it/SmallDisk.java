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
 * A small disk in place of a directory, and another one for its temporary files, for hosts that are started inside. Each is a
 * {@code tmpfs} in a user and mount namespace, which exists as long as the process that holds it. Root cannot exceed the limits
 * of such a disk.
 */
final class SmallDisk implements AutoCloseable {
    private static final String SIZE = "64m";

    private final Process holder;
    private final Path directory;

    /** Mounts the disks and copies the content of the directory to them. */
    SmallDisk(Path directory) {
        this.directory = directory;
        // The working directory of the copying shell is still the directory below the mount.
        String mount = "mount -t tmpfs -o size=" + SIZE + " none \"$1\"";
        String script = "cd \"$1\" && " + mount + " && mkdir \"$1/tmp\" && " + mount
                + "/tmp && cp -a . \"$1/\" && echo mounted && cat";
        try {
            holder = new ProcessBuilder("unshare", "-Urm", "sh", "-c", script, "sh", directory.toString())
                    .redirectErrorStream(true)
                    .start();
            BufferedReader output =
                    new BufferedReader(new InputStreamReader(holder.getInputStream(), StandardCharsets.UTF_8));
            String line = output.readLine();
            if (!"mounted".equals(line)) {
                throw new IllegalStateException("No small disk in " + directory + ": " + line);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether this machine permits such namespaces. */
    static boolean isPermitted() {
        try {
            return new ProcessBuilder("unshare", "-Urm", "true").start().waitFor() == 0;
        } catch (IOException | InterruptedException e) {
            return false;
        }
    }

    /** Lets a host start inside. */
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
     * Remounts the disk read-only, and tries again for a second while files are written: the system refuses it as long as a
     * file is open for writing or an open file is deleted. The disk of the temporary files stays writable, because it may hold
     * a native library in use.
     */
    void makeReadOnly() {
        run("for i in $(seq 100); do mount -o remount,ro none \"$0\" 2>/dev/null && exit 0; sleep 0.01; done; exit 1");
    }

    /** Copies the content back to the directory below and unmounts. */
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
