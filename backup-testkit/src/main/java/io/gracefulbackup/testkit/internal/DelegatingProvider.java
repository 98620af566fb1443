package io.gracefulbackup.testkit.internal;

import io.gracefulbackup.spi.BackupSinkProvider;
import io.gracefulbackup.spi.SinkContext;
import java.util.Set;
import java.util.function.Supplier;

/** The provider that {@link java.util.ServiceLoader} finds in a {@link SingleProviderLoader}, which defines this class anew. */
public final class DelegatingProvider implements BackupSinkProvider {
    private final BackupSinkProvider provider;

    /** For {@link java.util.ServiceLoader}. */
    public DelegatingProvider() {
        ClassLoader definer = DelegatingProvider.class.getClassLoader();
        if (!(definer instanceof Supplier<?> supplier) || !(supplier.get() instanceof BackupSinkProvider given)) {
            throw new IllegalStateException("DelegatingProvider works only where SingleProviderLoader has defined it");
        }
        provider = given;
    }

    @Override
    public String name() {
        return provider.name();
    }

    @Override
    public Set<String> settings() {
        return provider.settings();
    }

    @Override
    public Opening open(SinkContext context) {
        return provider.open(context);
    }
}
