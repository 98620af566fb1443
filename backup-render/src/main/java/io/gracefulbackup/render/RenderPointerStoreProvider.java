package io.gracefulbackup.render;

import com.google.auto.service.AutoService;
import io.gracefulbackup.BackupConfigurationException;
import io.gracefulbackup.http.BaseUrl;
import io.gracefulbackup.spi.PointerStore;
import io.gracefulbackup.spi.PointerStoreProvider;
import io.gracefulbackup.spi.SinkContext;
import java.util.Optional;
import java.util.Set;

/** Provides the pointer store in the environment variables of a Render service, if {@code RENDER_API_KEY} is set. */
@AutoService(PointerStoreProvider.class)
public final class RenderPointerStoreProvider implements PointerStoreProvider {
    private static final String API_KEY = "RENDER_API_KEY";
    private static final String SERVICE_ID = "RENDER_SERVICE_ID";
    private static final String API_URL = "RENDER_API_URL";

    /** Creates the provider; called by {@link java.util.ServiceLoader}. */
    public RenderPointerStoreProvider() {}

    @Override
    public String name() {
        return RenderPointerStore.NAME;
    }

    @Override
    public Set<String> settings() {
        return Set.of(API_KEY, SERVICE_ID, API_URL);
    }

    @Override
    public Optional<PointerStore> open(SinkContext context) {
        Optional<String> key = context.secret(API_KEY).map(String::strip);
        if (key.isEmpty()) {
            // Render always sets RENDER_SERVICE_ID, so that setting alone does not enable the store.
            return Optional.empty();
        }
        if (!key.get().matches("[!-~]+")) {
            throw new BackupConfigurationException(API_KEY
                    + " holds a space, a line break or a character outside ASCII, so it was not copied correctly;"
                    + " copy it again");
        }
        String service = context.setting(SERVICE_ID)
                .orElseThrow(() -> new BackupConfigurationException(API_KEY + " is set, but " + SERVICE_ID
                        + " is not; Render sets it by itself, elsewhere it is the srv-… in the address of the service's"
                        + " page"));
        return Optional.of(
                new RenderPointerStore(BaseUrl.of(context, API_URL, "https://api.render.com/v1"), key.get(), service));
    }
}
