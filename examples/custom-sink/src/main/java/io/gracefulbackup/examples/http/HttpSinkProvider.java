package io.gracefulbackup.examples.http;

import com.google.auto.service.AutoService;
import io.gracefulbackup.BackupConfigurationException;
import io.gracefulbackup.spi.BackupSinkProvider;
import io.gracefulbackup.spi.SinkContext;
import java.net.URI;
import java.util.Optional;
import java.util.Set;

/** Opens the sink if {@code BACKUP_HTTP_URL} is set. The annotation registers this class for {@code ServiceLoader}. */
@AutoService(BackupSinkProvider.class)
public final class HttpSinkProvider implements BackupSinkProvider {
    private static final String URL = "BACKUP_HTTP_URL";
    private static final String TOKEN = "BACKUP_HTTP_TOKEN";

    /** For {@link java.util.ServiceLoader}. */
    public HttpSinkProvider() {}

    @Override
    public String name() {
        return HttpSink.NAME;
    }

    /** Without this, install() would say that the names are unknown. */
    @Override
    public Set<String> settings() {
        return Set.of(URL, TOKEN, TOKEN + "_FILE");
    }

    @Override
    public Opening open(SinkContext context) {
        Optional<String> url = context.setting(URL);
        if (url.isEmpty()) {
            return new Opening.NotConfigured("");
        }
        return new Opening.Configured(
                new HttpSink(directory(url.get()), context.secret(TOKEN).orElse(""), context.application()));
    }

    private static URI directory(String text) {
        try {
            URI url = URI.create(text.endsWith("/") ? text : text + "/");
            boolean http = "http".equals(url.getScheme()) || "https".equals(url.getScheme());
            if (http && url.getHost() != null && url.getRawUserInfo() == null && url.getRawQuery() == null) {
                return url;
            }
        } catch (IllegalArgumentException e) {
            // Said below. What was given is not repeated there: it may hold a password.
        }
        throw new BackupConfigurationException(URL + " is no address of a directory; expected one like"
                + " https://backups.example.com/myapp/, without user, password or query (" + TOKEN
                + " takes what the server asks for)");
    }
}
