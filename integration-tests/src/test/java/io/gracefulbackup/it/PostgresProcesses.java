package io.gracefulbackup.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * The processes of a PostgreSQL server.
 *
 * @param data the data directory of the server
 */
record PostgresProcesses(Path data) {

    /** The file with the process id of the first process, which exists as long as the server runs. */
    Path pidFile() {
        return data.resolve("postmaster.pid");
    }

    /** The process that started all others. */
    ProcessHandle postmaster() {
        try {
            long pid = Long.parseLong(Files.readAllLines(pidFile()).get(0).strip());
            return ProcessHandle.of(pid).orElseThrow();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Sends a signal to every process of the server. */
    void signalAll(String name) {
        ProcessHandle postmaster = postmaster();
        kill(name, Stream.concat(Stream.of(postmaster), postmaster.descendants()));
    }

    /** Sends a signal to the first process only. */
    void signalPostmaster(String name) {
        kill(name, Stream.of(postmaster()));
    }

    private static void kill(String name, Stream<ProcessHandle> processes) {
        List<String> command = new ArrayList<>(List.of("kill", "-" + name));
        processes.forEach(process -> command.add(String.valueOf(process.pid())));
        try {
            new ProcessBuilder(command).inheritIO().start().waitFor();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
