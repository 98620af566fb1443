package io.gracefulbackup.postgres;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import javax.net.SocketFactory;

/**
 * Creates sockets that can be closed while another thread is blocked in a write to them. With TLS, {@code close()} waits for that
 * thread unless the socket lingers for a limited time. Public only because the driver creates the factory by reflection.
 */
public final class PromptSocketFactory extends SocketFactory {
    private static final int LINGER_SECONDS = 1;

    /** For the driver only. */
    public PromptSocketFactory() {}

    @Override
    public Socket createSocket() throws IOException {
        return prompt(new Socket());
    }

    @Override
    public Socket createSocket(String host, int port) throws IOException {
        return prompt(new Socket(host, port));
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress localHost, int localPort) throws IOException {
        return prompt(new Socket(host, port, localHost, localPort));
    }

    @Override
    public Socket createSocket(InetAddress host, int port) throws IOException {
        return prompt(new Socket(host, port));
    }

    @Override
    public Socket createSocket(InetAddress address, int port, InetAddress localAddress, int localPort)
            throws IOException {
        return prompt(new Socket(address, port, localAddress, localPort));
    }

    private static Socket prompt(Socket socket) throws SocketException {
        socket.setSoLinger(true, LINGER_SECONDS);
        return socket;
    }
}
