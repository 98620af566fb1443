package io.gracefulbackup.internal.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Detects the platform that the process runs on, and with it the time between SIGTERM and SIGKILL. */
final class Platform {
    private static final Path DOCKER_MARK = Path.of("/.dockerenv");

    private final Settings settings;
    private final Predicate<Path> exists;

    Platform(Settings settings, Predicate<Path> exists) {
        this.settings = settings;
        this.exists = exists;
    }

    boolean isRender() {
        return settings.environment("RENDER").filter("true"::equalsIgnoreCase).isPresent();
    }

    /** How long files live that are not on a mounted disk. */
    DiskLifetime disk() {
        return isRender() ? DiskLifetime.INSTANCE : DiskLifetime.LASTING;
    }

    /** The grace period of the platform, less a second or more for the rest of the exit. */
    Duration defaultTimeout() {
        if (isSet("RAILWAY_ENVIRONMENT") || isSet("RAILWAY_DEPLOYMENT_DRAINING_SECONDS")) {
            return railwayTimeout();
        }
        if (isSet("FLY_APP_NAME")) {
            return Duration.ofSeconds(4);
        }
        if (isSet("K_SERVICE") || isPlainDocker()) {
            return Duration.ofSeconds(8);
        }
        return Duration.ofSeconds(25);
    }

    /** A name for this process, for people. Does not ask a name service, because that could hang. */
    String instance() {
        long pid = ProcessHandle.current().pid();
        return Stream.of("RENDER_INSTANCE_ID", "HOSTNAME", "COMPUTERNAME")
                .map(settings::environment)
                .flatMap(Optional::stream)
                .findFirst()
                .map(host -> host.substring(0, Math.min(host.length(), BackupConfig.LONGEST_TEXT)) + "/" + pid)
                .orElse("pid-" + pid);
    }

    private boolean isSet(String name) {
        return settings.environment(name).isPresent();
    }

    private boolean isPlainDocker() {
        return !isRender() && !isSet("KUBERNETES_SERVICE_HOST") && exists.test(DOCKER_MARK);
    }

    private Duration railwayTimeout() {
        return settings.environment("RAILWAY_DEPLOYMENT_DRAINING_SECONDS")
                .filter(text -> text.matches("\\d{1,5}"))
                .map(Long::parseLong)
                .filter(seconds -> seconds > 0)
                .map(seconds -> Duration.ofSeconds(Math.max(1, seconds - 1)))
                .orElse(Duration.ofSeconds(2));
    }
}
