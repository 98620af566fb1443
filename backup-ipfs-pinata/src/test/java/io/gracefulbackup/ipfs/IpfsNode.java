package io.gracefulbackup.ipfs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import okhttp3.MultipartBody;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import tools.jackson.databind.json.JsonMapper;

/** A real IPFS node without peers. */
final class IpfsNode implements AutoCloseable {
    private static final String COMMAND = "node_modules/ipfs/src/cli.js";

    private static final Duration LIMIT = Duration.ofMinutes(2);

    private final OkHttpClient http =
            new OkHttpClient.Builder().readTimeout(LIMIT).writeTimeout(LIMIT).build();
    private final Process daemon;
    private final String output;

    private IpfsNode(Process daemon, String output) {
        this.daemon = daemon;
        this.output = output;
    }

    /** Starts a node whose repository is in a new directory below the given one. */
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
            for (long begun = System.nanoTime(); !read(output).contains("Daemon is ready"); ) {
                assertThat(daemon.isAlive() && System.nanoTime() - begun < LIMIT.toNanos())
                        .as("the IPFS node gets ready; it said: %s", read(output))
                        .isTrue();
                TimeUnit.MILLISECONDS.sleep(50);
            }
            return new IpfsNode(daemon, read(output));
        } catch (AssertionError | InterruptedException e) {
            daemon.destroyForcibly();
            throw e;
        }
    }

    /** Adds a file cut into the classic blocks, with raw leaves if it is to have a CIDv1; returns its CID. */
    String add(RequestBody content, int cidVersion) throws IOException {
        MultipartBody form = new MultipartBody.Builder()
                .setType(MultipartBody.FORM)
                .addFormDataPart("file", "file", content)
                .build();
        String options = cidVersion == 0
                ? "cid-version=0&chunker=size-262144"
                : "cid-version=1&raw-leaves=true&chunker=size-262144&cid-base=base32";
        return JsonMapper.shared()
                .readTree(post("add?" + options, form))
                .path("Hash")
                .asString("");
    }

    /** Forgets a file. */
    void remove(String cid) throws IOException {
        post("pin/rm?arg=" + cid, RequestBody.EMPTY);
        post("block/rm?force=true&arg=" + cid, RequestBody.EMPTY);
    }

    String gatewayUrl() {
        return "http://127.0.0.1:" + port("Gateway \\(read only\\) listening");
    }

    @Override
    public void close() {
        daemon.destroyForcibly();
    }

    /** Its API takes POST only. */
    private String post(String call, RequestBody body) throws IOException {
        String url = "http://127.0.0.1:" + port("HTTP API listening") + "/api/v0/" + call;
        try (Response response =
                http.newCall(new Request.Builder().url(url).post(body).build()).execute()) {
            return response.body().string();
        }
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
