package io.gracefulbackup.it.hosts;

import io.gracefulbackup.GracefulShutdown;
import io.gracefulbackup.NotAcknowledgedException;
import io.gracefulbackup.StateSource;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import tools.jackson.core.type.TypeReference;

/**
 * A server on the loopback interface with a thread for each client. It answers {@code ADD entry} with {@code OK} after {@code
 * backup.write} has returned, otherwise with {@code NO}; {@code EXIT} calls {@code System.exit(7)}; {@code LIST} returns the number
 * of entries and then each entry on a line. With {@code backups=true} another thread makes backups without pause.
 */
public final class LedgerHost {
    private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
    private final Set<String> entries = new LinkedHashSet<>();
    private final GracefulShutdown backup;

    private LedgerHost() {
        backup = HostSupport.install(GracefulShutdown.builder()
                .source(StateSource.json(
                        "entries", new TypeReference<List<String>>() {}, () -> List.copyOf(entries), saved -> {
                            entries.clear();
                            entries.addAll(saved);
                        }))
                .snapshotUnder(lock.readLock()));
    }

    /** Runs it. */
    public static void main(String[] args) throws IOException {
        LedgerHost host = new LedgerHost();
        if (Boolean.parseBoolean(new Options(args).text("backups", "false"))) {
            daemon(host::backUpForEver, "backups");
        }
        try (ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            HostSupport.print("PORT " + server.getLocalPort());
            while (true) {
                Socket client = server.accept();
                daemon(() -> host.serve(client), "client");
            }
        }
    }

    private void backUpForEver() {
        while (true) {
            backup.backupNow("busy");
        }
    }

    private void serve(Socket client) {
        try (client;
                BufferedReader in =
                        new BufferedReader(new InputStreamReader(client.getInputStream(), StandardCharsets.UTF_8));
                Writer out = new OutputStreamWriter(client.getOutputStream(), StandardCharsets.UTF_8)) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                out.write(answer(line));
                out.flush();
            }
        } catch (IOException e) {
            throw new UncheckedIOException("A client has disconnected", e);
        }
    }

    private String answer(String line) {
        if (line.equals("LIST")) {
            return list();
        }
        if (line.equals("EXIT")) {
            System.exit(7);
        }
        try {
            backup.write(() -> add(line.substring("ADD ".length())));
            return "OK\n";
        } catch (NotAcknowledgedException e) {
            return "NO\n";
        }
    }

    private void add(String entry) {
        lock.writeLock().lock();
        try {
            entries.add(entry);
        } finally {
            lock.writeLock().unlock();
        }
    }

    private String list() {
        lock.readLock().lock();
        try {
            return entries.size() + "\n" + (entries.isEmpty() ? "" : String.join("\n", entries) + "\n");
        } finally {
            lock.readLock().unlock();
        }
    }

    private static void daemon(Runnable work, String name) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        thread.start();
    }
}
