package io.gracefulbackup.ipfs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** One of the Node packages under {@code src/test/node}, with its dependencies installed in {@code target}. */
final class Node {
    private final Path directory;

    private Node(Path directory) {
        this.directory = directory;
    }

    /** Copies a package and installs its dependencies with npm, in the locked versions if it has a lock file. */
    static Node install(String name) throws IOException, InterruptedException {
        Path source = Path.of("src", "test", "node", name);
        Path target = Path.of("target", "node", name);
        Files.createDirectories(target);
        try (Stream<Path> files = Files.list(source)) {
            for (Path file : files.toList()) {
                Files.copy(file, target.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
            }
        }
        Node node = new Node(target.toAbsolutePath());
        if (Files.notExists(target.resolve("node_modules/.package-lock.json"))) {
            boolean locked = Files.exists(target.resolve("package-lock.json"));
            String install = locked ? "ci" : "install";
            node.run(Map.of(), "", List.of("npm", install, "--no-package-lock", "--no-audit", "--no-fund"));
        }
        return node;
    }

    Path directory() {
        return directory;
    }

    /** Runs a script to its end and returns what it printed. */
    String script(Map<String, String> environment, String input, String... arguments)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("node"));
        command.addAll(List.of(arguments));
        return run(environment, input, command);
    }

    /** Starts a script in the background; its output goes to a file. */
    Process start(Map<String, String> environment, Path output, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of("node"));
        command.addAll(List.of(arguments));
        return builder(environment, command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
    }

    private String run(Map<String, String> environment, String input, List<String> command)
            throws IOException, InterruptedException {
        Path in = Files.createTempFile(directory, "input", ".txt");
        Path out = Files.createTempFile(directory, "output", ".txt");
        Path err = Files.createTempFile(directory, "errors", ".txt");
        Files.writeString(in, input);
        Process process = builder(environment, command)
                .redirectInput(in.toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile())
                .start();
        try {
            boolean ended = process.waitFor(15, TimeUnit.MINUTES);
            String said = read(out) + read(err);
            assertThat(ended).as("%s ended; it said: %s", command, said).isTrue();
            assertThat(process.exitValue()).as("%s; it said: %s", command, said).isZero();
            return read(out);
        } finally {
            process.destroyForcibly();
        }
    }

    private ProcessBuilder builder(Map<String, String> environment, List<String> command) {
        ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile());
        builder.environment().putAll(environment);
        return builder;
    }

    private static String read(Path file) {
        try {
            return Files.readString(file, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
