package io.gracefulbackup.examples.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The README shows only code that is compiled, and the versions that it is compiled with. */
class ReadmeTest {
    private static final Pattern JAVA = Pattern.compile("```java\\n(.*?)```", Pattern.DOTALL);
    private static final Pattern VERSION = Pattern.compile("<(?:version|maven\\.compiler\\.release)>(.*?)<");

    @Test
    void everyLineOfCodeIsOneOfTheContractTest() throws IOException {
        String readme = Files.readString(Path.of("README.md"));
        String source =
                Files.readString(Path.of("src/test/java/io/gracefulbackup/examples/http/HttpSinkContractTest.java"));
        List<String> shown =
                JAVA.matcher(readme).results().map(result -> result.group(1)).toList();

        assertThat(shown).hasSize(1);
        assertThat(source.lines()).containsAll(shown.get(0).lines().toList());
    }

    @Test
    void theVersionsAreThoseOfThisProject() throws IOException {
        String readme = Files.readString(Path.of("README.md"));
        String parent = Files.readString(Path.of("../../pom.xml"));
        String ours = readme.replace("<version>1-SNAPSHOT</version>", "");
        List<String> shown =
                VERSION.matcher(ours).results().map(result -> result.group(1)).toList();

        assertThat(shown).hasSize(7).allSatisfy(version -> assertThat(parent).contains(">" + version + "<"));
    }
}
