package io.gracefulbackup.it.hosts;

import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;

/** Runs a runnable jar with that jar as the only class path. Arguments: the jar and its main class. */
public final class JarHost {
    private JarHost() {}

    /** Runs it. */
    public static void main(String[] args) throws Exception {
        URL jar = Path.of(args[0]).toUri().toURL();
        @SuppressWarnings("resource") // used until the process ends
        URLClassLoader only = new URLClassLoader(new URL[] {jar}, ClassLoader.getPlatformClassLoader());
        Thread.currentThread().setContextClassLoader(only);
        only.loadClass(args[1]).getMethod("main", String[].class).invoke(null, (Object) new String[0]);
    }
}
