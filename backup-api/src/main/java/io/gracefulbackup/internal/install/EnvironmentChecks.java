package io.gracefulbackup.internal.install;

import io.gracefulbackup.internal.report.Messages;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Checks that signals reach this process, and that its end runs the shutdown hook. */
public final class EnvironmentChecks {
    private static final Set<String> SHELLS = Set.of("sh", "bash", "dash", "ash", "busybox", "zsh", "ksh");
    private static final List<String> OPTION_VARIABLES =
            List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS");

    private EnvironmentChecks() {}

    /** Warnings about this process. */
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
     * Warnings about a process.
     *
     * @param options the options of its JVM
     * @param parentOfPid1 the command of the parent process, if that is the first process of the container
     */
    static List<String> warnings(List<String> options, Optional<String> parentOfPid1) {
        List<String> warnings = new ArrayList<>();
        parentOfPid1
                .map(command -> Path.of(command).getFileName())
                .filter(name -> SHELLS.contains(String.valueOf(name)))
                .ifPresent(shell -> warnings.add(Messages.shellIsProcess1(shell.toString())));
        if (options.contains("-Xrs") || options.contains("-XX:+ReduceSignalUsage")) {
            warnings.add(Messages.SIGNALS_REDUCED);
        }
        if (options.contains("-XX:+ExitOnOutOfMemoryError") || options.contains("-XX:+CrashOnOutOfMemoryError")) {
            warnings.add(Messages.EXIT_ON_OUT_OF_MEMORY);
        }
        return warnings;
    }
}
