import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Demonstrates a backup and a restore from outside: starts the property registry, adds properties, sends SIGTERM,
 * starts it again and compares every block. Needs only the built jar: {@code java
 * examples/property-registry/Demo.java}.
 */
class Demo {
    private static final PrintStream OUT = new PrintStream(new FileOutputStream(FileDescriptor.out), true, UTF_8);
    private static final Pattern INHERITED_SETTING =
            Pattern.compile("SECRET_KEY.*|DATABASE_URL|PINATA_.*|RENDER.*|BACKUP_.*|ADMIN_PASSWORD");
    private static final int PROPERTIES = 5;
    private static final int SIGTERM_EXIT = 128 + 15;

    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();
    private final Path jar;
    private final Path directory;
    private final Path log;
    private final int port;
    private int shownLength;

    private Demo(Path jar, Path directory) throws IOException {
        this.jar = jar;
        this.directory = directory;
        log = directory.resolve("console.log");
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }
    }

    public static void main(String[] args) throws Exception {
        Path jar = Path.of(args.length > 0 ? args[0] : "examples/property-registry/target/property-registry.jar");
        if (!Files.isRegularFile(jar)) {
            OUT.println(
                    "✗ " + jar + " does not exist: build it first, and run this in the root directory of the project");
            System.exit(2);
        }
        Path directory = Files.createTempDirectory("property-registry");
        String failure;
        try {
            failure = new Demo(jar.toAbsolutePath(), directory).run();
        } catch (IOException | IllegalStateException e) {
            failure = e.toString();
        } finally {
            delete(directory);
        }
        OUT.println();
        OUT.println(
                failure.isEmpty()
                        ? "✓ PASSED: every block was restored after SIGTERM and a new start"
                        : "✗ FAILED: " + failure);
        System.exit(failure.isEmpty() ? 0 : 1);
    }

    /** Runs the demonstration. Returns what failed, or an empty text. */
    private String run() throws IOException, InterruptedException {
        String before;
        Process first = start("Starting the registry in an empty directory");
        try {
            awaitActive(first);
            announce("Adding " + PROPERTIES + " properties and transferring one");
            String key = "";
            for (int i = 0; i < PROPERTIES; i++) {
                key = propertyKey(post("/api/properties", property(i), 201));
            }
            post(
                    "/api/properties/" + key + "/transfer",
                    "{\"newOwner\":\"Meera Iyer\",\"aadhar\":\"999900001111\",\"pan\":\"ZYXWV9876A\"}",
                    200);
            before = get("/api/blocks");
            announce("Sending SIGTERM");
            int exit = stop(first);
            if (exit != SIGTERM_EXIT) {
                return "the registry exited with " + exit + ", expected " + SIGTERM_EXIT;
            }
        } finally {
            kill(first);
        }
        Process second = start("Starting it again");
        try {
            awaitActive(second);
            String after = get("/api/blocks");
            String status = get("/api/status");
            announce("Comparing: " + count(before) + " blocks before, " + count(after) + " after");
            OUT.println(status);
            stop(second);
            if (count(before) != PROPERTIES + 1 || !after.equals(before)) {
                return "the blocks differ\n  before: " + before + "\n  after:  " + after;
            }
            return status.contains("\"chainValid\":true") ? "" : "the chain is not valid: " + status;
        } finally {
            kill(second);
        }
    }

    private Process start(String step) throws IOException {
        announce(step);
        ProcessBuilder builder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-jar", jar.toString())
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment()
                .keySet()
                .removeIf(name -> INHERITED_SETTING.matcher(name).matches());
        builder.environment().put("SECRET_KEY", "only-for-this-demonstration");
        builder.environment().put("PORT", Integer.toString(port));
        return builder.start();
    }

    private void awaitActive(Process process) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (System.nanoTime() < deadline) {
            // If it exited, its output says why.
            if (process.waitFor(50, TimeUnit.MILLISECONDS)) {
                showConsole();
                throw new IllegalStateException("the registry exited with " + process.exitValue() + " while starting");
            }
            try {
                if (get("/api/status").contains("\"state\":\"ACTIVE\"")) {
                    showConsole();
                    return;
                }
            } catch (IOException e) {
                // Not listening yet: try again.
            }
        }
        showConsole();
        throw new IllegalStateException("the registry is not active after 60 s");
    }

    private int stop(Process process) throws IOException, InterruptedException {
        process.destroy();
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            throw new IllegalStateException("the registry is still running 60 s after SIGTERM");
        }
        showConsole();
        return process.exitValue();
    }

    /** Makes sure that no process is left running. */
    private static void kill(Process process) throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    private String get(String path) throws IOException, InterruptedException {
        return send(request(path).GET(), 200);
    }

    private String post(String path, String body, int expected) throws IOException, InterruptedException {
        return send(
                request(path).header("Content-Type", "application/json").POST(BodyPublishers.ofString(body)), expected);
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .timeout(Duration.ofSeconds(10));
    }

    private String send(HttpRequest.Builder request, int expected) throws IOException, InterruptedException {
        HttpResponse<String> response = http.send(request.build(), BodyHandlers.ofString());
        if (response.statusCode() != expected) {
            throw new IllegalStateException(response.uri().getPath() + " answered " + response.statusCode()
                    + ", expected " + expected + ": " + response.body());
        }
        return response.body();
    }

    private void showConsole() throws IOException {
        String all = Files.readString(log);
        all.substring(shownLength).lines().forEach(line -> OUT.println("  │ " + line));
        shownLength = all.length();
    }

    private static String property(int i) {
        return "{\"owner\":\"Owner %d\",\"aadhar\":\"%012d\",\"pan\":\"ABCDE%04dF\",\"survey\":\"SN-%d\",\"address\":\"%d MG Road\",\"value\":%d}"
                .formatted(i, 100_000_000_000L + i, i, i, i, 100_000 + i);
    }

    private static String propertyKey(String recorded) {
        String name = "\"propertyKey\":\"";
        int start = recorded.indexOf(name) + name.length();
        return recorded.substring(start, recorded.indexOf('"', start));
    }

    private static long count(String blocks) {
        return Pattern.compile("\"previousHash\"").matcher(blocks).results().count();
    }

    private static void announce(String step) {
        OUT.println();
        OUT.println("▶ " + step);
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> all = Files.walk(directory)) {
            all.sorted(Comparator.reverseOrder()).forEach(path -> {
                try {
                    Files.delete(path);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        }
    }
}
