package io.gracefulbackup.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Every class, method and test that the page of the architecture names exists. */
final class ArchitecturePageTest {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final Pattern NAME =
            Pattern.compile("`(?:[a-z]+(?:[./][a-z]+)*[./])?([A-Z]\\w+)(?:\\.java)?(?:[.]([a-z]\\w+))?`");

    @Test
    void namesWhatThereIs() throws IOException {
        String page = Files.readString(ROOT.resolve("docs/ARCHITECTURE.md"));
        Map<String, String> sources = sources();
        List<MatchResult> names = NAME.matcher(page).results().toList();

        assertThat(names).hasSizeGreaterThan(50);
        assertThat(names).allSatisfy(name -> {
            assertThat(sources).as(name.group()).containsKey(name.group(1));
            if (name.group(2) != null) {
                assertThat(sources.get(name.group(1))).as(name.group()).contains(" " + name.group(2) + "(");
            }
        });
    }

    /** The text of every source file, by the name of its class. */
    private static Map<String, String> sources() throws IOException {
        try (Stream<Path> files = Files.walk(ROOT)) {
            return files.filter(file -> file.toString().contains("/src/"))
                    .filter(file -> file.toString().endsWith(".java"))
                    .collect(Collectors.toMap(
                            file -> file.getFileName().toString().replace(".java", ""),
                            ArchitecturePageTest::read,
                            (one, another) -> one + another,
                            TreeMap::new));
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
