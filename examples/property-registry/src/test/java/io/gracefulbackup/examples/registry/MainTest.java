package io.gracefulbackup.examples.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MainTest {
    @Test
    void acceptsAPort() {
        assertThat(Main.port(" 8080 ")).isEqualTo(8080);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "abc", "0", "-1", "65536", "80.5"})
    void rejectsATextThatIsNotAPort(String port) {
        assertThatThrownBy(() -> Main.port(port))
                .hasMessage("PORT is \"" + port + "\"; a number from 1 to 65535 is expected (default 8080)");
    }

    @Test
    void demonstrationCompiles(@TempDir Path classes) {
        int exit = ToolProvider.getSystemJavaCompiler()
                .run(
                        null,
                        null,
                        null,
                        "-Xlint:all",
                        "-Werror",
                        "--release",
                        "17",
                        "-d",
                        classes.toString(),
                        "Demo.java");

        assertThat(exit).isZero();
    }
}
