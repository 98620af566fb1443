package io.gracefulbackup.internal.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Detects the platform that the process runs on, and with it the time between SIGTERM and SIGKILL, and how long files live.
 */
final class Platform {
    /** Each of these files is in every container of an engine: Docker, and Podman or CRI-O. */
    private static final List<Path> CONTAINER_MARKS = List.of(Path.of("/.dockerenv"), Path.of("/run/.containerenv"));

    /** The platforms that replace the disk together with the instance. */
    private enum Host {
        RENDER("Render", true, "RENDER"),
        HEROKU("Heroku", false, "DYNO"),
        FLY("Fly", false, "FLY_APP_NAME", "FLY_MACHINE_ID"),
        RAILWAY(
                "Railway",
                true,
                "RAILWAY_ENVIRONMENT",
                "RAILWAY_ENVIRONMENT_NAME",
                "RAILWAY_PROJECT_ID",
                "RAILWAY_DEPLOYMENT_DRAINING_SECONDS"),
        CLOUD_RUN("Cloud Run", true, "K_SERVICE", "CLOUD_RUN_JOB");

        private final String title;
        private final boolean overlaps;
        private final List<String> variables;

        /**
         * Describes a platform.
         *
         * @param overlaps whether it starts a new instance before it stops the old one, without being asked to
         * @param variables each of these is set on this platform only
         */
        Host(String title, boolean overlaps, String... variables) {
            this.title = title;
            this.overlaps = overlaps;
            this.variables = List.of(variables);
        }
    }

    private final Settings settings;
    private final Predicate<Path> exists;

    Platform(Settings settings, Predicate<Path> exists) {
        this.settings = settings;
        this.exists = exists;
    }

    /** How long files live that are not on a mounted disk. */
    DiskLifetime disk() {
        if (Arrays.stream(Host.values()).anyMatch(this::isOn)) {
            return DiskLifetime.INSTANCE;
        }
        return isKubernetes() || hasContainerMark() ? DiskLifetime.CONTAINER : DiskLifetime.LASTING;
    }

    /** The name of the platform, if it starts a new instance before it stops the old one, without being asked to. */
    Optional<String> overlaps() {
        return Arrays.stream(Host.values())
                .filter(host -> host.overlaps && isOn(host))
                .map(host -> host.title)
                .findFirst();
    }

    /** The grace period of the platform, less a second or more for the rest of the exit. */
    Duration defaultTimeout() {
        if (isOn(Host.RAILWAY)) {
            return railwayTimeout();
        }
        if (isOn(Host.FLY)) {
            return Duration.ofSeconds(4);
        }
        if (isOn(Host.CLOUD_RUN) || isPlainContainer()) {
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

    private boolean isOn(Host host) {
        // Other programs may set a variable of this name to something else.
        return host == Host.RENDER
                ? settings.environment("RENDER").filter("true"::equalsIgnoreCase).isPresent()
                : host.variables.stream().anyMatch(this::isSet);
    }

    private boolean isKubernetes() {
        return isSet("KUBERNETES_SERVICE_HOST");
    }

    private boolean hasContainerMark() {
        return CONTAINER_MARKS.stream().anyMatch(exists);
    }

    private boolean isPlainContainer() {
        return disk() == DiskLifetime.CONTAINER && !isKubernetes();
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
