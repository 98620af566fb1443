package io.gracefulbackup.ipfs;

import com.google.auto.service.AutoService;
import io.gracefulbackup.BackupConfigurationException;
import io.gracefulbackup.http.BaseUrl;
import io.gracefulbackup.http.HttpService;
import io.gracefulbackup.ipfs.cid.Cid;
import io.gracefulbackup.spi.BackupSinkProvider;
import io.gracefulbackup.spi.SinkContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import okhttp3.HttpUrl;

/** Opens the IPFS sink if there are credentials for Pinata. */
@AutoService(BackupSinkProvider.class)
public final class PinataSinkProvider implements BackupSinkProvider {
    private static final String API_KEY = "PINATA_API_KEY";
    private static final String SECRET_KEY = "PINATA_SECRET_KEY";
    private static final String JWT = "PINATA_JWT";
    private static final String GATEWAY = "PINATA_GATEWAY";
    private static final String GATEWAY_TOKEN = "PINATA_GATEWAY_TOKEN";
    private static final String RESTORE_CID = "PINATA_RESTORE_CID";

    private static final Duration API_STALL_LIMIT = Duration.ofSeconds(60);
    private static final Duration GATEWAY_STALL_LIMIT = Duration.ofSeconds(10);

    /** For {@link java.util.ServiceLoader}. */
    public PinataSinkProvider() {}

    @Override
    public String name() {
        return PinataSink.NAME;
    }

    @Override
    public Opening open(SinkContext context) {
        Credentials found = Credentials.read(context);
        if (found.isMissing()) {
            return new Opening.NotConfigured("IPFS backup skipped: " + API_KEY + " and " + SECRET_KEY + " are not set");
        }
        return new Opening.Configured(open(context, found));
    }

    private static PinataSink open(SinkContext context, Credentials credentials) {
        HttpService service = new HttpService("Pinata", API_STALL_LIMIT, credentials.secrets());
        HttpService downloads = new HttpService("The gateway", GATEWAY_STALL_LIMIT, credentials.secrets());
        HttpUrl api = BaseUrl.of(context, "PINATA_API_URL", "https://api.pinata.cloud");
        HttpUrl uploads = BaseUrl.of(context, "PINATA_UPLOAD_URL", "https://uploads.pinata.cloud");
        Optional<Access> jwt = credentials.jwt().map(Access::jwt);
        Optional<Access> pair = credentials
                .apiKey()
                .map(key -> Access.keyPair(key, credentials.secretKey().orElseThrow()));
        Access forLegacy = pair.or(() -> jwt).orElseThrow();
        Pinata pinata = new Pinata(
                jwt.map(access -> new V3Api(new PinataCalls(service, access), api, uploads)),
                new LegacyApi(new PinataCalls(service, forLegacy), api),
                pair.isEmpty());
        return new PinataSink(
                context,
                pinata,
                new Gateways(gateways(context, downloads, credentials.gatewayToken()), context),
                context.setting(RESTORE_CID).map(PinataSinkProvider::cid),
                detectedLine(jwt, pair),
                () -> {
                    service.close();
                    downloads.close();
                });
    }

    private static String detectedLine(Optional<Access> jwt, Optional<Access> pair) {
        String used = jwt.isPresent() && pair.isPresent()
                ? jwt.get() + " is used; " + pair.get() + " are used for the legacy API only"
                : jwt.or(() -> pair).orElseThrow() + (jwt.isPresent() ? " is used" : " are used");
        return "✓ IPFS through Pinata detected (" + used + ")";
    }

    /** The token belongs to the first one. */
    private static List<Gateway> gateways(SinkContext context, HttpService service, Optional<String> token) {
        Optional<String> setting = context.setting(GATEWAY);
        if (token.isPresent() && setting.isEmpty()) {
            throw new BackupConfigurationException(GATEWAY_TOKEN + " is set, but " + GATEWAY
                    + " is not; name the gateway that the token is for, such as https://<name>.mypinata.cloud");
        }
        List<Gateway> gateways = new ArrayList<>();
        for (String url : setting.orElse("https://gateway.pinata.cloud").split(",", -1)) {
            gateways.add(new Gateway(
                    service, BaseUrl.parse(GATEWAY, url.strip()), gateways.isEmpty() ? token.orElse(null) : null));
        }
        return gateways;
    }

    private static Cid cid(String text) {
        if (!Cid.isValid(text)) {
            throw new BackupConfigurationException(RESTORE_CID + " is \"" + text
                    + "\", which is no CID; one begins with Qm or b and is what the line \"CID:\" of a backup says");
        }
        return new Cid(text);
    }

    /** The secrets of the settings. */
    private record Credentials(
            Optional<String> apiKey, Optional<String> secretKey, Optional<String> jwt, Optional<String> gatewayToken) {

        static Credentials read(SinkContext context) {
            Credentials read = new Credentials(
                    secret(context, API_KEY),
                    secret(context, SECRET_KEY),
                    secret(context, JWT),
                    secret(context, GATEWAY_TOKEN));
            if (read.apiKey.isPresent() != read.secretKey.isPresent()) {
                String there = read.apiKey.isPresent() ? API_KEY : SECRET_KEY;
                String missing = read.apiKey.isPresent() ? SECRET_KEY : API_KEY;
                throw new BackupConfigurationException(
                        there + " is set, but " + missing + " is not; set both, or " + JWT + " alone");
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

        /** Nothing of what it holds. */
        @Override
        public String toString() {
            return "Credentials[" + secrets().size() + "]";
        }

        /** Checked here, for what HTTP says of a header that it cannot send is the header. */
        private static Optional<String> secret(SinkContext context, String name) {
            Optional<String> secret = context.secret(name).map(String::strip);
            secret.filter(value -> !value.matches("[!-~]+")).ifPresent(value -> {
                throw new BackupConfigurationException(name
                        + " holds a space, a line break or a character outside of ASCII, so it was not copied whole;"
                        + " copy it again");
            });
            return secret;
        }
    }
}
