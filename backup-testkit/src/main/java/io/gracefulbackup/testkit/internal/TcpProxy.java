package io.gracefulbackup.testkit.internal;

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

/**
 * Passes bytes on between clients and a server on this machine. A test can close its connections, at once or after so many
 * bytes, let them fall silent, or refuse new ones.
 */
public final class TcpProxy implements AutoCloseable {
    private final ServerSocket listener;
    private final int target;
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    private final AtomicLong toServer = new AtomicLong();
    private final AtomicLong toClient = new AtomicLong();
    private final AtomicInteger connections = new AtomicInteger();
    private volatile long closeAllAfterToServer = Long.MAX_VALUE;
    private volatile long closeAllAfterToClient = Long.MAX_VALUE;
    private volatile long closeEachAfter = Long.MAX_VALUE;
    private volatile boolean silent;
    private volatile boolean interrupted;

    /**
     * Starts a proxy.
     *
     * @param target the server's port on the loopback interface
     */
    public TcpProxy(int target) {
        this.target = target;
        try {
            listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        startDaemon(this::accept);
    }

    /** The port for the clients. */
    public int port() {
        return listener.getLocalPort();
    }

    /** How many connections there have been. */
    public int connections() {
        return connections.get();
    }

    /** Bytes that went to the server since the last {@link #closeAllAfter}. */
    public long bytesToServer() {
        return toServer.get();
    }

    /** Bytes that went to the client since the last {@link #closeAllAfter}. */
    public long bytesToClient() {
        return toClient.get();
    }

    /** Closes all connections once that many more bytes went one way; later connections are left alone. */
    public void closeAllAfter(long bytesToServer, long bytesToClient) {
        toServer.set(0);
        toClient.set(0);
        closeAllAfterToServer = bytesToServer;
        closeAllAfterToClient = bytesToClient;
    }

    /** Closes each connection, also later ones, once that many bytes went to the server through it. */
    public void closeEachAfter(long bytesToServer) {
        closeEachAfter = bytesToServer;
    }

    /** From now on connections that are open pass nothing on, without being closed; new ones work. */
    public void silenceOpenConnections() {
        silent = true;
        sockets.clear();
    }

    /** Closes all connections, and those that come until {@link #restore}. */
    public void interrupt() {
        interrupted = true;
        closeAll();
    }

    /** Lets connections through again. */
    public void restore() {
        interrupted = false;
    }

    /** Closes all connections and takes no more. */
    @Override
    public void close() {
        try {
            listener.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        interrupt();
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                connect(listener.accept());
            } catch (IOException e) {
                return; // The listener was closed.
            }
        }
    }

    private void connect(Socket client) {
        try {
            Socket server = new Socket(InetAddress.getLoopbackAddress(), target);
            connections.incrementAndGet();
            sockets.add(client);
            sockets.add(server);
            if (interrupted) {
                closeAll();
                return;
            }
            startDaemon(() -> pass(client, server, toServer, true));
            startDaemon(() -> pass(server, client, toClient, false));
        } catch (IOException e) {
            closeQuietly(client); // The server does not listen.
        }
    }

    private void pass(Socket from, Socket to, AtomicLong count, boolean isToServer) {
        byte[] buffer = new byte[8192];
        long passed = 0;
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                if (silent && !sockets.contains(from)) {
                    continue;
                }
                long limit = isToServer ? closeAllAfterToServer : closeAllAfterToClient;
                long allowed = Math.min(n, limit - count.get());
                out.write(buffer, 0, (int) Math.max(0, allowed));
                passed += n;
                if (isToServer && passed >= closeEachAfter) {
                    return;
                }
                if (count.addAndGet(n) >= limit) {
                    closeAllAfterToServer = Long.MAX_VALUE;
                    closeAllAfterToClient = Long.MAX_VALUE;
                    closeAll();
                    return;
                }
            }
        } catch (IOException e) {
            return; // Either side may end it.
        } finally {
            sockets.remove(from);
            sockets.remove(to);
        }
    }

    private void closeAll() {
        List<Socket> all = List.copyOf(sockets);
        sockets.removeAll(all);
        all.forEach(TcpProxy::closeQuietly);
    }

    private static void closeQuietly(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            return; // It is of no use any more, whatever its state.
        }
    }

    private static void startDaemon(Runnable work) {
        Thread thread = new Thread(work, "tcp-proxy");
        thread.setDaemon(true);
        thread.start();
    }
}
