package io.gracefulbackup.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
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
        assertSame(
                "Snippets.java",
                List.of("../README.md", "../docs/OPERATIONS.md"),
                "../examples/minimal/src/main/java/io/gracefulbackup/examples/minimal/Main.java");
        assertSame("FakesTest.java", List.of("../backup-ipfs-pinata/README.md"));
        assertSame("FakesTest.java", List.of("../backup-testkit-fakes/README.md"));
        assertSame(
                "TestkitTest.java",
                List.of("../backup-testkit/README.md"),
                "../examples/custom-sink/src/test/java/io/gracefulbackup/examples/http/HttpSinkContractTest.java");
    }

    private static void assertSame(String source, List<String> pages, String... moreSources) throws IOException {
        Map<String, String> compiled =
                read(Path.of("src/test/java/io/gracefulbackup/docs").resolve(source), COMPILED);
        for (String more : moreSources) {
            compiled.putAll(read(Path.of(more), COMPILED));
        }
        Map<String, String> shown = new LinkedHashMap<>();
        for (String page : pages) {
            shown.putAll(read(Path.of(page), SHOWN));
        }
        assertThat(shown).as(pages.toString()).isNotEmpty().isEqualTo(compiled);
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
