package io.gracefulbackup.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.gracefulbackup.Deadline;
import io.gracefulbackup.testkit.internal.Poll;
import io.gracefulbackup.testkit.internal.SyntheticBackup;
import io.gracefulbackup.testkit.internal.TcpProxy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A server with a certificate for {@code localhost}. */
class TlsTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static PostgresServer server;
    private static Path certificate;

    @BeforeAll
    static void startServer() throws Exception {
        server = PostgresServer.start(Map.of());
        Path key = server.data().resolve("server.key");
        certificate = server.data().resolve("server.crt");
        Process openssl;
        try {
            openssl = new ProcessBuilder(
                            "openssl",
                            "req",
                            "-x509",
                            "-newkey",
                            "rsa:2048",
                            "-nodes",
                            "-days",
                            "30",
                            "-subj",
                            "/CN=localhost",
                            "-addext",
                            "subjectAltName=DNS:localhost",
                            "-keyout",
                            key.toString(),
                            "-out",
                            certificate.toString())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
        } catch (IOException e) {
            Assumptions.abort("skipped: openssl is not installed");
            return;
        }
        assertThat(openssl.waitFor()).isZero();
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
        Path rules = server.data().resolve("pg_hba.conf");
        Files.writeString(
                rules,
                "hostssl all guarded all scram-sha-256\nhost all guarded all reject\n" + Files.readString(rules));
        PostgresServer.execute(
                server.url("postgres"),
                "SET password_encryption = 'scram-sha-256'",
                "CREATE ROLE guarded LOGIN SUPERUSER PASSWORD 'secret'",
                "ALTER SYSTEM SET ssl = on",
                "SELECT pg_reload_conf()");
        Poll.until(
                () -> catchThrowable(() -> list("?sslmode=require")) == null,
                PATIENCE,
                () -> "the server takes TLS connections");
    }

    @AfterAll
    static void stopServer() {
        if (server != null) {
            server.close();
        }
    }

    private static void list(String options) throws IOException {
        try (PostgresSink sink = sink(options)) {
            sink.list(Deadline.after(Duration.ofSeconds(20)));
        }
    }

    private static PostgresSink sink(String options) {
        return TestSinks.open("app", server.url("guarded:secret", "postgres") + options);
    }

    @Test
    void verifiesTheServerWithTheCertificateThatIsNamed() throws IOException {
        list("?sslmode=verify-full&sslrootcert=" + certificate);
    }

    @Test
    void bindsTheLoginToTheConnection() throws IOException {
        Assumptions.assumeFalse(
                "13".equals(System.getProperty("postgres.major")),
                "skipped: the binaries of PostgreSQL 13 were built without channel binding");
        list("?sslmode=require&channel_binding=require");
    }

    @Test
    void refusesAServerThatItCannotVerify() throws IOException {
        Path other = server.data().resolve("other.crt");
        Files.writeString(other, "");
        for (String options : new String[] {"?sslmode=verify-full&sslrootcert=" + other, "?sslrootcert=system"}) {
            assertThatThrownBy(() -> list(options)).isInstanceOf(IOException.class);
        }
        assertThatThrownBy(() -> list("?sslmode=disable")).isInstanceOf(IOException.class);
        String byAddress = server.url("guarded:secret", "postgres").replace("@localhost", "@127.0.0.1");
        try (PostgresSink sink = TestSinks.open("app", byAddress + "?sslmode=verify-full&sslrootcert=" + certificate)) {
            assertThatThrownBy(() -> sink.list(Deadline.after(Duration.ofSeconds(20))))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("127.0.0.1");
        }
    }

    @Test
    void endsAtTheDeadlineWhenTheServerStopsInTheMiddle() throws Exception {
        try (TcpProxy proxy = new TcpProxy(server.port());
                PostgresSink sink = TestSinks.open(
                        "app", "postgres://guarded:secret@localhost:" + proxy.port() + "/postgres?sslmode=require")) {
            Deadline.Controller time = Deadline.controlled(Duration.ofSeconds(60));
            CompletableFuture<Throwable> failure = CompletableFuture.supplyAsync(() ->
                    catchThrowable(() -> sink.store(SyntheticBackup.of("app", 1, 400L << 20), time.deadline())));
            Poll.until(() -> proxy.bytesToServer() > 3 << 20, PATIENCE, () -> "3 MiB went to the server");
            server.signal("STOP");
            try {
                long before = -1;
                while (before != proxy.bytesToServer()) {
                    before = proxy.bytesToServer();
                    java.util.concurrent.locks.LockSupport.parkNanos(500_000_000);
                }
                time.expire();
                // Under TLS, closing waits for the writer unless the socket lingers for a limited time.
                assertThat(failure.get(10, TimeUnit.SECONDS)).isInstanceOf(IOException.class);
            } finally {
                server.signal("CONT");
            }
        }
    }
}
