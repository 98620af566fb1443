package io.gracefulbackup.file;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.gracefulbackup.GracefulShutdown;
import io.gracefulbackup.RestoreRefusedException;
import io.gracefulbackup.StateSource;
import io.gracefulbackup.spi.BackupSink;
import io.gracefulbackup.testkit.FaultySink;
import io.gracefulbackup.testkit.FaultySink.Call;
import io.gracefulbackup.testkit.FaultySink.Fault;
import io.gracefulbackup.testkit.InMemorySink;
import io.gracefulbackup.testkit.internal.OtherProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The start situations of {@code StartSituationsTest} that a file can be in, with whole applications: the newest intact backup is
 * restored, or the refusal prints the line that restores it; and what is saved then is the newest from then on.
 */
class FileSituationsTest {
    private static final Pattern LINE =
            Pattern.compile("(BACKUP_RESTORE_ID|BACKUP_START)=((?:[0-9a-f]{32}|empty)(?:,despite:[^\\s,;]+)*)");

    @TempDir
    Path directory;

    private final InMemorySink memory = new InMemorySink("memory");

    /** What has happened to the file, which held the newest backup. */
    enum OfFile {
        INTACT {
            @Override
            void happenTo(Path file) {}
        },
        GONE {
            @Override
            void happenTo(Path file) throws IOException {
                Files.delete(file);
            }
        },
        EMPTIED {
            @Override
            void happenTo(Path file) throws IOException {
                Files.write(file, new byte[0]);
            }
        },
        HEADER_DAMAGED {
            @Override
            void happenTo(Path file) throws IOException {
                flip(file, 300);
            }
        },
        PAYLOAD_DAMAGED {
            @Override
            void happenTo(Path file) throws IOException {
                flip(file, (int) Files.size(file) - 1);
            }
        },
        CUT {
            @Override
            void happenTo(Path file) throws IOException {
                Files.write(file, Arrays.copyOf(Files.readAllBytes(file), (int) Files.size(file) - 9));
            }
        };

        abstract void happenTo(Path file) throws IOException;

        private static void flip(Path file, int at) throws IOException {
            byte[] bytes = Files.readAllBytes(file);
            bytes[at] ^= 1;
            Files.write(file, bytes);
        }
    }

    /** What the other sink holds. */
    enum OfMemory {
        ALL,
        ALL_BUT_THE_NEWEST,
        /** It was never configured. */
        NOTHING
    }

    static Stream<Arguments> few() {
        return Stream.of(
                Arguments.of(OfFile.HEADER_DAMAGED, OfMemory.ALL_BUT_THE_NEWEST),
                Arguments.of(OfFile.EMPTIED, OfMemory.NOTHING));
    }

    static Stream<Arguments> all() {
        return Arrays.stream(OfFile.values())
                .flatMap(file -> Arrays.stream(OfMemory.values()).map(other -> Arguments.of(file, other)))
                .filter(both -> !List.of(both.get()).equals(List.of(OfFile.GONE, OfMemory.NOTHING)));
    }

    @ParameterizedTest
    @MethodSource("few")
    void theNewestIntactBackupIsRestoredOrNamed(OfFile ofFile, OfMemory ofMemory) throws IOException {
        check(ofFile, ofMemory);
    }

    @ParameterizedTest
    @MethodSource("all")
    @Tag("slow")
    void theNewestIntactBackupIsRestoredOrNamedInEverySituation(OfFile ofFile, OfMemory ofMemory) throws IOException {
        check(ofFile, ofMemory);
    }

    private void check(OfFile ofFile, OfMemory ofMemory) throws IOException {
        live("one", ofMemory, null);
        live("two", ofMemory, null);
        live("three", ofMemory, ofMemory == OfMemory.ALL_BUT_THE_NEWEST ? Fault.FAIL : null);
        ofFile.happenTo(file());
        String right = ofFile == OfFile.INTACT || ofMemory == OfMemory.ALL
                ? "three"
                : ofMemory == OfMemory.ALL_BUT_THE_NEWEST ? "two" : "";

        assertThat(startOrFollowTheRefusal(ofMemory)).isEqualTo(right);

        assertThat(live("five", ofMemory, null)).isEqualTo("four");
        assertThat(live("six", ofMemory, null)).isEqualTo("five");
    }

    /** The state that is restored; then "four" is saved. */
    private String startOrFollowTheRefusal(OfMemory ofMemory) {
        try {
            return live("four", ofMemory, null);
        } catch (RestoreRefusedException refused) {
            Matcher line = LINE.matcher(String.valueOf(refused.getMessage()));
            assertThat(line.find())
                    .as("a line to set in: %s", refused.getMessage())
                    .isTrue();
            return live("four", ofMemory, null, line.group(1), line.group(2));
        }
    }

    /** One process, which saves that state and ends; the result is the state that it restored. */
    private String live(String state, OfMemory ofMemory, @Nullable Fault storing, String... setting) {
        Map<String, String> held = new HashMap<>(Map.of("state", ""));
        GracefulShutdown.Builder builder = GracefulShutdown.builder()
                .isolated()
                .provider(new FileSinkProvider())
                .setting("SECRET_KEY", "a-key-for-tests-0123456789")
                .setting("BACKUP_FILE", file().toString())
                .setting("BACKUP_START_TIMEOUT", "3s")
                .setting("BACKUP_REHEARSAL", "off")
                .source(StateSource.of(
                        "text",
                        out -> out.write(held.getOrDefault("state", "").getBytes(UTF_8)),
                        in -> held.put("state", new String(in.readAllBytes(), UTF_8))));
        if (setting.length > 0) {
            builder.setting(setting[0], setting[1]);
        }
        if (ofMemory != OfMemory.NOTHING) {
            BackupSink sink = storing == null ? memory : new FaultySink(memory).with(Call.STORE, storing);
            builder.sink(sink);
        }
        GracefulShutdown backup = OtherProcess.install(builder);
        try {
            String restored = held.getOrDefault("state", "");
            held.put("state", state);
            assertThat(backup.backupNow("save " + state).isStored()).isTrue();
            return restored;
        } finally {
            backup.uninstall();
        }
    }

    private Path file() {
        return directory.resolve("data.encrypted");
    }
}
