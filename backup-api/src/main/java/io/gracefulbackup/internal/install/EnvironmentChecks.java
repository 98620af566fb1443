package io.gracefulbackup.internal.install;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Sees whether the process would be told to end, and whether its end would run the shutdown hook. */
public final class EnvironmentChecks {
    private static final Set<String> SHELLS = Set.of("sh", "bash", "dash", "ash", "busybox", "zsh", "ksh");
    private static final List<String> OPTION_VARIABLES =
            List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS");

    private EnvironmentChecks() {}

    /** What an operator should know of this process. */
    public static List<String> warnings() {
        ProcessHandle self = ProcessHandle.current();
        Stream<String> given = Arrays.stream(self.info().arguments().orElseGet(() -> new String[0]));
        Stream<String> preset = OPTION_VARIABLES.stream()
                .map(System::getenv)
                .flatMap(options -> options == null ? Stream.empty() : Arrays.stream(options.split("\\s+", -1)));
        Optional<String> first = self.parent()
                .filter(parent -> parent.pid() == 1)
                .flatMap(parent -> parent.info().command());
        return warnings(Stream.concat(given, preset).toList(), first);
    }

    /**
     * Tells what is wrong.
     *
     * @param options of the JVM
     * @param parentOfPid1 the command of the parent process, if that is the first process of the container
     */
    static List<String> warnings(List<String> options, Optional<String> parentOfPid1) {
        List<String> warnings = new ArrayList<>();
        parentOfPid1
                .map(command -> Path.of(command).getFileName())
                .filter(name -> SHELLS.contains(String.valueOf(name)))
                .ifPresent(shell -> warnings.add("⚠️ This JVM was started by " + shell
                        + " as process 1, which does not pass SIGTERM on: it would be killed without a backup. Use the"
                        + " exec form, ENTRYPOINT [\"java\", …], or write \"exec java …\" in the script"));
        if (options.contains("-Xrs") || options.contains("-XX:+ReduceSignalUsage")) {
            warnings.add(
                    "⚠️ The JVM runs with -Xrs, so SIGTERM and SIGINT end it without a backup. Take that option out");
        }
        if (options.contains("-XX:+ExitOnOutOfMemoryError") || options.contains("-XX:+CrashOnOutOfMemoryError")) {
            warnings.add(
                    "⚠️ -XX:+ExitOnOutOfMemoryError ends the JVM without a backup; only checkpoints (BACKUP_INTERVAL)"
                            + " help against that");
        }
        return warnings;
    }
}
