package io.gracefulbackup.internal.config;

import io.gracefulbackup.BackupListener;
import io.gracefulbackup.DrainStep;
import io.gracefulbackup.RestoreReport;
import io.gracefulbackup.RetentionPolicy;
import io.gracefulbackup.StateSource;
import io.gracefulbackup.spi.BackupSink;
import io.gracefulbackup.spi.BackupSinkProvider;
import io.gracefulbackup.spi.PointerStore;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.Lock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What the application gave to the builder, not validated yet. {@code install()} reads it once. */
public final class BuilderState {
    public final List<StateSource> sources = new ArrayList<>();
    public final Map<String, DrainStep> drains = new LinkedHashMap<>();
    public final Set<String> repeatedDrains = new LinkedHashSet<>();
    public final Set<String> ignoredSections = new LinkedHashSet<>();
    public final Set<String> ignoredSettings = new LinkedHashSet<>();
    public final Map<String, String> settings = new LinkedHashMap<>();
    public final List<BackupSink> sinks = new ArrayList<>();
    public final List<BackupSinkProvider> providers = new ArrayList<>();
    public final List<PointerStore> pointerStores = new ArrayList<>();
    public final Map<String, RetentionPolicy> retention = new LinkedHashMap<>();
    public final List<BackupListener> listeners = new ArrayList<>();
    public final List<Consumer<RestoreReport>> onActive = new ArrayList<>();
    public final List<Runnable> onRetire = new ArrayList<>();
    public boolean isIsolated;
    public boolean usesHook = true;
    public boolean supportsHandoff;
    public boolean requireAllSinks;
    public Clock clock = Clock.systemUTC();
    public @Nullable Duration drainTimeout;
    public @Nullable Lock lock;

    /** A copy that later calls of the builder do not change, with more sources. */
    public BuilderState with(List<StateSource> moreSources) {
        BuilderState copy = new BuilderState();
        copy.sources.addAll(sources);
        copy.sources.addAll(moreSources);
        copy.drains.putAll(drains);
        copy.repeatedDrains.addAll(repeatedDrains);
        copy.ignoredSections.addAll(ignoredSections);
        copy.ignoredSettings.addAll(ignoredSettings);
        copy.settings.putAll(settings);
        copy.sinks.addAll(sinks);
        copy.providers.addAll(providers);
        copy.pointerStores.addAll(pointerStores);
        copy.retention.putAll(retention);
        copy.listeners.addAll(listeners);
        copy.onActive.addAll(onActive);
        copy.onRetire.addAll(onRetire);
        copy.isIsolated = isIsolated;
        copy.usesHook = usesHook;
        copy.supportsHandoff = supportsHandoff;
        copy.requireAllSinks = requireAllSinks;
        copy.clock = clock;
        copy.drainTimeout = drainTimeout;
        copy.lock = lock;
        return copy;
    }
}
