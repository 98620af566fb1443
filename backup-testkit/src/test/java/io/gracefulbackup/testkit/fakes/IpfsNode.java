package io.gracefulbackup.testkit.fakes;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A real IPFS node that knows no other one. Its API takes POST only. */
final class IpfsNode implements AutoCloseable {
    private static final String COMMAND = "node_modules/ipfs/src/cli.js";

    private final Process daemon;
    private final String output;

    private IpfsNode(Process daemon, String output) {
        this.daemon = daemon;
        this.output = output;
    }

    /** Starts one whose repository is in a new directory below the given one. */
    static IpfsNode start(Path directory) throws IOException, InterruptedException {
        Node node = Node.install("ipfs");
        Map<String, String> environment =
                Map.of("IPFS_PATH", directory.resolve("repo").toString());
        command(node, environment, "init", "--profile", "test");
        command(node, environment, "config", "--json", "Bootstrap", "[]");
        command(node, environment, "config", "--json", "Addresses.Swarm", "[]");
        command(node, environment, "config", "Addresses.RPC", "/ip4/127.0.0.1/tcp/0");
        Path output = directory.resolve("daemon.txt");
        Process daemon = node.start(environment, output, "--require", "./polyfill.cjs", COMMAND, "daemon", "--offline");
        try {
            Eventually.holds(() -> !daemon.isAlive() || read(output).contains("Daemon is ready"));
            return new IpfsNode(daemon, read(output));
        } catch (AssertionError e) {
            daemon.destroyForcibly();
            throw new AssertionError("The IPFS node does not start: " + read(output), e);
        }
    }

    String apiUrl() {
        return "http://127.0.0.1:" + port("HTTP API listening");
    }

    String gatewayUrl() {
        return "http://127.0.0.1:" + port("Gateway \\(read only\\) listening");
    }

    @Override
    public void close() {
        daemon.destroyForcibly();
    }

    private String port(String line) {
        Matcher found =
                Pattern.compile(line + " on /ip4/127\\.0\\.0\\.1/tcp/(\\d+)").matcher(output);
        if (!found.find()) {
            throw new AssertionError("The IPFS node does not say where it listens: " + output);
        }
        return found.group(1);
    }

    private static void command(Node node, Map<String, String> environment, String... arguments)
            throws IOException, InterruptedException {
        String[] all = new String[arguments.length + 3];
        all[0] = "--require";
        all[1] = "./polyfill.cjs";
        all[2] = COMMAND;
        System.arraycopy(arguments, 0, all, 3, arguments.length);
        node.script(environment, "", all);
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
