package io.gracefulbackup.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Compares the code samples in the documentation with the compiled ones. */
class SnippetsTest {
    private static final Pattern COMPILED = Pattern.compile("(?s)// snippet: (\\w+)\n(.*?) *// end\n");
    private static final Pattern SHOWN =
            Pattern.compile("(?s)<!-- snippet: (\\w+) -->\n```java\n(.*?)```\n<!-- end -->");

    @Test
    void readmesShowTheCompiledSnippets() throws IOException {
        assertSame("Snippets.java", "../README.md");
        assertSame("FakesTest.java", "../backup-ipfs-pinata/README.md");
        assertSame("FakesTest.java", "../backup-testkit-fakes/README.md");
        assertSame(
                "TestkitTest.java",
                "../backup-testkit/README.md",
                "../examples/custom-sink/src/test/java/io/gracefulbackup/examples/http/HttpSinkContractTest.java");
    }

    private static void assertSame(String source, String readme, String... moreSources) throws IOException {
        Map<String, String> compiled =
                read(Path.of("src/test/java/io/gracefulbackup/docs").resolve(source), COMPILED);
        for (String more : moreSources) {
            compiled.putAll(read(Path.of(more), COMPILED));
        }
        Map<String, String> shown = read(Path.of(readme), SHOWN);
        assertThat(shown).as(readme).isNotEmpty().isEqualTo(compiled);
    }

    private static Map<String, String> read(Path file, Pattern form) throws IOException {
        Map<String, String> snippets = new LinkedHashMap<>();
        Matcher matcher = form.matcher(Files.readString(file));
        while (matcher.find()) {
            snippets.put(matcher.group(1), matcher.group(2).stripTrailing().stripIndent());
        }
        return snippets;
    }
}
