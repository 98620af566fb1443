package io.gracefulbackup.postgres;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** Passes bytes on between clients and a server on this machine until told to cut them off, or to swallow them. */
final class CuttingProxy implements AutoCloseable {
    private final ServerSocket listener;
    private final int target;
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    private final AtomicLong toServer = new AtomicLong();
    private final AtomicLong toClient = new AtomicLong();
    private final AtomicInteger connections = new AtomicInteger();
    private volatile long cutToServerAfter = Long.MAX_VALUE;
    private volatile long cutToClientAfter = Long.MAX_VALUE;
    private volatile long cutEachAfter = Long.MAX_VALUE;
    private volatile boolean silent;

    CuttingProxy(int target) {
        this.target = target;
        try {
            listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        daemon(this::accept);
    }

    int port() {
        return listener.getLocalPort();
    }

    /** How many connections there have been. */
    int connections() {
        return connections.get();
    }

    /** Bytes that went to the server since the last {@link #cutAfter}. */
    long bytesToServer() {
        return toServer.get();
    }

    /** Bytes that went to the client since the last {@link #cutAfter}. */
    long bytesToClient() {
        return toClient.get();
    }

    /** Cuts all connections once that many more bytes went one way; later connections are left alone. */
    void cutAfter(long bytesToServer, long bytesToClient) {
        toServer.set(0);
        toClient.set(0);
        cutToServerAfter = bytesToServer;
        cutToClientAfter = bytesToClient;
    }

    /** Cuts each connection, also later ones, once that many bytes went up it. */
    void cutEveryConnectionAfter(long bytesToServer) {
        cutEachAfter = bytesToServer;
    }

    /** From now on connections that are open pass nothing on, without being closed; new ones work. */
    void goSilent() {
        silent = true;
        sockets.clear();
    }

    private void accept() {
        while (!listener.isClosed()) {
            Socket client;
            try {
                client = listener.accept();
            } catch (IOException closed) {
                return;
            }
            try {
                Socket server = new Socket(InetAddress.getLoopbackAddress(), target);
                connections.incrementAndGet();
                sockets.add(client);
                sockets.add(server);
                daemon(() -> pass(client, server, toServer, true));
                daemon(() -> pass(server, client, toClient, false));
            } catch (IOException nobodyThere) {
                closeQuietly(client);
            }
        }
    }

    private void pass(Socket from, Socket to, AtomicLong count, boolean upwards) {
        byte[] buffer = new byte[8192];
        long passed = 0;
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                if (silent && !sockets.contains(from)) {
                    continue;
                }
                long limit = upwards ? cutToServerAfter : cutToClientAfter;
                long allowed = Math.min(n, limit - count.get());
                out.write(buffer, 0, (int) Math.max(0, allowed));
                passed += n;
                if (upwards && passed >= cutEachAfter) {
                    throw new IOException("cut");
                }
                if (count.addAndGet(n) >= limit) {
                    cutToServerAfter = Long.MAX_VALUE;
                    cutToClientAfter = Long.MAX_VALUE;
                    closeAll();
                    return;
                }
            }
            to.close();
            from.close();
        } catch (IOException e) {
            closeQuietly(from);
            closeQuietly(to);
        }
    }

    private void closeAll() {
        List<Socket> all = List.copyOf(sockets);
        sockets.clear();
        all.forEach(CuttingProxy::closeQuietly);
    }

    private static void closeQuietly(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // It is closed for us.
        }
    }

    private static void daemon(Runnable work) {
        Thread thread = new Thread(work, "cutting-proxy");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() throws IOException {
        listener.close();
        closeAll();
    }
}
