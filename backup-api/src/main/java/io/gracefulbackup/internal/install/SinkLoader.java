package io.gracefulbackup.internal.install;

import io.gracefulbackup.BackupConfigurationException;
import io.gracefulbackup.internal.config.BuilderState;
import io.gracefulbackup.internal.config.ConfigurationProblems;
import io.gracefulbackup.internal.pointers.Pointers;
import io.gracefulbackup.internal.report.Messages;
import io.gracefulbackup.internal.support.Failures;
import io.gracefulbackup.spi.BackupSink;
import io.gracefulbackup.spi.BackupSinkProvider;
import io.gracefulbackup.spi.BackupSinkProvider.Opening;
import io.gracefulbackup.spi.PointerStoreProvider;
import io.gracefulbackup.spi.SinkContext;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeSet;

/**
 * Finds the providers and opens their sinks. A provider that fails is reported and the others are used all the same; what its sink
 * holds is then unknown, not empty.
 */
final class SinkLoader {
    /** After this many failures the rest of the class path is not searched. */
    private static final int MAX_FAILURES = 20;

    private final List<BackupSinkProvider> providers = new ArrayList<>();
    private final List<PointerStoreProvider> pointerProviders = new ArrayList<>();
    private final List<BackupSink> sinks = new ArrayList<>();
    private final Map<String, AutoCloseable> opened = new LinkedHashMap<>();
    private final Map<String, String> broken = new LinkedHashMap<>();
    private final Map<String, String> skipped = new LinkedHashMap<>();

    private SinkLoader() {}

    /** A loader without providers, for a builder that {@linkplain BuilderState#isIsolated uses nothing but its own}. */
    static SinkLoader none() {
        return new SinkLoader();
    }

    static SinkLoader load(ClassLoader classLoader) {
        SinkLoader loader = new SinkLoader();
        loader.find(BackupSinkProvider.class, classLoader, loader.providers);
        loader.find(PointerStoreProvider.class, classLoader, loader.pointerProviders);
        return loader;
    }

    private <P> void find(Class<P> type, ClassLoader classLoader, List<P> into) {
        Iterator<P> found = ServiceLoader.load(type, classLoader).iterator();
        while (broken.size() < MAX_FAILURES) {
            try {
                if (!found.hasNext()) {
                    break;
                }
                into.add(found.next());
            } catch (ServiceConfigurationError | LinkageError failure) {
                broken.put("provider " + (broken.size() + 1), Failures.describe(failure));
            }
        }
    }

    /** The names of all settings that only providers read. */
    Set<String> settings() {
        Set<String> names = new HashSet<>();
        providers.forEach(provider -> names.addAll(provider.settings()));
        return names;
    }

    /** Opens every sink; adds what is wrong with the settings to {@code problems}. */
    void open(List<BackupSink> fromBuilder, SinkContext context, ConfigurationProblems problems) {
        sinks.addAll(fromBuilder);
        for (BackupSinkProvider provider : providers) {
            open(provider, context, problems);
        }
        Set<String> names = new HashSet<>();
        for (BackupSink sink : sinks) {
            if (!names.add(sink.name())) {
                problems.add(Messages.twoSinksNamed(sink.name()));
            }
        }
        if (sinks.isEmpty() && problems.all().isEmpty() && broken.isEmpty()) {
            problems.add(Messages.NO_SINK);
        }
    }

    /** Opens every pointer store; adds what is wrong with the settings to {@code problems}. */
    void openPointers(Pointers pointers, SinkContext context, ConfigurationProblems problems) {
        for (PointerStoreProvider provider : pointerProviders) {
            try {
                provider.open(context).ifPresent(store -> {
                    pointers.add(store);
                    opened.put(store.name() + " (pointers)", store);
                });
            } catch (BackupConfigurationException wrong) {
                wrong.problems().forEach(problems::add);
            } catch (RuntimeException | LinkageError failure) {
                broken.put(provider.name(), Failures.describe(failure));
            }
        }
    }

    private void open(BackupSinkProvider provider, SinkContext context, ConfigurationProblems problems) {
        try {
            Opening opening = provider.open(context);
            if (opening instanceof Opening.Configured configured) {
                sinks.add(configured.sink());
                opened.put(configured.sink().title(), configured.sink());
            } else if (opening instanceof Opening.NotConfigured not
                    && !not.line().isEmpty()) {
                skipped.put(provider.name(), not.line());
            }
        } catch (BackupConfigurationException wrong) {
            wrong.problems().forEach(problems::add);
        } catch (RuntimeException | LinkageError failure) {
            broken.put(provider.name(), Failures.describe(failure));
        }
    }

    /** The names of all sinks, and of those that settings could configure. */
    Set<String> names() {
        Set<String> names = new TreeSet<>();
        sinks.forEach(sink -> names.add(sink.name()));
        providers.forEach(provider -> names.add(provider.name()));
        return names;
    }

    List<BackupSink> sinks() {
        return List.copyOf(sinks);
    }

    /** What the providers have opened, by the name in messages: the library's to close. */
    Map<String, AutoCloseable> opened() {
        return opened;
    }

    /** Why a provider failed, by its name. */
    Map<String, String> broken() {
        return broken;
    }

    /** The line to log for each sink that is not configured, by its name. */
    Map<String, String> skipped() {
        return skipped;
    }
}
