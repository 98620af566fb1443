package io.gracefulbackup.it;

import io.gracefulbackup.testkit.ForkedJvm;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.Set;

/** A client of {@link io.gracefulbackup.it.hosts.LedgerHost}. Not safe for use by several threads. */
final class LedgerClient implements AutoCloseable {
    private final Socket socket;
    private final BufferedReader in;
    private final Writer out;

    LedgerClient(ForkedJvm host) throws IOException {
        String port = host.awaitLine("PORT ", ForkedHosts.START_LIMIT).replaceAll("\\D", "");
        socket = new Socket(InetAddress.getLoopbackAddress(), Integer.parseInt(port));
        socket.setTcpNoDelay(true);
        in = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
        out = new OutputStreamWriter(socket.getOutputStream(), StandardCharsets.UTF_8);
    }

    /** Adds an entry and returns whether the host acknowledged it. */
    boolean add(String entry) throws IOException {
        send("ADD " + entry);
        return receive().equals("OK");
    }

    /** Makes a thread of the host call {@code System.exit(7)}. */
    void exit() throws IOException {
        send("EXIT");
    }

    /** All entries. */
    Set<String> list() throws IOException {
        send("LIST");
        Set<String> entries = new LinkedHashSet<>();
        for (int left = Integer.parseInt(receive()); left > 0; left--) {
            entries.add(receive());
        }
        return entries;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    private void send(String line) throws IOException {
        out.write(line + "\n");
        out.flush();
    }

    private String receive() throws IOException {
        String line = in.readLine();
        if (line == null) {
            throw new IOException("The host has ended");
        }
        return line;
    }
}
