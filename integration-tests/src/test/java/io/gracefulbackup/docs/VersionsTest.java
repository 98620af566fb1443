package io.gracefulbackup.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The versions in the documentation are those that the build uses. */
class VersionsTest {
    private static final Pattern TAG = Pattern.compile("<version>(.*?)</version>");
    private static final Pattern ROW = Pattern.compile("(?m)^\\| `[\\w.]+:[\\w-]+`.*? \\| ([\\d.-]+)");
    /** Comes with Jackson, without a version of its own in the build. */
    private static final String JACKSON_ANNOTATIONS = "2.22";

    private final String build = read("../pom.xml");

    private static String read(String file) {
        try {
            return Files.readString(Path.of(file));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static List<String> find(Pattern pattern, String text) {
        return pattern.matcher(text).results().map(result -> result.group(1)).toList();
    }

    @Test
    void theQuickStartHasTheVersionsOfTheBuild() {
        assertThat(find(TAG, read("../README.md")))
                .hasSize(3)
                .filteredOn(version -> !version.equals("1-SNAPSHOT"))
                .allSatisfy(version -> assertThat(build).contains(">" + version + "<"));
    }

    @Test
    void theVersionsThatAreNeededAreThoseOfTheBuild() {
        assertThat(find(ROW, read("../docs/INSTALL.md")))
                .hasSize(7)
                .filteredOn(version -> !version.equals(JACKSON_ANNOTATIONS))
                .allSatisfy(version -> assertThat(build).contains(">" + version + "<"));
    }
}
