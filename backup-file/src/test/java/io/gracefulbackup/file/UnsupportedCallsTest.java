package io.gracefulbackup.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.gracefulbackup.testkit.internal.SyntheticBackup;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * File systems without {@code fsync} of directories, or without locks. A library that is loaded before all others makes these
 * calls of the process fail.
 */
class UnsupportedCallsTest extends SinkTest {
    private static final String CALLS = """
            #define _GNU_SOURCE
            #include <dlfcn.h>
            #include <errno.h>
            #include <fcntl.h>
            #include <stdarg.h>
            #include <stdlib.h>
            #include <sys/stat.h>

            static int fails(const char *name) {
                const char *number = getenv(name);
                if (number == NULL) return 0;
                errno = atoi(number);
                return 1;
            }

            int fsync(int fd) {
                struct stat s;
                if (!fstat(fd, &s)) {
                    if (S_ISDIR(s.st_mode) && fails("FAIL_SYNC_OF_DIRECTORIES")) return -1;
                    if (S_ISREG(s.st_mode) && fails("FAIL_SYNC_OF_FILES")) return -1;
                }
                int (*real)(int) = dlsym(RTLD_NEXT, "fsync");
                return real(fd);
            }

            static int control(const char *name, int fd, int command, void *argument) {
                if ((command == F_SETLK || command == F_SETLKW) && ((struct flock *) argument)->l_type != F_UNLCK
                        && fails("FAIL_LOCKS")) return -1;
                int (*real)(int, int, ...) = dlsym(RTLD_NEXT, name);
                return real(fd, command, argument);
            }

            int fcntl(int fd, int command, ...) {
                va_list list; va_start(list, command); void *argument = va_arg(list, void *); va_end(list);
                return control("fcntl", fd, command, argument);
            }

            int fcntl64(int fd, int command, ...) {
                va_list list; va_start(list, command); void *argument = va_arg(list, void *); va_end(list);
                return control("fcntl64", fd, command, argument);
            }
            """;

    private static final int EIO = 5;
    private static final int ENOSPC = 28;

    @TempDir
    private Path tools;

    private Path library;

    @BeforeEach
    void compile() throws IOException {
        Path source = Files.writeString(tools.resolve("calls.c"), CALLS);
        library = tools.resolve("calls.so");
        assumeTrue(
                ForkedSink.isPermitted("gcc", "-shared", "-fPIC", "-o", library.toString(), source.toString(), "-ldl"),
                "not run: there is no gcc");
    }

    @ParameterizedTest
    @CsvSource({"22, Invalid argument", "95, Operation not supported", "38, Function not implemented"})
    void savesWhereDirectoriesCannotBeForced(int error, String text) throws Exception {
        List<String> lines = run("FAIL_SYNC_OF_DIRECTORIES=" + error, "once", main);

        assertThat(lines)
                .hasSize(3)
                .startsWith("stored " + main, "holds 1, listed 1")
                .last()
                .asString()
                .startsWith("warned: " + directory + " cannot be forced to disk (" + text
                        + "). Backups are saved there all the" + " same");
        assertThat(run("FAIL_SYNC_OF_DIRECTORIES=" + error, "once", main)).contains("holds 2, listed 2");
    }

    @Test
    void saysItOnceForAFileSystem() throws Exception {
        List<String> lines = run("FAIL_SYNC_OF_DIRECTORIES=22", "once", directory.resolve("a/b/c/data.enc"));

        assertThat(lines).filteredOn(line -> line.startsWith("warned: ")).hasSize(1);
        assertThat(lines).contains("holds 1, listed 1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"FAIL_SYNC_OF_DIRECTORIES=22", "FAIL_LOCKS=37"})
    void aStoreDoesNotRepeatWhatTheProbeSaid(String fault) throws Exception {
        List<String> lines = run(fault, "both", main);

        assertThat(lines).hasSize(4).startsWith("fine", "stored " + main, "holds 1, listed 1");
    }

    @ParameterizedTest
    @ValueSource(ints = {EIO, ENOSPC})
    void failsIfADirectoryCouldNotBeForced(int error) throws Exception {
        store(SyntheticBackup.first());

        List<String> lines = run("FAIL_SYNC_OF_DIRECTORIES=" + error, "once", main);

        assertThat(lines.get(0)).startsWith("failed: " + main + " cannot be saved");
        assertThat(run("FAIL_SYNC_OF_DIRECTORIES=" + error, "probe", main).get(0))
                .startsWith("failed: " + main + " cannot be saved");
    }

    @ParameterizedTest
    @ValueSource(ints = {EIO, ENOSPC, 22})
    void failsIfTheBytesCouldNotBeForced(int error) throws Exception {
        store(SyntheticBackup.first());

        assertThat(run("FAIL_SYNC_OF_FILES=" + error, "once", main))
                .anyMatch(line -> line.startsWith("failed: " + main + " cannot be saved"))
                .contains("holds 1, listed 1");
        assertThat(run("FAIL_SYNC_OF_FILES=" + error, "probe", main).get(0)).startsWith("failed: ");
        assertThat(names()).containsExactly("data.enc");
    }

    @ParameterizedTest
    @CsvSource({
        "37, No locks available",
        "38, Function not implemented",
        "95, Operation not supported",
        "22, Invalid argument"
    })
    void savesWhereFilesCannotBeLocked(int error, String text) throws Exception {
        List<String> lines = run("FAIL_LOCKS=" + error, "once", main);

        assertThat(lines)
                .hasSize(3)
                .startsWith("stored " + main, "holds 1, listed 1")
                .last()
                .asString()
                .startsWith("warned: " + directory.toRealPath().resolve(".data.enc.lock") + " cannot be locked (" + text
                        + "). Backups are saved there all the same");
        assertThat(run("FAIL_LOCKS=" + error, "once", main)).contains("holds 2, listed 2");
    }

    @Test
    void keepsTheFileOfALivingWriterWhereFilesCannotBeLocked() throws Exception {
        Path living = Files.createFile(directory.resolve(".data.enc.0123456789abcdef0123456789abcdef.tmp"));
        Path dead = Files.createFile(directory.resolve(".data.enc.00000000000000000000000000000000.tmp"));
        Files.setLastModifiedTime(dead, FileTime.from(LONG_AGO));

        assertThat(run("FAIL_LOCKS=37", "once", main)).contains("holds 1, listed 1");

        assertThat(living).exists();
        assertThat(dead).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(strings = {"FAIL_SYNC_OF_DIRECTORIES=22", "FAIL_LOCKS=37"})
    void aProbeSaysItBeforeTheFirstBackup(String fault) throws Exception {
        List<String> lines = run(fault, "probe", main);

        assertThat(lines).hasSize(2);
        assertThat(lines.get(0)).isEqualTo("fine");
        assertThat(lines.get(1)).startsWith("warned: " + directory);
        assertThat(names()).isEmpty();
    }

    private List<String> run(String fault, String what, Path file) throws Exception {
        try (ForkedSink sink = ForkedSink.runUnder(
                List.of("env", "LC_ALL=C", "LD_PRELOAD=" + library, fault), what, file.toString(), "1000")) {
            assertThat(sink.exitCode()).as("%s", sink.lines()).isZero();
            return sink.lines();
        }
    }
}
