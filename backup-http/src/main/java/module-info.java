/** The HTTP client of the modules that talk to a service. Not for applications: exported to those modules only. */
@SuppressWarnings("module") // Those modules are compiled after this one.
module io.gracefulbackup.http {
    requires transitive io.gracefulbackup;
    requires transitive okhttp3;
    requires transitive tools.jackson.databind;
    requires kotlin.stdlib;
    requires okio;
    requires static org.jspecify;

    exports io.gracefulbackup.http to
            io.gracefulbackup.ipfs.pinata,
            io.gracefulbackup.render;
}
