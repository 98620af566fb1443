package io.gracefulbackup.it.hosts;

import io.gracefulbackup.GracefulShutdown;
import io.gracefulbackup.StateSource;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import org.slf4j.ILoggerFactory;
import org.slf4j.LoggerFactory;

/** Stops its logging backend in a shutdown hook of its own, as Spring Boot does, and writes its state only then. */
public final class StoppingBackendHost {
    private StoppingBackendHost() {}

    /** Runs it. */
    public static void main(String[] args) {
        CountDownLatch stopped = new CountDownLatch(1);
        StateSource source = StateSource.of(
                "state",
                out -> {
                    try {
                        stopped.await();
                    } catch (InterruptedException e) {
                        throw new IOException(e);
                    }
                    out.write(1);
                },
                in -> in.readAllBytes());
        HostSupport.install(GracefulShutdown.builder().source(source));
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            stop();
            stopped.countDown();
        }));
        HostSupport.print("READY");
    }

    /** By reflection, because the backend is only on the class path when it is tested. */
    private static void stop() {
        ILoggerFactory backend = LoggerFactory.getILoggerFactory();
        try {
            if (backend.getClass().getName().startsWith("org.apache.logging.")) {
                Class.forName("org.apache.logging.log4j.LogManager")
                        .getMethod("shutdown")
                        .invoke(null);
            } else {
                backend.getClass().getMethod("stop").invoke(backend);
            }
        } catch (ReflectiveOperationException e) {
            HostSupport.print("NOT STOPPED " + e);
        }
    }
}
