package io.gracefulbackup.internal.install;

import io.gracefulbackup.internal.support.Failures;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URL;
import java.net.URLConnection;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * Finds providers with several class loaders: the one of the application's thread, and the library's own, since the
 * first may see none of the library's modules. Each provider is used once. One that works for any of the loaders is not
 * broken, whatever another loader makes of it.
 */
final class ProviderSearch {
    /** After this many failures a loader is not searched further. */
    private static final int MAX_FAILURES = 20;

    private final Set<ClassLoader> loaders;
    private final Set<String> found = new LinkedHashSet<>();
    private final Map<String, String> failures = new LinkedHashMap<>();
    private final Set<String> ofOtherCopies = new TreeSet<>();

    /** A search with these loaders, in this order. */
    ProviderSearch(ClassLoader... loaders) {
        this.loaders = new LinkedHashSet<>(List.of(loaders));
    }

    /**
     * Finds the providers of a service. Where two loaders find providers of the same class or the same name, those of
     * the first loader are used.
     */
    <P> List<P> find(Class<P> service, Function<P, String> nameOf) {
        List<P> providers = new ArrayList<>();
        for (ClassLoader loader : loaders) {
            List<P> more = new LoaderSearch<>(service, loader).run();
            Set<String> taken = new LinkedHashSet<>();
            providers.forEach(provider -> taken.add(nameOf.apply(provider)));
            for (P provider : more) {
                if (found.add(provider.getClass().getName()) && !taken.contains(nameOf.apply(provider))) {
                    providers.add(provider);
                }
            }
        }
        return providers;
    }

    /** Why a provider could not be loaded, by the name of its class. */
    Map<String, String> broken() {
        Map<String, String> broken = new LinkedHashMap<>(failures);
        broken.keySet().removeAll(found);
        return broken;
    }

    /** The classes of providers that belong to another copy of this library, and that no copy of the one in use has. */
    Set<String> ofOtherCopies() {
        Set<String> others = new TreeSet<>(ofOtherCopies);
        others.removeAll(found);
        return others;
    }

    /** Whether one of the loaders sees this class. */
    boolean sees(String className) {
        String file = className.replace('.', '/') + ".class";
        return loaders.stream().anyMatch(loader -> loader.getResource(file) != null);
    }

    /** The search of one loader. */
    private final class LoaderSearch<P> {
        private final Class<P> service;
        private final ClassLoader loader;
        private final List<P> providers = new ArrayList<>();
        private final Set<String> failed = new LinkedHashSet<>();
        private final List<LinkageError> unnamed = new ArrayList<>();
        private int attempts;

        LoaderSearch(Class<P> service, ClassLoader loader) {
            this.service = service;
            this.loader = loader;
        }

        List<P> run() {
            Iterator<ServiceLoader.Provider<P>> candidates =
                    ServiceLoader.load(service, loader).stream().iterator();
            while (attempts < MAX_FAILURES) {
                try {
                    if (!candidates.hasNext()) {
                        break;
                    }
                    create(candidates.next());
                } catch (ServiceConfigurationError failure) {
                    attempts++;
                    failed(nameIn(failure), failure);
                } catch (LinkageError failure) {
                    attempts++;
                    unnamed.add(failure);
                }
            }
            nameTheUnnamed();
            return providers;
        }

        private void create(ServiceLoader.Provider<P> candidate) {
            try {
                providers.add(candidate.get());
            } catch (ServiceConfigurationError | LinkageError failure) {
                attempts++;
                failed(candidate.type().getName(), failure);
            }
        }

        private void failed(String name, Throwable failure) {
            failed.add(name);
            if (isOfOtherCopy(name)) {
                ofOtherCopies.add(name);
            } else {
                failures.putIfAbsent(name, Failures.describe(failure));
            }
        }

        /**
         * The provider that could not be loaded; if the error names none, the text of the error, which names the
         * service file.
         */
        private String nameIn(ServiceConfigurationError failure) {
            String text = String.valueOf(failure.getMessage());
            return listed().stream()
                    .filter(name -> text.contains(" " + name + " "))
                    .findFirst()
                    .orElseGet(() -> "provider (" + text + ")");
        }

        /**
         * An error of linkage names the class that is missing: those providers failed, in order, of which nothing else
         * is known.
         */
        private void nameTheUnnamed() {
            if (unnamed.isEmpty()) {
                return;
            }
            Set<String> rest = listed();
            rest.removeAll(failed);
            providers.forEach(provider -> rest.remove(provider.getClass().getName()));
            Iterator<String> names = rest.iterator();
            for (LinkageError failure : unnamed) {
                failed(names.hasNext() ? names.next() : "provider (" + failure.getMessage() + ")", failure);
            }
        }

        private boolean isOfOtherCopy(String name) {
            try {
                Class<?> provider = Class.forName(name, false, loader);
                ClassLoader definer = provider.getClassLoader();
                return !service.isAssignableFrom(provider)
                        && Class.forName(service.getName(), false, definer) != service;
            } catch (ClassNotFoundException | LinkageError e) {
                return false;
            }
        }

        /** The classes that the service files name, in order. */
        private Set<String> listed() {
            Set<String> names = new LinkedHashSet<>();
            try {
                for (Iterator<URL> files = loader.getResources("META-INF/services/" + service.getName())
                                .asIterator();
                        files.hasNext(); ) {
                    names.addAll(read(files.next()));
                }
            } catch (IOException e) {
                // Failures then go by their text.
            }
            return names;
        }

        private static List<String> read(URL serviceFile) throws IOException {
            URLConnection connection = serviceFile.openConnection();
            connection.setUseCaches(false);
            try (BufferedReader lines =
                    new BufferedReader(new InputStreamReader(connection.getInputStream(), StandardCharsets.UTF_8))) {
                return lines.lines()
                        .map(line -> line.replaceFirst("#.*", "").strip())
                        .filter(line -> !line.isEmpty())
                        .toList();
            }
        }
    }
}
