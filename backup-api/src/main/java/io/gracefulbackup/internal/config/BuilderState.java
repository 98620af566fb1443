package io.gracefulbackup.internal.config;

import io.gracefulbackup.BackupListener;
import io.gracefulbackup.DrainStep;
import io.gracefulbackup.RestoreReport;
import io.gracefulbackup.RetentionPolicy;
import io.gracefulbackup.StateSource;
import io.gracefulbackup.spi.BackupSink;
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
    public final List<PointerStore> pointerStores = new ArrayList<>();
    public final Map<String, RetentionPolicy> retention = new LinkedHashMap<>();
    public final List<BackupListener> listeners = new ArrayList<>();
    public final List<Consumer<RestoreReport>> onActive = new ArrayList<>();
    public final List<Runnable> onRetire = new ArrayList<>();
    public boolean supportsHandoff;
    public boolean requireAllSinks;
    public Clock clock = Clock.systemUTC();
    public @Nullable Duration drainTimeout;
    public @Nullable Lock lock;
}
