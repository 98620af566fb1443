package io.gracefulbackup.it.hosts;

import io.gracefulbackup.BackupRejectedException;
import io.gracefulbackup.StateSource;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.concurrent.atomic.AtomicBoolean;

/** How a source, a sink or a drain step of a host behaves. */
enum InjectedBehaviour {
    FINE,
    /** Takes 800 ms. */
    SLOW,
    /** Never returns, not even when interrupted. */
    HANG,
    THROW,
    /** Throws an {@code Error}. */
    ERROR,
    /** Throws an exception whose message and cause contain the secret key. */
    LEAK,
    /** Calls {@code System.exit(7)}. */
    EXIT,
    /** Calls {@code System.exit(7)} the first time, and works afterwards. */
    EXIT_ONCE,
    /** Rejects the section that it reads. */
    REJECT;

    private static final AtomicBoolean EXITED = new AtomicBoolean();

    void apply(String where) throws IOException {
        if (this == FINE) {
            return;
        }
        HostSupport.print("ACTING " + where + " " + this);
        switch (this) {
            case SLOW -> HostSupport.pause(800);
            case HANG -> HostSupport.hang();
            case THROW -> throw new IOException("the " + where + " fails");
            case ERROR -> throw new AssertionError("the " + where + " is broken");
            case LEAK -> {
                String secret = System.getenv("SECRET_KEY");
                throw new IOException("refused: " + secret, new IllegalStateException("the key is " + secret));
            }
            case EXIT -> System.exit(7);
            case EXIT_ONCE -> {
                if (EXITED.compareAndSet(false, true)) {
                    System.exit(7);
                }
            }
            case REJECT -> throw new BackupRejectedException("the " + where + " rejects the section");
            default -> {}
        }
    }

    /** Wraps a source: one behaviour applies after it has written, the other before it reads. */
    static StateSource source(StateSource source, InjectedBehaviour writing, InjectedBehaviour reading) {
        return new StateSource() {
            @Override
            public String name() {
                return source.name();
            }

            @Override
            public void writeTo(OutputStream out) throws IOException {
                source.writeTo(out);
                writing.apply("source");
                if (writing == SLOW) {
                    HostSupport.print("WRITTEN");
                }
            }

            @Override
            public void readFrom(InputStream in, int version) throws IOException {
                reading.apply("reader");
                source.readFrom(in, version);
            }
        };
    }
}
