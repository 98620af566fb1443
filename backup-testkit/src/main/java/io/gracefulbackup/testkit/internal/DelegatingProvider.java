package io.gracefulbackup.testkit.internal;

import io.gracefulbackup.spi.BackupSinkProvider;
import io.gracefulbackup.spi.SinkContext;
import java.util.Set;
import java.util.function.Supplier;

/** What {@link java.util.ServiceLoader} finds in a {@link SingleProviderLoader}, which defines this class once more: that provider. */
public final class DelegatingProvider implements BackupSinkProvider {
    private final BackupSinkProvider provider;

    /** For {@link java.util.ServiceLoader}. */
    public DelegatingProvider() {
        ClassLoader definer = DelegatingProvider.class.getClassLoader();
        if (!(definer instanceof Supplier<?> supplier) || !(supplier.get() instanceof BackupSinkProvider given)) {
            throw new IllegalStateException("Relay is of use only where LoneProvider has defined it");
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
