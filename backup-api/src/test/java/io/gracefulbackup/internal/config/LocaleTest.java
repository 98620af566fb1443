package io.gracefulbackup.internal.config;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.gracefulbackup.BackupConfigurationException;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Runs a JVM with a real environment, because the JDK is what replaces characters. */
class LocaleTest {

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void aKeyWithUmlautsIsRefusedUnderLocaleC() throws Exception {
        assertThat(runUnderLocaleC("sch\\303\\274sselsch\\303\\274ssel"))
                .contains("SECRET_KEY may contain printable ASCII characters only, but character 4 is none");
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void aPrintableAsciiKeyIsTheSameUnderLocaleC() throws Exception {
        assertThat(runUnderLocaleC("~ schluessel schluessel !")).isEqualTo("25 bytes");
    }

    /** Prints the key as the settings read it, or the error. */
    public static void main(String[] arguments) {
        try {
            byte[] key = Settings.ofProcess(new BuilderState())
                    .secretBytes("SECRET_KEY")
                    .orElseThrow();
            System.out.print(key.length + " bytes");
        } catch (BackupConfigurationException e) {
            System.out.print(e.getMessage());
        }
    }

    /** Starts the JVM through a shell, because this JVM may itself be unable to pass on such characters. */
    private static String runUnderLocaleC(String printfFormat) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        "sh",
                        "-c",
                        "SECRET_KEY=\"$(printf \"$0\")\" LC_ALL=C exec \"$1\" -Xshare:auto -cp \"$2\" \"$3\"",
                        printfFormat,
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        System.getProperty("java.class.path"),
                        LocaleTest.class.getName())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output;
    }
}
