package io.gracefulbackup.http;

import io.gracefulbackup.BackupConfigurationException;
import io.gracefulbackup.spi.SinkContext;
import java.util.Set;
import okhttp3.HttpUrl;

/** The address of a service, as a setting gives it. */
public final class BaseUrl {
    private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "::1");

    private BaseUrl() {}

    /** The setting's value, or the default. */
    public static HttpUrl of(SinkContext context, String setting, String defaultUrl) {
        HttpUrl url = parse(setting, context.setting(setting).orElse(defaultUrl));
        if (!url.isHttps() && !LOOPBACK.contains(url.host())) {
            context.warn(
                    setting + " does not begin with https, so the credentials travel in the open to " + url.host());
        }
        return url;
    }

    /**
     * Checks an address.
     *
     * @throws BackupConfigurationException if it is none, or has more to it than a service's address has
     */
    public static HttpUrl parse(String setting, String text) {
        HttpUrl url = HttpUrl.parse(text);
        if (url == null
                || !url.username().isEmpty()
                || !url.password().isEmpty()
                || url.query() != null
                || url.fragment() != null) {
            // The text may hold a password.
            throw new BackupConfigurationException(setting
                    + " is not the address of a service; expected https://host or https://host/path, without a"
                    + " user, a query or a fragment");
        }
        return url;
    }
}
