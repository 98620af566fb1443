package io.gracefulbackup.it.hosts;

import io.gracefulbackup.spi.BackupSinkProvider;
import io.gracefulbackup.spi.PointerStoreProvider;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.net.URLConnection;
import java.net.URLStreamHandler;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A context class loader in which {@code ServiceLoader} finds only the given sinks and pointer stores. The library treats each class
 * loader as a deployment, so a JVM may have several installations of the same application.
 */
public final class FixedServicesClassLoader extends ClassLoader {
    private final List<Class<? extends BackupSinkProvider>> sinks;
    private final List<Class<? extends PointerStoreProvider>> pointers;

    /** Creates a class loader with these providers. */
    public FixedServicesClassLoader(
            List<Class<? extends BackupSinkProvider>> sinks, List<Class<? extends PointerStoreProvider>> pointers) {
        super(FixedServicesClassLoader.class.getClassLoader());
        this.sinks = List.copyOf(sinks);
        this.pointers = List.copyOf(pointers);
    }

    @Override
    public Enumeration<URL> getResources(String name) throws IOException {
        if (name.equals("META-INF/services/" + BackupSinkProvider.class.getName())) {
            return listing(name, sinks);
        }
        return name.equals("META-INF/services/" + PointerStoreProvider.class.getName())
                ? listing(name, pointers)
                : super.getResources(name);
    }

    private static Enumeration<URL> listing(String name, List<? extends Class<?>> providers) throws IOException {
        byte[] lines = providers.stream()
                .map(Class::getName)
                .collect(Collectors.joining("\n"))
                .getBytes(StandardCharsets.UTF_8);
        return Collections.enumeration(List.of(new URL("services", "", -1, name, new URLStreamHandler() {
            @Override
            protected URLConnection openConnection(URL url) {
                return new URLConnection(url) {
                    @Override
                    public void connect() {}

                    @Override
                    public InputStream getInputStream() {
                        return new ByteArrayInputStream(lines);
                    }
                };
            }
        })));
    }
}
