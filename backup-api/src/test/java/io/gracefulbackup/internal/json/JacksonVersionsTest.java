package io.gracefulbackup.internal.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.gracefulbackup.StateSource;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.ObjectMapper;

/** Jackson's annotations are replaced by those that the dependency management of Spring Boot 3.5 forces. */
class JacksonVersionsTest {
    @TempDir
    Path directory;

    private Path annotations;

    @BeforeEach
    void makeOldAnnotations() throws IOException {
        annotations = directory.resolve("annotations.jar");
        Path present = jarOf(JsonProperty.class);
        try (JarFile from = new JarFile(present.toFile());
                JarOutputStream to = new JarOutputStream(Files.newOutputStream(annotations))) {
            for (Enumeration<JarEntry> i = from.entries(); i.hasMoreElements(); ) {
                JarEntry entry = i.nextElement();
                if (!entry.isDirectory() && !entry.getName().contains("JsonSerializeAs")) {
                    to.putNextEntry(new JarEntry(entry.getName()));
                    to.write(aged(entry, from));
                    to.closeEntry();
                }
            }
        }
    }

    private static byte[] aged(JarEntry entry, JarFile jar) throws IOException {
        try (InputStream in = jar.getInputStream(entry)) {
            return entry.getName().endsWith("pom.properties") ? "version=2.19.4\n".getBytes(UTF_8) : in.readAllBytes();
        }
    }

    @Test
    void namesTheArtifactAndTheVersionToSet() throws Exception {
        try (URLClassLoader application = application()) {
            assertThat(whyUnreadable(application).orElseThrow().toString())
                    .contains("The source \"names\"")
                    .contains("com.fasterxml.jackson.core:jackson-annotations 2.19.4 is on the class path")
                    .contains("needs 2.22 or later")
                    .contains("set the version of com.fasterxml.jackson.core:jackson-annotations to 2.22");
        }
    }

    @Test
    void saysTheSameWhenAskedAgain() throws Exception {
        try (URLClassLoader application = application()) {
            Optional<?> first = whyUnreadable(application);

            assertThat(whyUnreadable(application)).isEqualTo(first).isPresent();
        }
    }

    private static Optional<?> whyUnreadable(ClassLoader application) throws ReflectiveOperationException {
        Class<?> sources = application.loadClass(StateSource.class.getName());
        Supplier<Object> get = () -> "";
        Consumer<Object> replace = value -> {};
        Object source = sources.getMethod("json", String.class, Class.class, Supplier.class, Consumer.class)
                .invoke(null, "names", String.class, get, replace);
        return (Optional<?>) application
                .loadClass(JsonSection.class.getName())
                .getMethod("whyUnreadable")
                .invoke(source);
    }

    /** The class path of this test, with the old annotations in place of the present ones. */
    private URLClassLoader application() throws IOException {
        Path present = jarOf(JsonProperty.class);
        List<URL> urls = new ArrayList<>(List.of(annotations.toUri().toURL()));
        for (Class<?> member : List.of(StateSource.class, JsonParser.class, ObjectMapper.class, Nullable.class)) {
            urls.add(member.getProtectionDomain().getCodeSource().getLocation());
        }
        assertThat(Collections.frequency(urls, present.toUri().toURL())).isZero();
        return new URLClassLoader(urls.toArray(URL[]::new), ClassLoader.getPlatformClassLoader());
    }

    private static Path jarOf(Class<?> member) {
        return Path.of(URI.create(
                member.getProtectionDomain().getCodeSource().getLocation().toString()));
    }
}
