package io.gracefulbackup.internal.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Detects the platform that the process runs on, and with it the time between SIGTERM and SIGKILL, and how long files
 * live.
 */
final class Platform {
    /** Each of these files is in every container of an engine: Docker, and Podman or CRI-O. */
    private static final List<Path> CONTAINER_MARKS = List.of(Path.of("/.dockerenv"), Path.of("/run/.containerenv"));

    private static final Host RENDER = new Host("Render", true, List.of("RENDER"));
    private static final Host HEROKU = new Host("Heroku", false, List.of("DYNO"));
    private static final Host FLY = new Host("Fly", false, List.of("FLY_APP_NAME", "FLY_MACHINE_ID"));
    private static final Host RAILWAY = new Host(
            "Railway",
            true,
            List.of(
                    "RAILWAY_ENVIRONMENT",
                    "RAILWAY_ENVIRONMENT_NAME",
                    "RAILWAY_PROJECT_ID",
                    "RAILWAY_DEPLOYMENT_DRAINING_SECONDS"));
    private static final Host CLOUD_RUN = new Host("Cloud Run", true, List.of("K_SERVICE", "CLOUD_RUN_JOB"));
    private static final List<Host> HOSTS = List.of(RENDER, HEROKU, FLY, RAILWAY, CLOUD_RUN);

    /**
     * A platform that replaces the disk together with the instance.
     *
     * @param title its name
     * @param overlaps whether it starts a new instance before it stops the old one, without being asked to
     * @param variables each of these is set on this platform only
     */
    private record Host(String title, boolean overlaps, List<String> variables) {}

    private final Settings settings;
    private final Predicate<Path> exists;

    Platform(Settings settings, Predicate<Path> exists) {
        this.settings = settings;
        this.exists = exists;
    }

    /** How long files live that are not on a mounted disk. */
    DiskLifetime disk() {
        if (HOSTS.stream().anyMatch(this::isOn)) {
            return DiskLifetime.INSTANCE;
        }
        return isKubernetes() || hasContainerMark() ? DiskLifetime.CONTAINER : DiskLifetime.LASTING;
    }

    /** The name of the platform, if it starts a new instance before it stops the old one, without being asked to. */
    Optional<String> overlaps() {
        return HOSTS.stream()
                .filter(host -> host.overlaps && isOn(host))
                .map(Host::title)
                .findFirst();
    }

    /** The grace period of the platform, less a second or more for the rest of the exit. */
    Duration defaultTimeout() {
        if (isOn(RAILWAY)) {
            return railwayTimeout();
        }
        if (isOn(FLY)) {
            return Duration.ofSeconds(4);
        }
        if (isOn(CLOUD_RUN) || isPlainContainer()) {
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
        return host.equals(RENDER)
                ? settings.environment("RENDER")
                        .filter("true"::equalsIgnoreCase)
                        .isPresent()
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
