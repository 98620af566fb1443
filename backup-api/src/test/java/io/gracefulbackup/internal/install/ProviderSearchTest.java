package io.gracefulbackup.internal.install;

import static org.assertj.core.api.Assertions.assertThat;

import io.gracefulbackup.spi.BackupSinkProvider;
import io.gracefulbackup.spi.SinkContext;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real class loaders, as containers and frameworks make them. */
class ProviderSearchTest {
    private static final ClassLoader APPLICATION = ProviderSearchTest.class.getClassLoader();
    private static final String SERVICE_FILE = "META-INF/services/" + BackupSinkProvider.class.getName();

    @TempDir
    Path directory;

    /** A provider that works. */
    public abstract static class Working implements BackupSinkProvider {
        @Override
        public String name() {
            return "working";
        }

        @Override
        public Opening open(SinkContext context) {
            return new Opening.NotConfigured("");
        }
    }

    public static final class One extends Working {}

    public static final class Other extends Working {
        @Override
        public String name() {
            return "other";
        }
    }

    /** Stands in for {@link One}. */
    public static final class Wrapping extends Working {}

    public static final class Throwing extends Working {
        public Throwing() {
            throw new IllegalStateException("no driver");
        }
    }

    /** A class loader with a service file of its own. */
    private ClassLoader listing(ClassLoader parent, Class<?>... providers) {
        return listing(parent, Arrays.stream(providers).map(Class::getName).toArray(String[]::new));
    }

    private ClassLoader listing(ClassLoader parent, String... lines) {
        return new URLClassLoader(new URL[] {services(lines)}, parent);
    }

    private URL services(String... lines) {
        try {
            Path root = Files.createTempDirectory(directory, "services");
            Files.createDirectories(root.resolve("META-INF/services"));
            Files.write(root.resolve(SERVICE_FILE), List.of(lines));
            return root.toUri().toURL();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static URL[] classPath(URL more) {
        List<URL> urls = new ArrayList<>(List.of(more));
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
            try {
                urls.add(Path.of(entry).toUri().toURL());
            } catch (MalformedURLException e) {
                throw new AssertionError(e);
            }
        }
        return urls.toArray(URL[]::new);
    }

    /** Defines some classes anew, and takes all others from its parent. */
    private static final class Redefining extends URLClassLoader {
        private final Set<String> own;
        private final Set<String> missing;

        Redefining(URL services, Set<String> own, Set<String> missing) {
            super(new URL[] {services}, APPLICATION);
            this.own = own;
            this.missing = missing;
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (missing.contains(name)) {
                throw new ClassNotFoundException(name);
            }
            if (!own.contains(name)) {
                return super.loadClass(name, resolve);
            }
            Class<?> defined = findLoadedClass(name);
            return defined == null ? define(name) : defined;
        }

        private Class<?> define(String name) throws ClassNotFoundException {
            try (InputStream in = APPLICATION.getResourceAsStream(name.replace('.', '/') + ".class")) {
                if (in == null) {
                    throw new ClassNotFoundException(name);
                }
                byte[] code = in.readAllBytes();
                return defineClass(name, code, 0, code.length);
            } catch (IOException e) {
                throw new ClassNotFoundException(name, e);
            }
        }
    }

    private static List<String> found(ProviderSearch search) {
        return search.find(BackupSinkProvider.class, BackupSinkProvider::name).stream()
                .map(provider -> provider.getClass().getSimpleName())
                .toList();
    }

    @Test
    void theLibrarysLoaderFindsThemWhereThatOfTheThreadSeesNothing() {
        ProviderSearch search =
                new ProviderSearch(new URLClassLoader(new URL[0], null), listing(APPLICATION, One.class, Other.class));

        assertThat(found(search)).containsExactly("One", "Other");
        assertThat(search.broken()).isEmpty();
    }

    @Test
    void theLoaderOfTheThreadFindsThoseOfTheApplication() {
        ProviderSearch search = new ProviderSearch(listing(APPLICATION, Other.class), listing(APPLICATION, One.class));

        assertThat(found(search)).containsExactly("Other", "One");
    }

    @Test
    void aProviderThatBothLoadersSeeIsUsedOnce() {
        ClassLoader own = listing(APPLICATION, One.class);

        assertThat(found(new ProviderSearch(own, own))).containsExactly("One");
        assertThat(found(new ProviderSearch(listing(own, One.class), own))).containsExactly("One");
    }

    @Test
    void aSecondCopyOfAProvidersClassIsNotASecondProvider() {
        ClassLoader copy = new Redefining(services(One.class.getName()), Set.of(One.class.getName()), Set.of());
        ProviderSearch search = new ProviderSearch(copy, listing(APPLICATION, One.class));

        List<BackupSinkProvider> found = search.find(BackupSinkProvider.class, BackupSinkProvider::name);

        assertThat(found)
                .singleElement()
                .satisfies(one -> assertThat(one.getClass().getClassLoader()).isSameAs(copy));
    }

    @Test
    void aProviderInTheLoaderOfTheThreadStandsInForOneOfTheSameName() {
        ProviderSearch search =
                new ProviderSearch(listing(APPLICATION, Wrapping.class), listing(APPLICATION, One.class, Other.class));

        assertThat(found(search)).containsExactly("Wrapping", "Other");
    }

    @Test
    void twoOfOneNameInOneLoaderAreBothShown() {
        assertThat(found(new ProviderSearch(listing(APPLICATION, One.class, Wrapping.class))))
                .containsExactly("One", "Wrapping");
    }

    @Test
    void aProviderOfAnotherCopyOfTheLibraryBreaksNoneThatWorks() {
        ClassLoader otherCopy =
                new URLClassLoader(classPath(services(One.class.getName())), ClassLoader.getPlatformClassLoader());
        ProviderSearch search = new ProviderSearch(otherCopy, listing(APPLICATION, One.class));

        assertThat(found(search)).containsExactly("One");
        assertThat(search.broken()).isEmpty();
        assertThat(search.ofOtherCopies()).isEmpty();
    }

    @Test
    void aProviderOfAnotherCopyOnlyIsNamedAsThat() {
        ClassLoader otherCopy =
                new URLClassLoader(classPath(services(Other.class.getName())), ClassLoader.getPlatformClassLoader());
        ProviderSearch search = new ProviderSearch(otherCopy, listing(APPLICATION, One.class));

        assertThat(found(search)).containsExactly("One");
        assertThat(search.broken()).isEmpty();
        assertThat(search.ofOtherCopies()).containsExactly(Other.class.getName());
    }

    @Test
    void aClassThatOnlyOneLoaderFindsIsNotBroken() {
        ClassLoader withoutClass = listing(ClassLoader.getPlatformClassLoader(), One.class);
        ProviderSearch search = new ProviderSearch(withoutClass, listing(APPLICATION, One.class));

        assertThat(found(search)).containsExactly("One");
        assertThat(search.broken()).isEmpty();
    }

    @Test
    void aClassThatOnlyOneLoaderCanLinkIsNotBroken() {
        ClassLoader unlinkable = new Redefining(
                services(One.class.getName(), Other.class.getName()),
                Set.of(One.class.getName()),
                Set.of(Working.class.getName()));
        ProviderSearch search = new ProviderSearch(unlinkable, listing(APPLICATION, One.class));

        assertThat(found(search)).containsExactly("Other", "One");
        assertThat(search.broken()).isEmpty();
    }

    @Test
    void oneThatCannotBeLinkedAnywhereIsNamed() {
        ClassLoader unlinkable = new Redefining(
                services(Other.class.getName(), "# a comment", One.class.getName() + " # another"),
                Set.of(One.class.getName()),
                Set.of(Working.class.getName()));
        ProviderSearch search = new ProviderSearch(unlinkable);

        assertThat(found(search)).containsExactly("Other");
        assertThat(search.broken()).containsOnlyKeys(One.class.getName());
        assertThat(search.broken().get(One.class.getName())).contains("Working");
    }

    @Test
    void oneThatThrowsIsBrokenOnceAndTheOthersAreUsed() {
        ClassLoader own = listing(APPLICATION, Throwing.class, One.class);
        ProviderSearch search = new ProviderSearch(own, listing(own, Throwing.class));

        assertThat(found(search)).containsExactly("One");
        assertThat(search.broken()).containsOnlyKeys(Throwing.class.getName());
        assertThat(search.broken().get(Throwing.class.getName())).contains("no driver");
    }

    @Test
    void aClassThatIsNoProviderIsBroken() {
        ProviderSearch search = new ProviderSearch(listing(APPLICATION, ProviderSearchTest.class, One.class));

        assertThat(found(search)).containsExactly("One");
        assertThat(search.broken()).containsOnlyKeys(ProviderSearchTest.class.getName());
    }

    @Test
    void aServiceFileThatIsNoneIsSaid() {
        ProviderSearch search = new ProviderSearch(listing(APPLICATION, "not a class name"));

        assertThat(found(search)).isEmpty();
        assertThat(search.broken()).hasSize(1);
    }

    @Test
    void seesTheClassesOfBothLoaders() {
        ProviderSearch search = new ProviderSearch(new URLClassLoader(new URL[0], null), APPLICATION);

        assertThat(search.sees(One.class.getName())).isTrue();
        assertThat(search.sees("io.gracefulbackup.postgres.Absent")).isFalse();
    }
}
