package io.gracefulbackup.ipfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.gracefulbackup.BackupConfigurationException;
import io.gracefulbackup.spi.BackupSinkProvider;
import io.gracefulbackup.spi.BackupSinkProvider.Opening;
import io.gracefulbackup.testkit.TestSinkContext;
import io.gracefulbackup.testkit.internal.SyntheticBackup;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Credentials configure the sink. Wrong ones are an error of {@code install()}. */
final class PinataSinkProviderTest {
    private final TestSinkContext context = new TestSinkContext(SyntheticBackup.APPLICATION, SyntheticBackup.INSPECTOR);

    @Test
    void isFoundAsAService() {
        assertThat(ServiceLoader.load(BackupSinkProvider.class))
                .filteredOn(provider -> provider.name().equals("ipfs"))
                .hasSize(1);
    }

    @Test
    void reportsThatThereAreNoCredentials() {
        assertThat(open())
                .isEqualTo(new Opening.NotConfigured(
                        "IPFS backup skipped: PINATA_API_KEY and PINATA_SECRET_KEY are not set"));
    }

    @Test
    void halfAKeyPairIsAnErrorThatNamesTheOtherHalf() {
        context.set("PINATA_API_KEY", "canary");
        assertRefused("PINATA_SECRET_KEY is not");

        context.unset("PINATA_API_KEY");
        context.set("PINATA_SECRET_KEY", "canary");
        context.set("PINATA_JWT", "canary");
        assertRefused("PINATA_API_KEY is not");
    }

    @Test
    void aJwtAloneIsFine() {
        context.set("PINATA_JWT", "canary");

        assertThat(detectedLine()).isEqualTo("✓ IPFS through Pinata detected (PINATA_JWT is used)");
    }

    @Test
    void reportsWhichCredentialsAreUsed() {
        context.set("PINATA_API_KEY", "canary");
        context.set("PINATA_SECRET_KEY", "canary");
        assertThat(detectedLine())
                .isEqualTo("✓ IPFS through Pinata detected (PINATA_API_KEY and PINATA_SECRET_KEY are used)");

        context.set("PINATA_JWT", "canary");
        assertThat(detectedLine()).contains("PINATA_JWT is used", "are used for the legacy API only");
    }

    @ParameterizedTest
    @ValueSource(strings = {"can ary", "can\nary", "canäry", "can\u0000ary"})
    void aSecretThatNoHeaderCanHoldIsRefusedWithoutShowingIt(String secret) {
        context.set("PINATA_JWT", secret);

        assertRefused("PINATA_JWT holds");
    }

    @Test
    void acceptsALineBreakAtTheEndOfASecret() {
        context.set("PINATA_JWT", "canary\n");

        assertThat(open()).isInstanceOf(Opening.Configured.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"pinata", "ftp://host", "https://user:canary@host", "https://host?x=1"})
    void aBaseUrlThatIsNoneIsRefused(String url) {
        context.set("PINATA_JWT", "canary");
        context.set("PINATA_API_URL", url);

        assertRefused("PINATA_API_URL is not the address of a service");
    }

    @Test
    void warnsOfAnUnencryptedConnection() {
        context.set("PINATA_JWT", "canary");
        context.set("PINATA_API_URL", "http://pinata.example");

        open();

        assertThat(context.warnings()).singleElement().asString().contains("PINATA_API_URL does not begin with https");
    }

    @Test
    void aGatewayTokenNeedsItsGateway() {
        context.set("PINATA_JWT", "canary");
        context.set("PINATA_GATEWAY_TOKEN", "canary");

        assertRefused("PINATA_GATEWAY is not");
    }

    @Test
    void refusesToRestoreATextThatIsNoCid() {
        context.set("PINATA_JWT", "canary");
        context.set("PINATA_RESTORE_CID", "latest");

        assertRefused("PINATA_RESTORE_CID is \"latest\"");
    }

    private Opening open() {
        return new PinataSinkProvider().open(context);
    }

    private String detectedLine() {
        return ((Opening.Configured) open()).sink().detectedLine();
    }

    private void assertRefused(String why) {
        assertThatExceptionOfType(BackupConfigurationException.class)
                .isThrownBy(this::open)
                .withMessageContaining(why)
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain("canary", "can ary", "canäry"));
    }
}
