package io.gracefulbackup.internal.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlatformTest {
    private static final Path DOCKER_MARK = Path.of("/.dockerenv");

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "false |                                                                     | 25",
                "true  |                                                                     | 8",
                "true  | KUBERNETES_SERVICE_HOST=10.0.0.1                                     | 25",
                "true  | RENDER=true                                                         | 25",
                "true  | RENDER=false                                                        | 8",
                "true  | RENDER=                                                             | 8",
                "false | RENDER=true                                                         | 25",
                "false | KUBERNETES_SERVICE_HOST=10.0.0.1                                     | 25",
                "false | K_SERVICE=app                                                       | 8",
                "true  | K_SERVICE=app KUBERNETES_SERVICE_HOST=10.0.0.1                       | 8",
                "true  | FLY_APP_NAME=app                                                    | 4",
                "false | FLY_APP_NAME=app                                                    | 4",
                "true  | RAILWAY_ENVIRONMENT=production                                      | 2",
                "false | RAILWAY_ENVIRONMENT=production RAILWAY_DEPLOYMENT_DRAINING_SECONDS=20 | 19",
                "false | RAILWAY_ENVIRONMENT=production RAILWAY_DEPLOYMENT_DRAINING_SECONDS=2  | 1",
                "false | RAILWAY_ENVIRONMENT=production RAILWAY_DEPLOYMENT_DRAINING_SECONDS=1  | 1",
                "false | RAILWAY_ENVIRONMENT=production RAILWAY_DEPLOYMENT_DRAINING_SECONDS=0  | 2",
                "false | RAILWAY_ENVIRONMENT=production RAILWAY_DEPLOYMENT_DRAINING_SECONDS=x  | 2",
                "true  | RAILWAY_DEPLOYMENT_DRAINING_SECONDS=31                              | 30",
                "false | RAILWAY_PROJECT_ID=1                                                | 2",
                "true  | DYNO=web.1                                                          | 25"
            })
    void theDeadlineFitsTheGracePeriodOfThePlatform(boolean docker, String variables, long seconds) {
        Platform platform = platform(docker, variables == null ? "" : variables);

        assertThat(platform.defaultTimeout()).isEqualTo(Duration.ofSeconds(seconds));
    }

    @ParameterizedTest
    @CsvSource({
        "RENDER=true, Render",
        "RENDER=TRUE, Render",
        "RENDER=false, ",
        "RENDER=, ",
        "RAILWAY_PROJECT_ID=1, Railway",
        "K_SERVICE=app, Cloud Run",
        "DYNO=web.1, ",
        "FLY_APP_NAME=app, ",
        "OTHER=true, "
    })
    void namesThePlatformsThatStartANewInstanceFirst(String variables, @Nullable String name) {
        assertThat(platform(false, variables).overlaps()).isEqualTo(Optional.ofNullable(name));
    }

    @Test
    void podmanGivesAsLongAsDocker() {
        assertThat(platform(Path.of("/run/.containerenv")::equals, "").defaultTimeout())
                .isEqualTo(Duration.ofSeconds(8));
    }

    @ParameterizedTest
    @CsvSource({
        "RENDER_INSTANCE_ID=srv-1 HOSTNAME=web,srv-1/",
        "HOSTNAME=web,web/",
        "HOSTNAME= COMPUTERNAME=DESK,DESK/",
        "OTHER=x,pid-"
    })
    void namesTheInstanceByTheEnvironmentAndThePid(String variables, String name) {
        assertThat(platform(false, variables).instance())
                .isEqualTo(name + ProcessHandle.current().pid());
    }

    @Test
    void limitsTheNameOfTheInstance() {
        assertThat(platform(false, "HOSTNAME=" + "x".repeat(70_000)).instance()).hasSizeLessThan(250);
    }

    @ParameterizedTest
    @CsvSource({
        "RENDER=true, INSTANCE",
        "RENDER=false, LASTING",
        "DYNO=web.1, INSTANCE",
        "FLY_APP_NAME=app, INSTANCE",
        "FLY_MACHINE_ID=1, INSTANCE",
        "RAILWAY_ENVIRONMENT=production, INSTANCE",
        "RAILWAY_ENVIRONMENT_NAME=production, INSTANCE",
        "RAILWAY_PROJECT_ID=1, INSTANCE",
        "RAILWAY_DEPLOYMENT_DRAINING_SECONDS=20, INSTANCE",
        "K_SERVICE=app, INSTANCE",
        "CLOUD_RUN_JOB=app, INSTANCE",
        "K_SERVICE=app KUBERNETES_SERVICE_HOST=10.0.0.1, INSTANCE",
        "KUBERNETES_SERVICE_HOST=10.0.0.1, CONTAINER",
        "DYNO=, LASTING",
        "OTHER=x, LASTING"
    })
    void filesLiveAsLongAsThePlatformSays(String variables, DiskLifetime lifetime) {
        assertThat(platform(false, variables).disk()).isEqualTo(lifetime);
    }

    @ParameterizedTest
    @CsvSource({
        "/.dockerenv, '', CONTAINER",
        "/run/.containerenv, '', CONTAINER",
        "/run/.containerenv, DYNO=web.1, INSTANCE",
        "/etc/passwd, '', LASTING"
    })
    void theFileOfTheEngineTellsAContainer(String file, String variables, DiskLifetime lifetime) {
        assertThat(platform(Path.of(file)::equals, variables).disk()).isEqualTo(lifetime);
    }

    private static Platform platform(boolean docker, String variables) {
        return platform(path -> docker && path.equals(DOCKER_MARK), variables);
    }

    private static Platform platform(Predicate<Path> exists, String variables) {
        Map<String, String> environment = Arrays.stream(variables.split(" "))
                .filter(variable -> variable.contains("="))
                .map(variable -> variable.split("=", 2))
                .collect(Collectors.toMap(pair -> pair[0], pair -> pair[1]));
        return new Platform(new Settings(Map.of(), Map.of(), environment), exists);
    }
}
