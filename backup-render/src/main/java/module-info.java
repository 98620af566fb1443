/**
 * Keeps pointers to backups in the environment variables of a Render service. Exports nothing: the provider is found as
 * a service.
 */
module io.gracefulbackup.render {
    requires io.gracefulbackup;
    requires io.gracefulbackup.http;
    requires kotlin.stdlib;
    requires static com.google.auto.service;
    requires static org.jspecify;

    provides io.gracefulbackup.spi.PointerStoreProvider with
            io.gracefulbackup.render.RenderPointerStoreProvider;
}
