package io.gracefulbackup.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.jar.JarFile;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The runnable jar of the example, which the build packages before these tests. */
final class RegistryJarTest {
    private static final Path JAR = Path.of("../examples/property-registry/target/property-registry.jar");

    @BeforeEach
    void isBuilt() {
        assumeThat(JAR).as("built by: mvn verify").exists();
    }

    @Test
    void holdsEverySinkAndPointerStore() throws IOException {
        Map<String, List<String>> expected = Map.of(
                "BackupSinkProvider", List.of("file.FileSink", "postgres.PostgresSink", "ipfs.PinataSink"),
                "PointerStoreProvider", List.of("file.FilePointerStore", "render.RenderPointerStore"));
        try (JarFile jar = new JarFile(JAR.toFile())) {
            for (Map.Entry<String, List<String>> service : expected.entrySet()) {
                List<String> found = lines(jar, "META-INF/services/io.gracefulbackup.spi." + service.getKey());
                assertThat(found)
                        .containsExactlyInAnyOrderElementsOf(service.getValue().stream()
                                .map(name -> "io.gracefulbackup." + name + "Provider")
                                .toList())
                        .allSatisfy(provider -> assertThat(jar.getEntry(provider.replace('.', '/') + ".class"))
                                .isNotNull());
            }
        }
    }

    @Test
    void mayLoadNativeCode() throws IOException {
        try (JarFile jar = new JarFile(JAR.toFile())) {
            assertThat(jar.getManifest().getMainAttributes().getValue("Enable-Native-Access"))
                    .isEqualTo("ALL-UNNAMED");
        }
    }

    private static List<String> lines(JarFile jar, String name) throws IOException {
        try (InputStream in = jar.getInputStream(jar.getEntry(name))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .toList();
        }
    }
}
