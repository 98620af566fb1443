package io.gracefulbackup.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.gracefulbackup.BackupConfigurationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The address of a service has a host, perhaps a path, and nothing else. */
final class BaseUrlTest {

    @Test
    void keepsHostPortAndPath() {
        assertThat(BaseUrl.parse("X", "https://host:8443/path/")).hasToString("https://host:8443/path/");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "host", "ftp://host", "https://user:canary@host", "https://h?q=canary", "https://h#canary"})
    void refusesEverythingElseWithoutShowingIt(String text) {
        assertThatExceptionOfType(BackupConfigurationException.class)
                .isThrownBy(() -> BaseUrl.parse("PINATA_GATEWAY", text))
                .withMessageStartingWith("PINATA_GATEWAY is not the address of a service")
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain("canary"));
    }
}
