package io.gracefulbackup.ipfs;

import com.google.auto.service.AutoService;
import io.gracefulbackup.BackupConfigurationException;
import io.gracefulbackup.http.BaseUrl;
import io.gracefulbackup.http.ServiceClient;
import io.gracefulbackup.ipfs.cid.Cid;
import io.gracefulbackup.spi.BackupSinkProvider;
import io.gracefulbackup.spi.SinkContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import okhttp3.HttpUrl;

/**
 * Provides the IPFS sink, if credentials for Pinata are set: {@code PINATA_JWT}, or {@code PINATA_API_KEY} and {@code
 * PINATA_SECRET_KEY}.
 */
@AutoService(BackupSinkProvider.class)
public final class PinataSinkProvider implements BackupSinkProvider {
    private static final String API_KEY = "PINATA_API_KEY";
    private static final String SECRET_KEY = "PINATA_SECRET_KEY";
    private static final String JWT = "PINATA_JWT";
    private static final String GATEWAY = "PINATA_GATEWAY";
    private static final String GATEWAY_TOKEN = "PINATA_GATEWAY_TOKEN";
    private static final String RESTORE_CID = "PINATA_RESTORE_CID";
    private static final String API_URL = "PINATA_API_URL";
    private static final String UPLOAD_URL = "PINATA_UPLOAD_URL";

    private static final Duration API_STALL_TIMEOUT = Duration.ofSeconds(60);
    private static final Duration GATEWAY_STALL_TIMEOUT = Duration.ofSeconds(10);

    /** Creates the provider; called by {@link java.util.ServiceLoader}. */
    public PinataSinkProvider() {}

    @Override
    public String name() {
        return PinataSink.NAME;
    }

    @Override
    public Set<String> settings() {
        return Set.of(
                API_KEY, SECRET_KEY, JWT, GATEWAY, GATEWAY_TOKEN, RESTORE_CID, PinataSink.POINTER, API_URL, UPLOAD_URL);
    }

    @Override
    public Opening open(SinkContext context) {
        Secrets secrets = Secrets.read(context);
        if (secrets.isMissing()) {
            return new Opening.NotConfigured("IPFS backup skipped: " + API_KEY + " and " + SECRET_KEY + " are not set");
        }
        return new Opening.Configured(open(context, secrets));
    }

    private static PinataSink open(SinkContext context, Secrets secrets) {
        ServiceClient apiClient = new ServiceClient("Pinata", API_STALL_TIMEOUT, secrets.secrets());
        ServiceClient gatewayClient = new ServiceClient("The gateway", GATEWAY_STALL_TIMEOUT, secrets.secrets());
        HttpUrl api = BaseUrl.of(context, API_URL, "https://api.pinata.cloud");
        HttpUrl uploads = BaseUrl.of(context, UPLOAD_URL, "https://uploads.pinata.cloud");
        Optional<PinataCredentials> jwt = secrets.jwt().map(PinataCredentials::jwt);
        Optional<PinataCredentials> keyPair = secrets.apiKey()
                .map(key -> PinataCredentials.keyPair(key, secrets.secretKey().orElseThrow()));
        PinataCredentials forLegacy = keyPair.or(() -> jwt).orElseThrow();
        PinataAccount account = new PinataAccount(
                jwt.map(credentials -> new V3Api(new PinataClient(apiClient, credentials), api, uploads)),
                new LegacyApi(new PinataClient(apiClient, forLegacy), api),
                keyPair.isEmpty());
        return new PinataSink(
                context,
                account,
                new Gateways(gateways(context, gatewayClient, secrets.gatewayToken()), context),
                context.setting(RESTORE_CID).map(PinataSinkProvider::chosen).map(PinataSinkProvider::cid),
                "IPFS, the pins of " + jwt.or(() -> keyPair).orElseThrow() + " at " + host(api),
                detectedLine(jwt, keyPair),
                () -> {
                    apiClient.close();
                    gatewayClient.close();
                });
    }

    private static String host(HttpUrl url) {
        return url.port() == HttpUrl.defaultPort(url.scheme()) ? url.host() : url.host() + ":" + url.port();
    }

    private static String detectedLine(Optional<PinataCredentials> jwt, Optional<PinataCredentials> keyPair) {
        String used = jwt.isPresent() && keyPair.isPresent()
                ? jwt.get() + " is used; " + keyPair.get() + " are used for the legacy API only"
                : jwt.or(() -> keyPair).orElseThrow() + (jwt.isPresent() ? " is used" : " are used");
        return "✓ IPFS through Pinata detected (" + used + ")";
    }

    /** The configured gateways. The access token belongs to the first one. */
    private static List<Gateway> gateways(SinkContext context, ServiceClient apiClient, Optional<String> token) {
        Optional<String> setting = context.setting(GATEWAY);
        if (token.isPresent() && setting.isEmpty()) {
            throw new BackupConfigurationException(GATEWAY_TOKEN + " is set, but " + GATEWAY
                    + " is not; name the gateway that the token is for, such as https://<name>.mypinata.cloud");
        }
        List<Gateway> gateways = new ArrayList<>();
        for (String url : setting.orElse("https://gateway.pinata.cloud").split(",", -1)) {
            gateways.add(new Gateway(
                    apiClient, BaseUrl.parse(GATEWAY, url.strip()), gateways.isEmpty() ? token.orElse(null) : null));
        }
        return gateways;
    }

    private static Cid cid(String text) {
        if (!Cid.isValid(text)) {
            throw new BackupConfigurationException(
                    RESTORE_CID + " is \"" + text
                            + "\", which is not a CID; expected one that begins with Qm or b, as in the line \"CID:\" of a backup");
        }
        return new Cid(text);
    }

    /** Without the entries that the choice goes past, which are for the start to decide. */
    private static String chosen(String setting) {
        int comma = setting.indexOf(',');
        return comma < 0 ? setting : setting.substring(0, comma);
    }

    /** The secret settings. */
    private record Secrets(
            Optional<String> apiKey, Optional<String> secretKey, Optional<String> jwt, Optional<String> gatewayToken) {

        static Secrets read(SinkContext context) {
            Secrets read = new Secrets(
                    secret(context, API_KEY),
                    secret(context, SECRET_KEY),
                    secret(context, JWT),
                    secret(context, GATEWAY_TOKEN));
            if (read.apiKey.isPresent() != read.secretKey.isPresent()) {
                String present = read.apiKey.isPresent() ? API_KEY : SECRET_KEY;
                String missing = read.apiKey.isPresent() ? SECRET_KEY : API_KEY;
                throw new BackupConfigurationException(
                        present + " is set, but " + missing + " is not; set both, or " + JWT + " alone");
            }
            return read;
        }

        boolean isMissing() {
            return apiKey.isEmpty() && jwt.isEmpty();
        }

        List<String> secrets() {
            return Stream.of(apiKey, secretKey, jwt, gatewayToken)
                    .flatMap(Optional::stream)
                    .toList();
        }

        /** The number of secrets; not their values. */
        @Override
        public String toString() {
            return "Credentials[" + secrets().size() + "]";
        }

        /**
         * Reads a secret. Rejects values that cannot be sent in an HTTP header: the HTTP client would quote them in its
         * error message.
         */
        private static Optional<String> secret(SinkContext context, String name) {
            Optional<String> secret = context.secret(name).map(String::strip);
            secret.filter(value -> !value.matches("[!-~]+")).ifPresent(value -> {
                throw new BackupConfigurationException(name
                        + " holds a space, a line break or a character outside ASCII, so it was not copied correctly;"
                        + " copy it again");
            });
            return secret;
        }
    }
}
