package io.gracefulbackup.testkit.internal;

import io.gracefulbackup.GracefulShutdown;
import io.gracefulbackup.spi.BackupSinkProvider;
import io.gracefulbackup.spi.PointerStoreProvider;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URL;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A class loader in which {@link java.util.ServiceLoader} finds one given provider, and none of those on the class path or
 * the module path of the tests. The library gives a {@link io.gracefulbackup.spi.SinkContext} to providers only, and finds
 * providers by their class loader only.
 *
 * <p>An application that is installed here stands for another process, so the same one may be installed several times.
 */
public final class SingleProviderLoader extends ClassLoader implements Supplier<BackupSinkProvider> {
    private static final String SERVICE = "META-INF/services/" + BackupSinkProvider.class.getName();
    private static final String POINTERS = "META-INF/services/" + PointerStoreProvider.class.getName();
    private static final ClassLoader ALL = SingleProviderLoader.class.getClassLoader();

    private final BackupSinkProvider provider;

    private SingleProviderLoader(BackupSinkProvider provider) {
        // The parent must not be ALL: the services of its modules would be found.
        super(ClassLoader.getPlatformClassLoader());
        this.provider = provider;
    }

    /** Installs an application whose only provider is this one. */
    public static GracefulShutdown install(GracefulShutdown.Builder application, BackupSinkProvider provider) {
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        thread.setContextClassLoader(new SingleProviderLoader(provider));
        try {
            return OtherProcess.install(application);
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    @Override
    public BackupSinkProvider get() {
        return provider;
    }

    @Override
    protected Class<?> findClass(String name) throws ClassNotFoundException {
        return name.equals(DelegatingProvider.class.getName()) ? defineDelegate() : ALL.loadClass(name);
    }

    @Override
    protected @Nullable URL findResource(String name) {
        return ALL.getResource(name);
    }

    @Override
    protected Enumeration<URL> findResources(String name) throws IOException {
        if (name.equals(SERVICE)) {
            URL list = SingleProviderLoader.class.getResource("provider.txt");
            if (list == null) {
                throw new IOException("provider.txt is missing beside " + SingleProviderLoader.class.getName());
            }
            return Collections.enumeration(List.of(list));
        }
        return name.equals(POINTERS) ? Collections.emptyEnumeration() : ALL.getResources(name);
    }

    private Class<?> defineDelegate() throws ClassNotFoundException {
        try (InputStream in = SingleProviderLoader.class.getResourceAsStream("DelegatingProvider.class")) {
            if (in == null) {
                throw new ClassNotFoundException(DelegatingProvider.class.getName());
            }
            byte[] code = in.readAllBytes();
            return defineClass(DelegatingProvider.class.getName(), code, 0, code.length);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
