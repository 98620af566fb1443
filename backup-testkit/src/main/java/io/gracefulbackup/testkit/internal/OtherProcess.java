package io.gracefulbackup.testkit.internal;

import io.gracefulbackup.GracefulShutdown;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Installs applications that stand for other processes. A process has one installation of an application at a time; the library
 * notes it in a system property, which is hidden from the application here, and it from others.
 */
public final class OtherProcess {
    private static final String CLAIMS = "io.gracefulbackup.installed.";

    private OtherProcess() {}

    /** Installs an application beside all others of this process, also those of the same name. */
    public static synchronized GracefulShutdown install(GracefulShutdown.Builder application) {
        Map<String, String> present = claims();
        present.keySet().forEach(System::clearProperty);
        try {
            return application.install();
        } finally {
            claims().keySet().forEach(System::clearProperty);
            present.forEach(System::setProperty);
        }
    }

    private static Map<String, String> claims() {
        return System.getProperties().stringPropertyNames().stream()
                .filter(name -> name.startsWith(CLAIMS))
                .collect(Collectors.toMap(name -> name, name -> System.getProperty(name, "")));
    }
}
