package io.gracefulbackup.http;

import io.gracefulbackup.BackupConfigurationException;
import io.gracefulbackup.spi.SinkContext;
import java.util.Set;
import okhttp3.HttpUrl;

/** The address of a service as an operator configures it. */
public final class BaseUrl {
    private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "::1");

    private BaseUrl() {}

    /**
     * Reads an address from a setting. Warns if it would send credentials unencrypted to another host.
     *
     * @param setting the name of the setting
     * @param defaultUrl the address if the setting is not set
     * @throws BackupConfigurationException if the value is not the address of a service
     */
    public static HttpUrl of(SinkContext context, String setting, String defaultUrl) {
        HttpUrl url = parse(setting, context.setting(setting).orElse(defaultUrl));
        if (!url.isHttps() && !LOOPBACK.contains(url.host())) {
            context.warn(setting + " does not begin with https, so credentials are sent unencrypted to " + url.host());
        }
        return url;
    }

    /**
     * Parses an address.
     *
     * @param setting the name of the setting, for the message
     * @throws BackupConfigurationException if the text is not a URL, or has a user, a password, a query or a fragment
     */
    public static HttpUrl parse(String setting, String text) {
        HttpUrl url = HttpUrl.parse(text);
        if (url == null
                || !url.username().isEmpty()
                || !url.password().isEmpty()
                || url.query() != null
                || url.fragment() != null) {
            // The text is not repeated: it may contain a password.
            throw new BackupConfigurationException(setting
                    + " is not the address of a service; expected https://host or https://host/path, without a"
                    + " user, a query or a fragment");
        }
        return url;
    }
}
