package io.gracefulbackup.internal.readiness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gracefulbackup.BackupConfigurationException;
import io.gracefulbackup.internal.report.OperatorLog;
import io.gracefulbackup.internal.support.Threads;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.InvocationTargetException;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What becomes of the classes that a module's build has listed. */
@Timeout(60)
class ExitClassesTest {
    /** Counts as loaded once its own loader has defined it. */
    public static final class Needed {}

    /** Another class of the application, by which a loader is told apart. */
    public static final class Listed {
        /** Loads what the index lists, in the loader of this class; null if that went well. */
        public static void check(boolean usesJson) throws InterruptedException {
            OperatorLog log = OperatorLog.silent();
            new ExitClasses(usesJson, new Threads(Listed.class.getClassLoader())).await(log);
        }
    }

    /** Defines the library's classes anew, has an index for the engine, and lacks some classes. */
    private static final class Loader extends ClassLoader {
        private final String index;
        private final Set<String> missing;
        private final Set<String> broken;
        private final Set<String> defined = ConcurrentHashMap.newKeySet();

        Loader(String index, Set<String> missing, Set<String> broken) {
            super(ExitClassesTest.class.getClassLoader());
            this.index = index;
            this.missing = missing;
            this.broken = broken;
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            synchronized (getClassLoadingLock(name)) {
                if (missing.contains(name)) {
                    throw new ClassNotFoundException(name);
                }
                if (broken.contains(name)) {
                    throw new NoClassDefFoundError("com/acme/Dependency");
                }
                Class<?> loaded = findLoadedClass(name);
                if (loaded == null && name.startsWith("io.gracefulbackup.")) {
                    loaded = define(name);
                }
                return loaded == null ? super.loadClass(name, resolve) : loaded;
            }
        }

        private Class<?> define(String name) throws ClassNotFoundException {
            try (InputStream in = getParent().getResourceAsStream(name.replace('.', '/') + ".class")) {
                if (in == null) {
                    throw new ClassNotFoundException(name);
                }
                byte[] code = in.readAllBytes();
                defined.add(name);
                return defineClass(name, code, 0, code.length);
            } catch (IOException e) {
                throw new ClassNotFoundException(name, e);
            }
        }

        @Override
        public @Nullable InputStream getResourceAsStream(String name) {
            return name.equals("META-INF/graceful-backup/engine.classes")
                    ? new ByteArrayInputStream(index.getBytes(StandardCharsets.UTF_8))
                    : super.getResourceAsStream(name);
        }

        void check(boolean usesJson) throws Throwable {
            try {
                loadClass(Listed.class.getName())
                        .getMethod("check", boolean.class)
                        .invoke(null, usesJson);
            } catch (InvocationTargetException failed) {
                throw failed.getCause();
            }
        }
    }

    private static final String NEEDED = "internal.readiness.ExitClassesTest$Needed";
    private static final String BASE = "io.gracefulbackup.";

    @Test
    void loadsWhatTheIndexLists() throws Throwable {
        Loader loader = new Loader("\n" + NEEDED + "\n", Set.of(), Set.of());

        loader.check(false);

        assertThat(loader.defined).contains(BASE + NEEDED);
    }

    @Test
    void aClassThatIsNotThereIsNotMissed() {
        Loader loader =
                new Loader("internal.readiness.Gone\n" + NEEDED, Set.of(BASE + "internal.readiness.Gone"), Set.of());

        assertThatCode(() -> loader.check(false)).doesNotThrowAnyException();
        assertThat(loader.defined).contains(BASE + NEEDED);
    }

    @Test
    void aClassThatCannotBeLinkedIsAnErrorThatNamesItAndWhatIsMissing() {
        Loader loader = new Loader(NEEDED, Set.of(), Set.of(BASE + NEEDED));

        assertThatThrownBy(() -> loader.check(false))
                .satisfies(failed ->
                        assertThat(failed.getClass().getName()).isEqualTo(BackupConfigurationException.class.getName()))
                .hasMessageContainingAll(BASE + NEEDED, "com/acme/Dependency", "backup-bom");
    }

    @Test
    void whatOnlyJsonNeedsMattersToJsonSourcesOnly() {
        String json = "internal.json.JsonSection";
        Loader loader = new Loader(json, Set.of(), Set.of(BASE + json));

        assertThatCode(() -> loader.check(false)).doesNotThrowAnyException();
        assertThatThrownBy(() -> loader.check(true)).hasMessageContaining(BASE + json);
    }

    @Test
    void namesTheJarThatHasThePackageOfAMissingClass() {
        ClassLoader loader = getClass().getClassLoader();

        assertThat(MissingClass.whereabouts(new NoClassDefFoundError("org/assertj/core/api/NotThere"), loader))
                .matches("assertj-core-.*\\.jar");
        assertThat(MissingClass.whereabouts(new NoClassDefFoundError("com/acme/NotThere"), loader))
                .isEmpty();
        assertThat(MissingClass.whereabouts(new LinkageError("no name"), loader))
                .isEmpty();
    }
}
