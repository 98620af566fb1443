package io.gracefulbackup.it.hosts;

import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;

/** Runs a runnable jar, the first argument, with that jar as its whole class path; the main class is the second. */
public final class JarHost {
    private JarHost() {}

    /** Runs it. */
    public static void main(String[] args) throws Exception {
        URL jar = Path.of(args[0]).toUri().toURL();
        @SuppressWarnings("resource") // For as long as the process lives.
        URLClassLoader only = new URLClassLoader(new URL[] {jar}, ClassLoader.getPlatformClassLoader());
        Thread.currentThread().setContextClassLoader(only);
        only.loadClass(args[1]).getMethod("main", String[].class).invoke(null, (Object) new String[0]);
    }
}
