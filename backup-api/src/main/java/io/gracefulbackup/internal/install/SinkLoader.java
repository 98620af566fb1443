package io.gracefulbackup.internal.install;

import io.gracefulbackup.BackupConfigurationException;
import io.gracefulbackup.internal.config.BuilderState;
import io.gracefulbackup.internal.config.ConfigurationProblems;
import io.gracefulbackup.internal.config.Settings;
import io.gracefulbackup.internal.config.UnreadSettings;
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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Finds the providers and opens their sinks. A provider that fails is reported and the others are used all the same; what its sink
 * holds is then unknown, not empty.
 */
final class SinkLoader {
    private final List<BackupSinkProvider> providers;
    private final List<PointerStoreProvider> pointerProviders;
    private final ProviderSearch search;
    private final List<BackupSink> sinks = new ArrayList<>();
    private final Map<String, AutoCloseable> opened = new LinkedHashMap<>();
    private final Map<String, String> broken = new LinkedHashMap<>();
    private final Map<String, String> skipped = new LinkedHashMap<>();
    private final List<String> remarks = new ArrayList<>();

    private SinkLoader(ProviderSearch search, List<BackupSinkProvider> fromBuilder) {
        this.search = search;
        providers = new ArrayList<>(fromBuilder);
        providers.addAll(search.find(BackupSinkProvider.class, BackupSinkProvider::name));
        pointerProviders = search.find(PointerStoreProvider.class, PointerStoreProvider::name);
        broken.putAll(search.broken());
    }

    /**
     * Finds the providers: those of the builder, and unless that {@linkplain BuilderState#isIsolated uses nothing but its own}, those
     * that these class loaders see.
     */
    static SinkLoader load(BuilderState builder, ClassLoader... classLoaders) {
        ProviderSearch search = builder.isIsolated ? new ProviderSearch() : new ProviderSearch(classLoaders);
        return new SinkLoader(search, builder.providers);
    }

    /** The names of all settings that providers read. */
    Set<String> settings() {
        Set<String> names = new HashSet<>();
        providers.forEach(provider -> names.addAll(provider.settings()));
        pointerProviders.forEach(provider -> names.addAll(provider.settings()));
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

    /**
     * Looks for settings that nothing reads, and for providers that cannot be used: remarks, or problems if every sink is required,
     * or if there is no sink at all.
     *
     * @param read the names of the settings that providers have read, in addition to those that they {@linkplain #settings name}
     */
    void findUnused(Settings settings, Set<String> read, boolean requiresAll, ConfigurationProblems problems) {
        Set<String> allRead = settings();
        allRead.addAll(read);
        remarks.addAll(new UnreadSettings(settings, allRead, this::absence).lines());
        search.ofOtherCopies().forEach(provider -> remarks.add(Messages.providerOfOtherCopy(provider)));
        if (requiresAll || sinks.isEmpty()) {
            remarks.forEach(problems::add);
        }
    }

    private UnreadSettings.Absence absence(String providerClass) {
        if (search.broken().containsKey(providerClass)) {
            return UnreadSettings.Absence.BROKEN;
        }
        if (search.ofOtherCopies().contains(providerClass)) {
            return UnreadSettings.Absence.OF_OTHER_COPY;
        }
        return search.sees(providerClass) ? UnreadSettings.Absence.NOT_REGISTERED : UnreadSettings.Absence.MISSING;
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

    /** Settings that nothing reads and providers that cannot be used, for the operator. */
    List<String> remarks() {
        return remarks;
    }

    /** The line to log for each sink that is not configured, by its name. */
    Map<String, String> skipped() {
        return skipped;
    }
}
