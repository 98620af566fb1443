/** For tests of applications and sinks: servers that stand in for the services that backups go to. */
module io.gracefulbackup.testkit {
    requires io.gracefulbackup.ipfs.cid;
    requires jdk.httpserver;
    requires kotlin.stdlib;
    requires okhttp3;
    requires okio;
    requires tools.jackson.databind;
    requires static transitive org.jspecify;

    exports io.gracefulbackup.testkit.fakes;
}
